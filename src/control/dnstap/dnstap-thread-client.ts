import { Worker } from 'node:worker_threads';
import { threadEntry } from '../../plane/thread-entry.ts';
import type { Log } from '../log/log.ts';
import type { DnstapConfig } from './dnstap-config.ts';
import type { DnstapThreadStart, FromDnstapThread, ToDnstapThread } from './tap-messages.ts';

/** A thread that can't write (a hung disk) holds up the end of the server no longer than this. */
const stopMs = 3000;

/** Main's side of the dnstap thread. */
export class DnstapThreadClient {
  private readonly worker: Worker;
  private readonly log: Log;
  private readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Who waits for `done`, first come first. The first is the start. */
  private readonly waiting: PromiseWithResolvers<string | undefined>[] = [];
  /** Why the output could not be opened at the start. */
  readonly problem: Promise<string | undefined>;
  isAlive = true;

  constructor(log: Log, start: DnstapThreadStart) {
    this.log = log;
    this.problem = this.wait();
    this.worker = new Worker(threadEntry('dnstap-thread'), { name: 'dnstap', workerData: start });
    this.worker.on('message', (message: FromDnstapThread) => this.receive(message));
    this.worker.on('error', (error: Error) => {
      this.log.error('dnstap', `the dnstap thread died (${error.message}): no messages are written; answers go on`);
    });
    this.worker.on('exit', () => {
      this.isAlive = false;
      for (const { resolve } of this.waiting.splice(0)) resolve('the dnstap thread has ended');
      this.stopped.resolve();
    });
  }

  /** Write with these settings. Resolves to why the output could not be opened. */
  configure(config: DnstapConfig): Promise<string | undefined> {
    return this.order({ kind: 'configure', config });
  }

  /** See TapSink.reopen. */
  reopen(versions: number | undefined): Promise<string | undefined> {
    return this.order({ kind: 'reopen', versions });
  }

  /** Have all written, then end. */
  async stop(): Promise<void> {
    this.worker.postMessage({ kind: 'stop' } satisfies ToDnstapThread);
    const hurry = setTimeout(() => this.stopped.resolve(), stopMs);
    await this.stopped.promise;
    clearTimeout(hurry);
    await this.worker.terminate();
  }

  private order(order: ToDnstapThread): Promise<string | undefined> {
    if (!this.isAlive) return Promise.resolve('the dnstap thread has ended');
    this.worker.postMessage(order);
    return this.wait();
  }

  private wait(): Promise<string | undefined> {
    const waiting = Promise.withResolvers<string | undefined>();
    this.waiting.push(waiting);
    return waiting.promise;
  }

  private receive(message: FromDnstapThread): void {
    switch (message.kind) {
      case 'done':
        this.waiting.shift()?.resolve(message.problem);
        break;
      case 'trouble':
        this.log.event('dnstap', message.trouble.severity, message.trouble.message);
        break;
      case 'dropped':
        this.log.warning('dnstap', `${message.messages} messages not written: the output could not keep up`);
        break;
      case 'stopped':
        this.stopped.resolve();
        break;
    }
  }
}
