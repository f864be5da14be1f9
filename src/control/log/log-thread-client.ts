import { Worker } from 'node:worker_threads';
import { threadEntry } from '../../plane/thread-entry.ts';
import type { Log } from './log.ts';
import type { LogEvent } from './log-event.ts';
import type { FromLogThread, LogThreadStart, ToLogThread } from './log-messages.ts';
import type { LoggingConfig } from './logging-config.ts';
import type { WorkerNews } from './worker-news.ts';

/** A log thread that can't write (a hung disk) holds up the end of the server no longer than this. */
const stopMs = 3000;

/** Main's side of the log thread. */
export class LogThreadClient {
  private readonly worker: Worker;
  private readonly log: Log;
  private readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly begun: PromiseWithResolvers<readonly string[]> = Promise.withResolvers();
  /** Of those configurations that the thread hasn't answered yet, in their order: there may be several at once. */
  private readonly configuring = [this.begun];
  private readonly takeNews: ((news: readonly WorkerNews[]) => void) | undefined;
  private isAlive = true;
  private isStopping = false;

  /** `takeNews`: who wants to know of transfers to others, and of refusals. */
  constructor(log: Log, start: Omit<LogThreadStart, 'tellsNews'>, takeNews?: (news: readonly WorkerNews[]) => void) {
    this.log = log;
    this.takeNews = takeNews;
    this.worker = new Worker(threadEntry('log-thread'), {
      name: 'log',
      workerData: { ...start, tellsNews: takeNews !== undefined },
    });
    this.worker.on('message', (message: FromLogThread) => this.receive(message));
    let reason = 'it ended without a word';
    this.worker.on('error', (error: Error) => {
      reason = error.message;
    });
    this.worker.on('exit', () => {
      this.isAlive = false;
      if (!this.isStopping)
        this.say('error', `the log thread died (${reason}): channels are no longer written; answers go on`);
      for (const { resolve } of this.configuring.splice(0)) resolve(['the log thread has ended']);
      this.stopped.resolve();
    });
  }

  /** Why files could not be opened, when the thread has opened all others. */
  get problems(): Promise<readonly string[]> {
    return this.begun.promise;
  }

  write(event: LogEvent): void {
    if (this.isAlive) this.post({ kind: 'event', event });
  }

  /** Close all files and open those of `logging`. Resolves to why some could not be opened. */
  configure(logging: LoggingConfig): Promise<readonly string[]> {
    if (!this.isAlive) return Promise.resolve(['the log thread has ended']);
    const configured: typeof this.begun = Promise.withResolvers();
    this.configuring.push(configured);
    this.post({ kind: 'configure', logging });
    return configured.promise;
  }

  setDebugLevel(level: number): void {
    if (this.isAlive) this.post({ kind: 'debugLevel', level });
  }

  /** Have all written, then end. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.post({ kind: 'stop' });
    const hurry = setTimeout(() => this.stopped.resolve(), stopMs);
    await this.stopped.promise;
    clearTimeout(hurry);
    await this.worker.terminate();
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
    this.worker.postMessage(message);
  }
}
