import type { AnswerSettings } from '../../plane/answer-settings.ts';
import { ControlWords } from '../../plane/control-words.ts';
import { CounterBlock, createCounters } from '../../plane/counters.ts';
import type { Deferred } from '../../plane/deferred.ts';
import type { TcpLimits, TlsCredentials } from '../../plane/messages.ts';
import { createLogRing } from '../../plane/rings/log-ring.ts';
import { countDropped } from '../../plane/rings/record-ring.ts';
import type { ListenSockets } from '../../plane/sockets/listen-sockets.ts';
import { countReply } from '../deferred/count-reply.ts';
import { DeferredReplies } from '../deferred/deferred-replies.ts';
import { DeferredRequest } from '../deferred/deferred-request.ts';
import { LostDeferred } from '../deferred/lost-deferred.ts';
import type { Dnstap } from '../dnstap/dnstap.ts';
import type { Log } from '../log/log.ts';
import type { LogSource } from '../log/log-messages.ts';
import { mainReaderIndex } from '../notify/served-zones.ts';
import { DataWorker, type WorkerSupply } from './data-worker.ts';
import { ProtectionMemory } from './protection-memory.ts';
import type { ThreadStock } from './thread-stock.ts';

export interface PoolOptions {
  readonly udpWorkers: number;
  readonly settings: AnswerSettings;
  readonly tcp: TcpLimits;
  readonly tls?: TlsCredentials | undefined;
  readonly udpBackend: 'batch' | 'dgram';
  /** Transfers to others at once. */
  readonly transfersOut: number;
  readonly journalFolder: string | undefined;
}

/** What the pool takes from. */
export interface PoolSupply {
  readonly arena: SharedArrayBuffer;
  readonly sockets: ListenSockets;
  readonly memory: PoolMemory;
  readonly threads: ThreadStock;
  /** For those messages that dnstap is told of. */
  readonly dnstap?: Pick<Dnstap, 'start' | 'answered'> | undefined;
  /** Who answers what workers leave to others. */
  takeDeferred(request: DeferredRequest): void;
}

/** TCP and its event loop: one thread, all connections. */
export const tcpWorkers = 1;

/** Start the threads of the pool's workers ahead of the pool, those that have not been started yet. */
export function startWorkerThreads(threads: ThreadStock, udpWorkers: number): void {
  for (let place = 0; place < udpWorkers; place++) threads.start('udp-worker', workerName('udp', place));
  for (let place = 0; place < tcpWorkers; place++) threads.start('tcp-worker', workerName('tcp', place));
}

/** `udp-1` is the first. */
function workerName(transport: 'udp' | 'tcp', place: number): string {
  return `${transport}-${place + 1}`;
}

/** What the workers hold in common and outlives each of them: counters, rings, control words. */
export class PoolMemory {
  readonly control = new ControlWords();
  readonly counters: SharedArrayBuffer;
  /** Main's own block. */
  readonly ownCounters: CounterBlock;
  readonly logSources: readonly LogSource[];

  constructor(udpWorkers: number) {
    const workers = udpWorkers + tcpWorkers;
    this.counters = createCounters(workers + 1);
    this.ownCounters = new CounterBlock(this.counters, workers);
    this.logSources = Array.from({ length: workers }, (_, index) => ({
      ring: createLogRing(),
      object: madeUpObject(index),
    }));
  }

  /** Log records of all workers that found no room. */
  get logDropped(): number {
    return this.logSources.reduce((sum, { ring }) => sum + countDropped(ring), 0);
  }
}

/** `@0x7f…` as BIND prints the address of its client object: one per worker, stable, of the usual length. */
function madeUpObject(index: number): string {
  return `0x7f${(0x1feac00000 + index * 0x21000 + 0x98).toString(16).padStart(10, '0')}`;
}

/** Readers' places behind those of the workers: one for each transfer that may go on at once, so far as there are places. */
function placesForTransfers({ udpWorkers, transfersOut }: PoolOptions): readonly number[] {
  const first = udpWorkers + tcpWorkers;
  return Array.from({ length: Math.min(transfersOut, mainReaderIndex - first) }, (_, transfer) => first + transfer);
}

/** All workers of the data plane. */
export class WorkerPool {
  private readonly workers: readonly DataWorker[];
  private readonly memory: PoolMemory;
  private readonly dnstap: PoolSupply['dnstap'];
  private readonly sockets: ListenSockets;
  private readonly protection = new ProtectionMemory();
  private settings: AnswerSettings;
  private tls: TlsCredentials | undefined;
  private isJournalLent = false;
  private steering: SharedArrayBuffer | undefined;

