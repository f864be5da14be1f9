import type { FromLoader, LoadSummary, ToLoader, ZoneToLoad } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import type { Thread } from '../workers/thread.ts';
import { logOutcome } from './log-outcome.ts';

/** A load that takes longer is spoken of, and again after each such time. */
const progressMs = 5000;

/** Main's side of the loader thread. */
export class Loader {
  private readonly thread: Thread;
  private readonly log: Log;
  private readonly waiting = new Map<number, { resolve(summary: LoadSummary): void; reject(error: Error): void }>();
  private readonly started: PromiseWithResolvers<SharedArrayBuffer> = Promise.withResolvers();
  private nextId = 1;
  private loadingZone = '';
  private failure: Error | undefined;
  private isStopping = false;

  constructor(thread: Thread, log: Log) {
    this.log = log;
    this.thread = thread;
    this.started.promise.catch(() => undefined);
    thread.listen({
      message: (message) => this.receive(message as FromLoader),
      error: (error) => this.fail(error),
      exit: () => this.fail(new Error('the loader thread has ended')),
    });
  }

  /** The shared memory that holds all zones; rejects where the thread can't start. */
  get arena(): Promise<SharedArrayBuffer> {
    return this.started.promise;
  }

  /** Serve exactly these zones. What becomes of each is logged. Rejects when the thread has died. */
  async load(zones: readonly ZoneToLoad[], strict: boolean): Promise<LoadSummary> {
    if (this.failure !== undefined) throw this.failure;
    const id = this.nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<LoadSummary>();
    this.waiting.set(id, { resolve, reject });
    this.post({ kind: 'load', id, zones, strict });
    const startMs = performance.now();
    const progress = setInterval(() => {
      const seconds = Math.round((performance.now() - startMs) / 1000);
      this.log.info('zoneload', `still loading: zone ${this.loadingZone}, ${seconds} s so far`);
    }, progressMs);
    try {
      return await promise;
    } finally {
      clearInterval(progress);
    }
  }

  async stop(): Promise<void> {
    if (this.isStopping || this.failure !== undefined) return;
    this.isStopping = true;
    // It may be in the middle of a long load; nothing that it holds outlives the process.
    await this.thread.terminate();
  }

  private receive(message: FromLoader): void {
    switch (message.kind) {
      case 'started':
        this.started.resolve(message.arena);
        break;
      case 'loading':
        this.loadingZone = message.name;
        break;
      case 'zone':
        logOutcome(this.log, message.outcome);
        break;
      case 'done':
        this.waiting.get(message.id)?.resolve(message.summary);
        this.waiting.delete(message.id);
        break;
    }
  }

  private fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.started.reject(error);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    if (!this.isStopping) {
      const message = `the loader thread died (${error.message}): zones are served as they are and can't be reloaded; restart`;
      this.log.event('general', 'critical', message, { detail: error.stack });
    }
  }

  private post(message: ToLoader): void {
    this.thread.post(message);
  }
}
