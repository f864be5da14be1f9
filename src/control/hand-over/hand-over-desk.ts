import { setImmediate } from 'node:timers/promises';
import { findLibc } from '../../plane/libc.ts';
import { DescriptorMessages } from '../../plane/sockets/descriptor-messages.ts';
import { type PeerCredentials, SocketInspector } from '../../plane/sockets/socket-facts.ts';
import { type ControlResponse, fail, succeed } from '../channel/messages.ts';
import type { Log } from '../log/log.ts';
import { type DescriptorLine, descriptorsPerLine, type HandedSockets, handOverVersion } from './steps.ts';

/** The connection of who takes over. */
export interface HandOverClient {
  /** Of its socket; -1 where that can't be told. */
  readonly fd: number;
  readonly closed: Promise<void>;
  /** Octets that Node has not written yet. */
  unsentOctets(): number;
}

/** What the server that goes does for it. */
export interface HandedServer {
  /** Main's own descriptors of the listening sockets. */
  sockets(): readonly number[];
  /** Write everything, and write nothing more. */
  lend(): Promise<void>;
  takeBack(): Promise<void>;
  /** End; resolves when nothing is read from the sockets any more. */
  leave(successor: PeerCredentials): Promise<void>;
}

/** The side of the server that goes. One takes over at a time. */
export class HandOverDesk {
  private readonly server: HandedServer;
  private readonly log: Log;
  private client: HandOverClient | undefined;
  private peer: PeerCredentials | undefined;
  private lending: Promise<void> | undefined;
  private failure: string | undefined;
  /** Another server has the sockets for good. */
  isDone = false;
  /** Told once of what came of the one that takes over now: why it did not, or nothing. */
  onEnd: ((failure: string | undefined) => void) | undefined;

  constructor(server: HandedServer, log: Log) {
    this.server = server;
    this.log = log;
  }

  /** Somebody is taking over: nothing may be changed meanwhile. */
  get isBusy(): boolean {
    return this.client !== undefined;
  }

  async take([step = '', ...args]: readonly string[], client: HandOverClient): Promise<ControlResponse> {
    if (step === 'sockets') return await this.giveSockets(args, client);
    if (client !== this.client) return fail('unexpected', '`hand-over sockets` comes first');
    switch (step) {
      case 'data':
        this.lending ??= this.server.lend();
        await this.lending;
        return succeed();
      case 'exchange':
        return await this.exchange();
      case 'failed':
        this.failure = args.join(' ').slice(0, maxReasonLength);
        return succeed();
      default:
        return fail('unknown step', step);
    }
  }

  private async giveSockets([version]: readonly string[], client: HandOverClient): Promise<ControlResponse> {
    const libc = findLibc();
    if (libc === undefined || client.fd < 0) return fail('not implemented', 'descriptors can not be sent from here');
    const peer = new SocketInspector(libc).peerOf(client.fd);
    if (peer === undefined || !isTrusted(peer)) {
      this.log.warning(
        'general',
        `user ${peer?.uid ?? 'unknown'} may not take over: only the server's own and root may`,
      );
      return fail('permission denied', 'only the user that the server runs as, and root, may take over from it');
    }
    if (version !== handOverVersion) return fail('version', `this server hands over by version ${handOverVersion}`);
    const descriptors = this.server.sockets();
    if (this.isBusy || this.isDone || descriptors.length === 0)
      return fail('busy', 'it ends, or another one takes over');
    this.begin(client, peer);
    const problem = await sendDescriptors(new DescriptorMessages(libc), client, descriptors);
    if (problem !== undefined) return fail('failure', `cannot send descriptors: ${problem}`);
    const data: HandedSockets = { pid: process.pid, descriptors: descriptors.length };
    return succeed('', data);
  }

  private begin(client: HandOverClient, peer: PeerCredentials): void {
    this.client = client;
    this.peer = peer;
    this.failure = undefined;
    this.log.notice('general', `process ${peer.pid} takes over: it has the sockets, and loads its zones`);
    void client.closed.then(() => this.giveUp());
  }

  private async exchange(): Promise<ControlResponse> {
    this.isDone = true;
    this.log.notice('general', `process ${this.peer?.pid} answers from now on`);
    await this.server.leave(this.peer as PeerCredentials);
    this.end(undefined);
    return succeed();
  }

  /** Its connection has ended. */
  private async giveUp(): Promise<void> {
    if (this.isDone) return;
    const reason = this.failure ?? 'it ended without a word: its log says why';
    this.log.error('general', `process ${this.peer?.pid} does not take over: ${reason}; this server goes on`);
    if (this.lending !== undefined) {
      await this.lending.catch(() => undefined);
      await this.server.takeBack();
    }
    this.lending = undefined;
    this.client = undefined;
    this.end(reason);
  }

  private end(failure: string | undefined): void {
    const { onEnd } = this;
    this.onEnd = undefined;
    onEnd?.(failure);
  }
}

const maxReasonLength = 1000;

function isTrusted({ uid }: PeerCredentials): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

/** Gives why not. */
async function sendDescriptors(
  messages: DescriptorMessages,
  client: HandOverClient,
  descriptors: readonly number[],
): Promise<string | undefined> {
  for (let i = 0; i < descriptors.length; i += descriptorsPerLine) {
    // Behind what Node has been given to write.
    for (let turn = 0; client.unsentOctets() > 0 && turn < maxTurns; turn++) await setImmediate();
    const part = descriptors.slice(i, i + descriptorsPerLine);
    const line: DescriptorLine = { descriptors: part.length };
    const problem = messages.send(client.fd, Buffer.from(`${JSON.stringify(line)}\n`), part);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const maxTurns = 1000;
