import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSocket, WorkerStart } from '../../plane/messages.ts';
import type { Log } from '../log/log.ts';
import { Backoff } from './backoff.ts';

/** What a worker needs from the rest each time it is started. */
export interface WorkerSupply {
  /** Duplicates of the descriptors. Throws where none is left. */
  takeSockets(): readonly WorkerSocket[];
  /** Close what is left of them after the thread has ended. */
  releaseSockets(sockets: readonly WorkerSocket[]): void;
  /** Everything but the sockets, with the settings of this moment. */
  startData(): Omit<WorkerStart, 'sockets'>;
}

/** One place of the data plane: a thread, and the one after it should it die. */
export class DataWorker {
  readonly name: string;
  private readonly entry: URL;
  private readonly supply: WorkerSupply;
  private readonly log: Log;
  private readonly backoff = new Backoff();
  private readonly firstReady: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly ended: PromiseWithResolvers<void> = Promise.withResolvers();
  private worker: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  private hasBeenReady = false;
  private isStopping = false;
  /** How often it was replaced. */
  replacements = 0;

  constructor(name: string, entry: URL, supply: WorkerSupply, log: Log) {
    this.name = name;
    this.entry = entry;
    this.supply = supply;
    this.log = log;
    this.firstReady.promise.catch(() => undefined);
  }

  /** Start the thread. Resolves when it answers; rejects where it can't. */
  start(): Promise<void> {
    this.spawn();
    return this.firstReady.promise;
  }

  send(message: ToWorker): void {
    this.worker?.postMessage(message);
  }

  /** Have it answer what it has received and end. Resolves when the thread is gone. */
  stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.restart);
    if (this.worker === undefined) this.ended.resolve();
    else this.send({ kind: 'stop' });
    return this.ended.promise;
  }

  /** Don't wait any longer. */
  terminate(): void {
    void this.worker?.terminate();
  }

  private spawn(): void {
    let sockets: readonly WorkerSocket[];
    try {
      sockets = this.supply.takeSockets();
    } catch (error) {
      this.replaceLater(error instanceof Error ? error.message : String(error));
      return;
    }
    const workerData: WorkerStart = { ...this.supply.startData(), sockets };
    const worker = new Worker(this.entry, { name: this.name, workerData });
    let reason = 'it ended without a word';
    this.worker = worker;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') this.welcome();
      else if (message.kind === 'failed') reason = message.message;
      else if (message.kind === 'fault') this.logFault(message.message, message.count);
    });
    worker.on('error', (error: Error) => {
      reason = error.stack ?? error.message;
    });
    worker.on('exit', () => {
      this.worker = undefined;
      this.supply.releaseSockets(sockets);
      if (this.isStopping) this.ended.resolve();
      else this.replaceLater(reason);
    });
  }

  private welcome(): void {
    if (this.hasBeenReady) this.log.notice('general', `worker ${this.name} answers again`);
    this.hasBeenReady = true;
    this.firstReady.resolve();
  }

  private replaceLater(reason: string): void {
    const [first = '', ...rest] = reason.split('\n');
    if (!this.hasBeenReady) {
      this.firstReady.reject(new Error(`worker ${this.name} could not start: ${first}`));
      return;
    }
    this.replacements++;
    const delayMs = this.backoff.nextDelayMs(performance.now());
    const message = `worker ${this.name} died: ${first}; a new one starts ${delayMs === 0 ? 'now' : `in ${delayMs} ms`}`;
    this.log.error('general', message, rest.length === 0 ? {} : { detail: rest.join('\n') });
    this.restart = setTimeout(() => this.spawn(), delayMs);
  }

  private logFault(message: string, count: number): void {
    const [first = '', ...rest] = message.split('\n');
    const text = `worker ${this.name}: a bug: ${first} (${count} questions answered with SERVFAIL)`;
    this.log.error('general', text, rest.length === 0 ? {} : { detail: rest.join('\n') });
  }
}
