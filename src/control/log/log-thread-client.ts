import { Worker } from 'node:worker_threads';
import { threadEntry } from '../../plane/thread-entry.ts';
import { Backoff } from '../workers/backoff.ts';
import type { Log } from './log.ts';
import type { LogEvent } from './log-event.ts';
import type { FromLogThread, LogThreadStart, ToLogThread } from './log-messages.ts';
import type { LoggingConfig } from './logging-config.ts';
import type { WorkerNews } from './worker-news.ts';

/** A log thread that can't write (a hung disk) holds up the end of the server no longer than this. */
const stopMs = 3000;
const hasEnded = 'the log thread has ended';

/** Main's side of the log thread, and of the one after it should it die. */
export class LogThreadClient {
  private readonly log: Log;
  private readonly backoff = new Backoff();
  private readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly begun: PromiseWithResolvers<readonly string[]>;
  /** Of those configurations that the thread hasn't answered yet, in their order: there may be several at once. */
  private readonly configuring: PromiseWithResolvers<readonly string[]>[] = [];
  private readonly takeNews: ((news: readonly WorkerNews[]) => void) | undefined;
  /** What a thread that is started now begins with. */
  private begin: LogThreadStart;
  private worker: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  /** Of main, while there is no thread. */
  private lostEvents = 0;
  private isStopping = false;

  /** `takeNews`: who wants to know of transfers to others, and of refusals. */
  constructor(
    log: Log,
    start: Pick<LogThreadStart, 'logging' | 'sources' | 'owner' | 'debugLevel'>,
    takeNews?: (news: readonly WorkerNews[]) => void,
  ) {
    this.log = log;
    this.takeNews = takeNews;
    this.begin = { ...start, tellsNews: takeNews !== undefined };
    this.begun = this.spawn();
  }

  /** Why files could not be opened, when the thread has opened all others. */
  get problems(): Promise<readonly string[]> {
    return this.begun.promise;
  }

  write(event: LogEvent): void {
    if (this.worker === undefined) this.lostEvents++;
    else this.post({ kind: 'event', event });
  }

  /** Close all files and open those of `logging`. Resolves to why some could not be opened. */
  configure(logging: LoggingConfig): Promise<readonly string[]> {
    this.begin = { ...this.begin, logging };
    if (this.worker === undefined) return Promise.resolve([hasEnded]);
    const configured = this.expectAnswer();
    this.post({ kind: 'configure', logging });
    return configured.promise;
  }

  setDebugLevel(level: number): void {
    this.begin = { ...this.begin, debugLevel: level };
    if (this.worker !== undefined) this.post({ kind: 'debugLevel', level });
  }

  /** Have all written, then end. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.restart);
    const { worker } = this;
    if (worker === undefined) return;
    this.post({ kind: 'stop' });
    const hurry = setTimeout(() => this.stopped.resolve(), stopMs);
    await this.stopped.promise;
    clearTimeout(hurry);
    await worker.terminate();
  }

  /** Resolves to why files could not be opened. */
  private spawn(): PromiseWithResolvers<readonly string[]> {
    const worker = new Worker(threadEntry('log-thread'), { name: 'log', workerData: this.begin });
    this.worker = worker;
    const begun = this.expectAnswer();
    worker.on('message', (message: FromLogThread) => this.receive(message));
    let reason = 'it ended without a word';
    worker.on('error', (error: Error) => {
      reason = error.message;
    });
    worker.on('exit', () => {
      this.worker = undefined;
      for (const { resolve } of this.configuring.splice(0)) resolve([hasEnded]);
      if (this.isStopping) this.stopped.resolve();
      else this.replace(reason);
    });
    return begun;
  }

  private replace(reason: string): void {
    const delayMs = this.backoff.nextDelayMs(performance.now());
    // It may be a record in a ring that it dies of again and again.
    this.begin = { ...this.begin, skipsWaiting: delayMs > 0 };
    const when = delayMs === 0 ? 'now' : `in ${delayMs} ms, without what waits`;
    this.say('error', `the log thread died (${reason}): a new one starts ${when}; answers go on`);
    this.restart = setTimeout(() => this.beginAgain(), delayMs);
  }

  private beginAgain(): void {
    const { promise } = this.spawn();
    void promise.then((problems) => {
      if (this.worker === undefined) return;
      const lost = this.lostEvents === 0 ? '' : `; ${this.lostEvents} lines meanwhile are in no channel`;
      this.lostEvents = 0;
      this.say('notice', `the log thread writes again${lost}`);
      for (const problem of problems) this.say('error', problem);
    });
  }

  private expectAnswer(): PromiseWithResolvers<readonly string[]> {
    const configured = Promise.withResolvers<readonly string[]>();
    this.configuring.push(configured);
    return configured;
  }

  private receive(message: FromLogThread): void {
    switch (message.kind) {
      case 'configured':
        this.configuring.shift()?.resolve(message.problems);
        break;
      case 'trouble':
        this.say(message.trouble.severity, message.trouble.message);
        break;
      case 'dropped':
        this.log.warning('general', `query log: ${message.entries} questions not logged, the log could not keep up`);
        break;
      case 'news':
        this.takeNews?.(message.news);
        break;
      case 'stopped':
        this.stopped.resolve();
        break;
    }
  }

  private say(severity: 'error' | 'warning' | 'notice', message: string): void {
    this.log.say({ category: 'general', severity, message });
  }

  private post(message: ToLogThread): void {
    this.worker?.postMessage(message);
  }
}
