import type { ReloadOutcome } from '../channel/control-target.ts';

/** The server shall end. */
export class StopRequested extends Error {
  override readonly name = 'StopRequested';
}

/** Somebody wants a reload, and may wait for what comes of it. */
interface WantedReload {
  readonly newOnly: boolean;
  readonly tell: (outcome: ReloadOutcome) => void;
}

/**
 * What operators want of the process as a whole. SIGTERM and SIGINT end the server, a second one hurries; SIGHUP reloads, once more
 * if it comes while reloading; SIGUSR1 opens the log files again; the control channel asks for the same.
 */
export class Signals {
  private readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly hurried: PromiseWithResolvers<void> = Promise.withResolvers();
  private isStopping = false;
  /** The end was asked for by SIGTERM, as service managers and orchestrators do. */
  isTerminated = false;
  private wantedReloads: readonly WantedReload[] = [];
  private wake: () => void = () => undefined;
  /** SIGUSR1 came before there were log files to open again, or while they were opened. */
  private isReopenWanted = false;
  private reopenLogs: () => void = () => {
    this.isReopenWanted = true;
  };

  constructor() {
    const stop = () => {
      if (this.isStopping) this.hurried.resolve();
      this.askStop();
    };
    process.on('SIGTERM', () => {
      this.isTerminated ||= !this.isStopping;
      stop();
    });
    process.on('SIGINT', stop);
    process.on('SIGHUP', () => void this.askReload(false));
    process.on('SIGUSR1', () => this.reopenLogs());
  }

  onReopenLogs(reopen: () => void): void {
    this.reopenLogs = reopen;
    if (this.isReopenWanted) reopen();
  }

  askStop(): void {
    this.isStopping = true;
    this.stopped.resolve();
    this.wake();
  }

  /** Resolves when a reload that begins from now on has ended. `newOnly`: of zones only those that are new. */
  askReload(newOnly: boolean): Promise<ReloadOutcome> {
    if (this.isStopping) return Promise.resolve(stopping);
    return new Promise((tell) => {
      this.wantedReloads = [...this.wantedReloads, { newOnly, tell }];
      this.wake();
    });
  }

  /** Rejects with `StopRequested` when the server shall end. */
  async whenStopped(): Promise<never> {
    await this.stopped.promise;
    throw new StopRequested();
  }

  whenHurried(): Promise<void> {
    return this.hurried.promise;
  }

  /** Call `reload` for those who want one, one after the other, until the server shall end. */
  async forEachReload(reload: (newOnly: boolean) => Promise<ReloadOutcome>): Promise<void> {
    while (!this.isStopping) {
      const [first] = this.wantedReloads;
      if (first === undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.wake = resolve;
        await promise;
        continue;
      }
      // Several at once want the same.
      const { newOnly } = first;
      const wanted = this.wantedReloads.filter((other) => other.newOnly === newOnly);
      this.wantedReloads = this.wantedReloads.filter((other) => other.newOnly !== newOnly);
      const outcome = await this.untilStop(reload(newOnly));
      for (const { tell } of wanted) tell(outcome);
    }
    for (const { tell } of this.wantedReloads) tell(stopping);
  }

  /** No race with `stopped`: a promise that lives as long as the server would keep what came of each reload. */
  private untilStop(reloaded: Promise<ReloadOutcome>): Promise<ReloadOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<ReloadOutcome>();
    this.wake = () => {
      if (this.isStopping) resolve(stopping);
    };
    reloaded.then(resolve, reject);
    return promise;
  }
}

const stopping: ReloadOutcome = { kind: 'failed', reason: 'the server is stopping' };
