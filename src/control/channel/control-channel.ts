import type { Socket } from 'node:net';
import { err, ok, type Result } from '../../base/result.ts';
import type { HandOverClient } from '../hand-over/hand-over-desk.ts';
import { handOverWord } from '../hand-over/steps.ts';
import type { Log } from '../log/log.ts';
import { controlCommands } from './commands/control-commands.ts';
import { type ConnectionTimeouts, ControlConnection } from './control-connection.ts';
import { ControlSocket } from './control-socket.ts';
import type { ControlTarget, HandOver } from './control-target.ts';
import { type ControlRequest, type ControlResponse, fail } from './messages.ts';
import { refusalOf } from './refused-words.ts';
import { findWord, type WordName } from './words.ts';

export interface ChannelOptions {
  readonly path: string;
  readonly takeover: boolean;
  readonly timeouts?: ConnectionTimeouts;
}

/** People and scripts on this host: more at once is a mistake of one of them. */
const maxConnections = 64;
const usualTimeouts: ConnectionTimeouts = { idleMs: 30_000, writeMs: 2000 };
/** A word of the log is a line. */
const maxLoggedOctets = 1000;

/** Takes rndc's words over a Unix socket, does what they say, and tells the result. */
export class ControlChannel {
  private readonly target: ControlTarget;
  private readonly log: Log;
  private readonly timeouts: ConnectionTimeouts;
  private readonly connections = new Set<ControlConnection>();
  private readonly clients = new WeakMap<Socket, HandOverClient>();
  private socket: ControlSocket | undefined;

  private constructor(target: ControlTarget, log: Log, timeouts: ConnectionTimeouts) {
    this.target = target;
    this.log = log;
    this.timeouts = timeouts;
  }

  /** The error is a sentence about the path. */
  static async open(
    { path, takeover, timeouts = usualTimeouts }: ChannelOptions,
    target: ControlTarget,
    log: Log,
  ): Promise<Result<ControlChannel, string>> {
    const channel = new ControlChannel(target, log, timeouts);
    const opened = await ControlSocket.open({ path, takeover, accept: (socket) => channel.accept(socket) });
    if (!opened.ok) return err(`control socket ${path}: ${opened.error}`);
    channel.socket = opened.value;
    log.notice('general', `command channel listening on ${path}`);
    return ok(channel);
  }

  /** Have the path again where a server that wanted to take over has had it, and is gone. */
  async renew(): Promise<void> {
    if (this.socket === undefined || this.socket.isInPlace) return;
    const { path } = this.socket;
    this.socket.close();
    this.socket = undefined;
    const opened = await ControlSocket.open({ path, takeover: false, accept: (socket) => this.accept(socket) });
    if (opened.ok) this.socket = opened.value;
    else this.log.error('general', `control socket ${path}: ${opened.error}`);
  }

  /** Take no more connections; those that there are wait for `end`. */
  close(): void {
    if (this.socket === undefined) return;
    this.log.notice('general', `stopping command channel on ${this.socket.path}`);
    this.socket.close();
    this.socket = undefined;
  }

  /** The server has stopped: resolves when those who wait for it know. */
  async end(): Promise<void> {
    this.close();
    await Promise.all([...this.connections].map((connection) => connection.end()));
  }

  private accept(socket: Socket): void {
    const connection: ControlConnection = new ControlConnection(
      socket,
      (request) => this.answer(request, connection, socket),
      this.timeouts,
    );
    if (this.connections.size >= maxConnections) {
      connection.refuse(fail('too many connections', `${maxConnections} clients are served; try again`));
      return;
    }
    this.connections.add(connection);
    socket.once('close', () => this.connections.delete(connection));
  }

  private async handOver(
    handOver: HandOver,
    step: readonly string[],
    connection: ControlConnection,
    socket: Socket,
  ): Promise<ControlResponse> {
    try {
      const { closed } = connection;
      const response = await handOver.take(step, this.clientOf(socket, closed));
      if (response.ok) connection.keep();
      return response;
    } catch (error) {
      return fail('failure', error instanceof Error ? error.message : String(error));
    }
  }

  /** The same one for all steps of a connection. */
  private clientOf(socket: Socket, closed: Promise<void>): HandOverClient {
    const known = this.clients.get(socket);
    if (known !== undefined) return known;
    const client = { fd: descriptorOf(socket), closed, unsentOctets: () => socket.writableLength };
    this.clients.set(socket, client);
    return client;
  }

  private async answer(
    { command }: ControlRequest,
    connection: ControlConnection,
    socket: Socket,
  ): Promise<ControlResponse> {
    const [name = '', ...args] = command;
    const { handOver } = this.target;
    // Of programs, not of people.
    if (name === handOverWord && handOver !== undefined) return await this.handOver(handOver, args, connection, socket);
    const word = findWord(name);
    const text = loggedText(command);
    // Scripts ask for these each minute: BIND too says it to those who debug only.
    const isQuiet = word?.name === 'status' || word?.name === 'null';
    this.log.event('general', isQuiet ? 'debug' : 'info', `received control channel command '${text}'`);
    const refusal = refusalOf(name);
    if (refusal !== undefined) return fail('not implemented', refusal);
    if (word === undefined) {
      this.log.warning('general', `unknown control channel command '${loggedText([name])}'`);
      return fail('unknown command', '');
    }
    if (handOver?.isBusy === true && changingWords.has(word.name)) {
      return fail('busy', 'another server takes over just now: ask that one, in a moment');
    }
    try {
      return await controlCommands[word.name](args, this.target);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.error('general', `control channel command '${text}' failed: ${reason}`);
      return fail('failure', reason);
    }
  }
}

/** What must not happen while another server reads what is kept. */
const changingWords: ReadonlySet<WordName> = new Set([
  'addzone',
  'delzone',
  'dnstap',
  'dnstap-reopen',
  'drain',
  'freeze',
  'journal',
  'modzone',
  'reconfig',
  'refresh',
  'reload',
  'retransfer',
  'sync',
  'thaw',
  'undrain',
] as const);

/** Node keeps it to itself; -1 where it isn't found. */
function descriptorOf(socket: Socket): number {
  const { _handle } = socket as { readonly _handle?: { readonly fd?: unknown } | null };
  return typeof _handle?.fd === 'number' ? _handle.fd : -1;
}

/** What others write stands in one line of the log, whatever they write. */
function loggedText(command: readonly string[]): string {
  const text = command.join(' ').slice(0, maxLoggedOctets);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
  return text.replace(/[\u0000-\u001f\u007f-\u009f\\']/g, (char) => `\\${String(char.charCodeAt(0)).padStart(3, '0')}`);
}
