/** Both ends of a hand-over, for the life of `serve`: from the server before this one, and to the one after it (ADR 0023). */
import { readFileSync } from 'node:fs';
import type { ControlChannel } from '../channel/control-channel.ts';
import type { HandOver } from '../channel/control-target.ts';
import type { HandOverDesk } from '../hand-over/hand-over-desk.ts';
import type { Predecessor } from '../hand-over/predecessor.ts';
import type { Log } from '../log/log.ts';
import { findUser } from './privileges.ts';
import type { ServePlan, ServeRequest } from './serve-plan.ts';
import { type Server, StartFailed } from './server.ts';
import type { Signals } from './signals.ts';
import type { Notify } from './systemd.ts';

/** Connections of the server that goes are served for so long at most, transfers too. */
export const servingOutMs = 60_000;

/**
 * The server whose place is taken, its sockets in hand and its journal closed; `undefined`: there is none, or one that can't hand over
 * and whose sockets are joined. Throws `StartFailed` where it does not want to.
 */
export async function askPredecessor(
  request: ServeRequest,
  { config }: ServePlan,
  log: Log,
): Promise<Predecessor | undefined> {
  if (!request.takeover) return undefined;
  const path = request.takeoverFrom ?? config.control;
  if (path === undefined) {
    log.warning('general', `--takeover: no control socket is configured, so ${joined}`);
    return undefined;
  }
  const { Predecessor } = await import('../hand-over/predecessor.ts');
  const asked = await Predecessor.ask(path, trustedUids(config.user));
  if (!asked.ok) {
    const { kind, message } = asked.error;
    if (kind === 'refused') throw refused(log, `cannot take over from the server at ${path}: ${message}`);
    if (kind === 'absent') log.notice('general', `--takeover: no server at ${path} (${message}): starting as usual`);
    else log.warning('general', `--takeover: the server at ${path} can't hand over (${message}), so ${joined}`);
    return undefined;
  }
  const predecessor = asked.value;
  log.notice('general', `taking over from process ${predecessor.pid}: it answers until all is loaded here`);
  const problem = await predecessor.lendData();
  if (problem === undefined) return predecessor;
  predecessor.close();
  throw refused(log, `process ${predecessor.pid} does not hand over: ${problem}`);
}

const joined = 'its sockets are joined: questions are lost when it ends';

/** All answers here: let the server before this one end. It may have ended by itself. */
export async function exchange(predecessor: Predecessor | undefined, log: Log): Promise<void> {
  if (predecessor === undefined) return;
  const problem = await predecessor.exchange();
  if (problem === undefined) log.notice('general', `process ${predecessor.pid} has handed over`);
  else log.error('general', `process ${predecessor.pid} does not end: ${problem}; both answer until it is stopped`);
}

function refused(log: Log, message: string): StartFailed {
  log.error('general', message);
  return new StartFailed(message);
}

/** Whom the configuration lets the server become. */
function trustedUids(user: string | undefined): readonly number[] {
  if (user === undefined) return [];
  try {
    const found = findUser(user, readFileSync('/etc/passwd', 'utf8'));
    return found === undefined ? [] : [found.uid];
  } catch {
    // The start says so.
    return [];
  }
}

/** The server as the one that goes; its code is loaded when somebody comes. */
export class Departure implements HandOver {
  private readonly server: Server;
  private readonly signals: Signals;
  private readonly notify: Notify;
  private readonly log: Log;
  private readonly control: () => Promise<ControlChannel | undefined>;
  private loading: Promise<typeof import('../hand-over/hand-over-desk.ts')> | undefined;
  private desk: HandOverDesk | undefined;
  private successorPid: number | undefined;

  constructor(
    server: Server,
    signals: Signals,
    notify: Notify,
    log: Log,
    control: () => Promise<ControlChannel | undefined>,
  ) {
    this.server = server;
    this.signals = signals;
    this.notify = notify;
    this.log = log;
    this.control = control;
  }

  /** Another server has the sockets: what has to be done still is to serve out. */
  get isDone(): boolean {
    return this.desk?.isDone === true;
  }

  get isBusy(): boolean {
    return this.desk?.isBusy === true;
  }

  async take(...[step, client]: Parameters<HandOver['take']>): ReturnType<HandOver['take']> {
    return await (await this.openDesk()).take(step, client);
  }

  async upgrade(): ReturnType<HandOver['upgrade']> {
    const { startSuccessor, upgrade } = await import('../hand-over/successor.ts');
    return await upgrade(await this.openDesk(), this.server.configInForce.control, (path) => {
      const successor = startSuccessor(path);
      this.successorPid = successor.pid;
      return successor;
    });
  }

  private async openDesk(): Promise<HandOverDesk> {
    this.loading ??= import('../hand-over/hand-over-desk.ts');
    const { HandOverDesk: Desk } = await this.loading;
    const { server } = this;
    this.desk ??= new Desk(
      {
        sockets: () => (server.isLeaving ? [] : server.listenSockets.map(({ fd }) => fd)),
        lend: () => server.lend(),
        takeBack: async () => {
          await server.takeBack();
          await (await this.control())?.renew();
        },
        leave: async ({ pid }) => {
          // Of systemd: the service is that process from now on, which has the right to speak for it.
          if (pid === this.successorPid) this.notify(`MAINPID=${pid}`);
          this.signals.askStop();
          await server.whenSilent;
        },
      },
      this.log,
    );
    return this.desk;
  }
}
