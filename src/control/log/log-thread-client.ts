import { Worker } from 'node:worker_threads';
import { threadEntry } from '../../plane/thread-entry.ts';
import type { Log } from './log.ts';
import type { LogEvent } from './log-event.ts';
import type { FromLogThread, LogThreadStart, ToLogThread } from './log-messages.ts';
import type { LoggingConfig } from './logging-config.ts';

/** A log thread that can't write (a hung disk) holds up the end of the server no longer than this. */
const stopMs = 3000;

/** Main's side of the log thread. */
export class LogThreadClient {
  private readonly worker: Worker;
  private readonly log: Log;
  private readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  private configured: PromiseWithResolvers<readonly string[]> = Promise.withResolvers();
  private isAlive = true;

  constructor(log: Log, start: LogThreadStart) {
    this.log = log;
    this.worker = new Worker(threadEntry('log-thread'), { name: 'log', workerData: start });
    this.worker.on('message', (message: FromLogThread) => this.receive(message));
    this.worker.on('error', (error: Error) => {
      this.say('error', `the log thread died (${error.message}): channels are no longer written; answers go on`);
    });
    this.worker.on('exit', () => {
      this.isAlive = false;
      this.configured.resolve(['the log thread has ended']);
      this.stopped.resolve();
    });
  }

  /** Why files could not be opened, when the thread has opened all others. */
  get problems(): Promise<readonly string[]> {
    return this.configured.promise;
  }

  write(event: LogEvent): void {
    if (this.isAlive) this.post({ kind: 'event', event });
  }

  /** Close all files and open those of `logging`. Resolves to why some could not be opened. */
  configure(logging: LoggingConfig): Promise<readonly string[]> {
    if (!this.isAlive) return Promise.resolve(['the log thread has ended']);
    this.configured = Promise.withResolvers();
    this.post({ kind: 'configure', logging });
    return this.configured.promise;
  }

  setDebugLevel(level: number): void {
    if (this.isAlive) this.post({ kind: 'debugLevel', level });
  }

  /** Have all written, then end. */
  async stop(): Promise<void> {
    this.post({ kind: 'stop' });
    const hurry = setTimeout(() => this.stopped.resolve(), stopMs);
    await this.stopped.promise;
    clearTimeout(hurry);
    await this.worker.terminate();
  }

  private receive(message: FromLogThread): void {
    switch (message.kind) {
      case 'configured':
        this.configured.resolve(message.problems);
        break;
      case 'trouble':
        this.say(message.trouble.severity, message.trouble.message);
        break;
      case 'dropped':
        this.log.warning('general', `query log: ${message.entries} questions not logged, the log could not keep up`);
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