  constructor(supply: PoolSupply, options: PoolOptions, log: Log) {
    const { arena, sockets, memory, threads, dnstap } = supply;
    const replies = new DeferredReplies(sockets, memory.control);
    const lost = new LostDeferred(memory.control, log);
    this.memory = memory;
    this.dnstap = dnstap;
    this.sockets = sockets;
    this.settings = this.protection.complete(options.settings);
    this.tls = options.tls;
    const transferReaders = placesForTransfers(options);
    const make = (transport: 'udp' | 'tcp', place: number, index: number) => {
      const name = workerName(transport, place);
      const workerSupply: WorkerSupply = {
        takeThread: () => threads.take(`${transport}-worker`, name),
        takeSockets: () => sockets.duplicateFor(transport, place),
        releaseSockets: (duplicates) => sockets.release(transport, place, duplicates),
        takeDeferred: (deferred, reply) => {
          const { object } = memory.logSources[index] as LogSource;
          const finish = (octets: Uint8Array | undefined) => {
            if (octets !== undefined) countReply(memory.ownCounters, transport, request, octets);
            if (octets !== undefined) dnstap?.answered(deferred, octets);
            replies.finish(deferred, octets, reply);
            lost.look();
          };
          const view = this.viewNameOf(deferred);
          const request = new DeferredRequest(deferred, object, finish, view, this.settings.cookies);
          supply.takeDeferred(request);
        },
        startData: () => ({
          name,
          arena,
          readerIndex: index,
          counters: memory.counters,
          counterIndex: index,
          queryLog: (memory.logSources[index] as LogSource).ring,
          controlWords: memory.control.buffer,
          tap: dnstap?.start(index),
          settings: this.settings,
          steering: this.steering,
          tcp: options.tcp,
          tls: transport === 'tcp' ? this.tls : undefined,
          udpBackend: options.udpBackend,
          transferReaders: transport === 'tcp' ? transferReaders : [],
          journalFolder: this.isJournalLent ? undefined : options.journalFolder,
        }),
      };
      return new DataWorker(name, workerSupply, log);
    };
    this.workers = [
      ...Array.from({ length: options.udpWorkers }, (_, place) => make('udp', place, place)),
      ...Array.from({ length: tcpWorkers }, (_, place) => make('tcp', place, options.udpWorkers + place)),
    ];
  }

  /** Start all; resolves to why some could not. */
  async start(): Promise<readonly string[]> {
    const results = await Promise.allSettled(this.workers.map((worker) => worker.start()));
    this.guideCookies();
    return results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
  }

  /** New settings for all workers, and for those that replace them. */
  setSettings(settings: AnswerSettings): void {
    const complete = this.protection.complete(settings);
    this.settings = complete;
    this.guideCookies();
    for (const worker of this.workers) worker.send({ kind: 'settings', settings: complete });
    this.memory.control.raiseSettingsGeneration();
  }

  /** Have the kernel queue questions with cookies of ours apart; another server that has had the same sockets may have given it its own secrets. */
  guideCookies(): void {
    this.sockets.guideCookies(this.settings.cookies?.secrets);
  }

  /** Another steering table for all workers, or none. */
  setSteering(table: SharedArrayBuffer | undefined): void {
    this.steering = table;
    for (const worker of this.workers) worker.send({ kind: 'steering', table });
    this.memory.control.raiseSettingsGeneration();
  }

  /** What is to be told to dnstap has changed. */
  setTaps(): void {
    for (const [index, worker] of this.workers.entries()) worker.send({ kind: 'tap', tap: this.dnstap?.start(index) });
    this.memory.control.raiseSettingsGeneration();
  }

  /** For TLS connections from now on. */
  setCredentials(credentials: TlsCredentials): void {
    this.tls = credentials;
    for (const worker of this.workers) {
      if (worker.name.startsWith('tcp')) worker.send({ kind: 'credentials', credentials });
    }
  }

  private viewNameOf({ view }: Deferred): string | undefined {
    return view === 0 ? undefined : this.settings.viewNames?.[view];
  }

  get replacements(): number {
    return this.workers.reduce((sum, { replacements }) => sum + replacements, 0);
  }

  /** How many of each kind answer now. */
  get answering(): { readonly udpWorkers: number; readonly tcpWorkers: number } {
    const answering = this.workers.filter(({ isAnswering }) => isAnswering);
    const udpWorkers = answering.filter(({ name }) => name.startsWith('udp')).length;
    return { udpWorkers, tcpWorkers: answering.length - udpWorkers };
  }

  /** Have nobody read the journal. */
  async lendJournal(): Promise<void> {
    this.isJournalLent = true;
    await Promise.all(this.readers.map((worker) => worker.lendJournal()));
  }

  takeBackJournal(): void {
    this.isJournalLent = false;
    for (const worker of this.readers) worker.send({ kind: 'journal', isLent: false });
  }

  /** Of the journal. */
  private get readers(): readonly DataWorker[] {
    return this.workers.filter(({ name }) => name.startsWith('tcp'));
  }

  /** Resolves when they were told to stop, and nobody reads from the UDP sockets any more. */
  async whenUdpEnded(): Promise<void> {
    const readers = this.workers.filter(({ name }) => name.startsWith('udp'));
    await Promise.all(readers.map((worker) => worker.whenEnded));
  }

  /**
   * Have all answer what they have received and end. `hurry` ends the patience before its time. `graceMs`: another server has the same
   * sockets and takes what is new, so connections are served for so long.
   */
  async stop(hurry: Promise<unknown>, graceMs = 0): Promise<void> {
    this.memory.control.setGraceMs(graceMs);
    this.memory.control.setStopping(true);
    const all = Promise.all(this.workers.map((worker) => worker.stop()));
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(() => patience.resolve(), graceMs + patienceMs);
    const isDone = await Promise.race([all.then(() => true), patience.promise, hurry.then(() => false)]);
    clearTimeout(timer);
    if (isDone === true) return;
    for (const worker of this.workers) worker.terminate();
    await all;
  }
}

/** For questions that have been received; a TCP client that reads slowly waits no longer. */
const patienceMs = 5000;
