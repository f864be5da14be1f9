import type { Deferred } from '../../plane/deferred.ts';
import type { FromWorker, ToWorker, WorkerSocket, WorkerStart } from '../../plane/messages.ts';
import type { Log } from '../log/log.ts';
import { Backoff } from './backoff.ts';
import type { Thread } from './thread.ts';

/** What a worker needs from the rest each time it is started. */
export interface WorkerSupply {
  /** A thread for this place. It waits for its `WorkerStart`. */
  takeThread(): Thread;
  /** Duplicates of the descriptors. Throws where none is left. */
  takeSockets(): readonly WorkerSocket[];
  /** Close what is left of them after the thread has ended. */
  releaseSockets(sockets: readonly WorkerSocket[]): void;
  /** A message that the worker leaves to others; `reply` gives it the response, where it is the worker that sends it. */
  takeDeferred(deferred: Deferred, reply: (octets: Uint8Array, number: number) => void): void;
  /** Everything but the sockets, with the settings of this moment. */
  startData(): Omit<WorkerStart, 'sockets'>;
}

/** One place of the data plane: a thread, and the one after it should it die. */
export class DataWorker {
  readonly name: string;
  private readonly supply: WorkerSupply;
  private readonly log: Log;
  private readonly backoff = new Backoff();
  private readonly firstReady: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly ended: PromiseWithResolvers<void> = Promise.withResolvers();
  private thread: Thread | undefined;
  private restart: NodeJS.Timeout | undefined;
  private lent: PromiseWithResolvers<void> | undefined;
  private hasBeenReady = false;
  /** It has said so, and is there. */
  isAnswering = false;
  private isStopping = false;
  /** How often it was replaced. */
  replacements = 0;

  constructor(name: string, supply: WorkerSupply, log: Log) {
    this.name = name;
    this.supply = supply;
    this.log = log;
    this.firstReady.promise.catch(() => undefined);
  }

  /** Start the thread. Resolves when it answers; rejects where it can't. */
  start(): Promise<void> {
    this.spawn();
    return this.firstReady.promise;
  }

  /** Resolves when it was told to stop, and has. */
  get whenEnded(): Promise<void> {
    return this.ended.promise;
  }

  /** Have it let go of the journal. Resolves when it has, or is gone. */
  async lendJournal(): Promise<void> {
    if (this.thread === undefined) return;
    this.lent = Promise.withResolvers();
    this.send({ kind: 'journal', isLent: true });
    await this.lent.promise;
  }

  send(message: ToWorker): void {
    this.thread?.post(message);
  }

  /** Have it answer what it has received and end. Resolves when the thread is gone. */
  stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.restart);
    if (this.thread === undefined) this.ended.resolve();
    else this.send({ kind: 'stop' });
    return this.ended.promise;
  }

  /** Don't wait any longer. */
  terminate(): void {
    void this.thread?.terminate();
  }

  private spawn(): void {
    let sockets: readonly WorkerSocket[];
    try {
      sockets = this.supply.takeSockets();
    } catch (error) {
      this.replaceLater(error instanceof Error ? error.message : String(error));
      return;
    }
    const thread = this.supply.takeThread();
    const start: WorkerStart = { ...this.supply.startData(), sockets };
    thread.post(start);
    this.thread = thread;
    let reason = 'it ended without a word';
    thread.listen({
      message: (message) => {
        reason = this.hear(message as FromWorker) ?? reason;
      },
      error: (error) => {
        reason = error.stack ?? error.message;
      },
      exit: () => {
        this.thread = undefined;
        this.isAnswering = false;
        this.lent?.resolve();
        this.supply.releaseSockets(sockets);
        if (this.isStopping) this.ended.resolve();
        else this.replaceLater(reason);
      },
    });
  }

  /** Gives why it ends, if that is what it says. */
  private hear(message: FromWorker): string | undefined {
    if (message.kind === 'ready') this.welcome();
    else if (message.kind === 'deferred') this.takeDeferred(message);
    else if (message.kind === 'journal-lent') this.lent?.resolve();
    else if (message.kind === 'network') this.log.info('network', message.message);
    else if (message.kind === 'fault') this.logFault(message.message, message.count);
    return message.kind === 'failed' ? message.message : undefined;
  }

  private takeDeferred(deferred: Deferred): void {
    const { client } = deferred;
    const { thread } = this;
    this.supply.takeDeferred(deferred, (octets, number) => {
      // The thread in its place has given the number to a connection of somebody else.
      if (thread === this.thread) this.send({ kind: 'reply', number, client, octets });
    });
  }

  private welcome(): void {
    if (this.hasBeenReady) this.log.notice('general', `worker ${this.name} answers again`);
    this.hasBeenReady = true;
    this.isAnswering = true;
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
