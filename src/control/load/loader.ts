import type { ViewDeclaration } from '../../store/image/zone-set.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type {
  FromLoader,
  LoadSummary,
  SecondaryZone,
  ToLoader,
  ZoneCommand,
  ZoneCommandResult,
  ZoneDescription,
  ZoneOutcome,
  ZonePublished,
  ZoneReloaded,
  ZoneToLoad,
} from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import type { PublishOrder, PublishReport } from '../published/publish-messages.ts';
import { publishes } from '../published/publishes.ts';
import type { TransferCommand, TransferReport } from '../secondary/transfer-messages.ts';
import type { SteeredZone } from '../steering/steered-zone.ts';
import type { UpdateRequests, UpdateResults } from '../update/update-messages.ts';
import type { Thread } from '../workers/thread.ts';
import { countErrors, logOutcome } from './log-outcome.ts';

/** A load that takes longer is spoken of, and again after each such time. */
const progressMs = 5000;

/** A stop waits so long for master files to be written; what is not is in the journal. */
const stopMs = 60_000;

/** Who wants to know what becomes of zones. */
export interface LoaderListener {
  published?(published: ZonePublished): void;
  secondary?(secondary: SecondaryZone): void;
  transfer?(report: TransferReport): void;
  updated?(results: UpdateResults): void;
  steered?(zones: readonly SteeredZone[]): void;
  publishedHealth?(report: PublishReport): void;
  /** All zones of a load have been read. */
  loaded?(): void;
  /** The thread is gone: nothing more will be told. */
  failed?(): void;
}

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** Main's side of the loader thread. */
export class Loader {
  private readonly thread: Thread;
  private readonly log: Log;
  private readonly waiting = new Map<number, Waiting<LoadSummary>>();
  private readonly commanded = new Map<number, Waiting<readonly ZoneCommandResult[]>>();
  private readonly described = new Map<number, Waiting<ZoneDescription | undefined>>();
  private readonly reloaded = new Map<number, Waiting<ZoneReloaded>>();
  private readonly lending = new Map<number, Waiting<void>>();
  private readonly listeners: LoaderListener[] = [];
  private readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly started: PromiseWithResolvers<SharedArrayBuffer> = Promise.withResolvers();
  /** Whether it has something to write before it ends. */
  private hasKept = false;
  /** Another server has the journal. */
  private isLent = false;
  private nextId = 1;
  private loadingZone = '';
  /** Why zones were refused since the last load began. */
  private refused: string[] = [];
  private summary: LoadSummary | undefined;
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

  /** Why zones were refused since the last load began, a line each. */
  get refusals(): readonly string[] {
    return this.refused;
  }

  /** What came of the last load. */
  get lastSummary(): LoadSummary | undefined {
    return this.summary;
  }

  /** Tell this one too, from now on. */
  listen(listener: LoaderListener): void {
    this.listeners.push(listener);
  }

  /** Serve exactly these zones. What becomes of each is logged. Rejects when the thread has died. */
  async load(
    zones: readonly ZoneToLoad[],
    strict: boolean,
    dataDir?: string,
    newOnly = false,
    views: readonly ViewDeclaration[] = [],
  ): Promise<LoadSummary> {
    const { id, promise } = this.expect(this.waiting);
    this.refused = [];
    this.post({ kind: 'load', id, zones, strict, dataDir, newOnly, views });
    const startMs = performance.now();
    const progress = setInterval(() => {
      const seconds = Math.round((performance.now() - startMs) / 1000);
      this.log.info('zoneload', `still loading: zone ${this.loadingZone}, ${seconds} s so far`);
    }, progressMs);
    try {
      const summary = await promise;
      this.hasKept = zones.some((zone) => zone.type === 'secondary' || zone.update !== undefined || publishes(zone));
      return summary;
    } finally {
      clearInterval(progress);
    }
  }

  /** freeze, thaw, sync: of one zone (none found: an empty list), or of all dynamic ones. Each result is logged. */
  async command(command: ZoneCommand, zone: ZoneId | undefined, clean = false): Promise<readonly ZoneCommandResult[]> {
    const { id, promise } = this.expect(this.commanded);
    this.post({ kind: 'command', id, command, zone, clean });
    return await promise;
  }

  /** `undefined`: there is no such zone. */
  async describe(zone: ZoneId): Promise<ZoneDescription | undefined> {
    const { id, promise } = this.expect(this.described);
    this.post({ kind: 'describe', id, zone });
    return await promise;
  }

  /** Read the file of one zone again where it has changed. */
  async reload(zone: ZoneId): Promise<ZoneReloaded> {
    const { id, promise } = this.expect(this.reloaded);
    this.post({ kind: 'reload', id, zone });
    return await promise;
  }

  /** Delete what is kept of zones that the loads before have not named. What can't be deleted is logged. */
  forget(zones: readonly ZoneId[]): void {
    if (this.failure === undefined && !this.isStopping) this.post({ kind: 'forget', zones });
  }

  /**
   * Let another server have the journal: resolves when all is written and it is closed. Until `takeBack` whatever changes a zone that is
   * kept there waits; a stop leaves all as it is.
   */
  async lend(): Promise<void> {
    const { id, promise } = this.expect(this.lending);
    this.isLent = true;
    this.post({ kind: 'lend', id });
    await promise;
  }

  /** That server has gone. */
  takeBack(): void {
    this.isLent = false;
    if (this.failure === undefined && !this.isStopping) this.post({ kind: 'take-back' });
  }

  /** Have updates done; listeners are told the results. */
  update(requests: UpdateRequests): void {
    this.post(requests);
  }

  /** Of health, into what secondaries get; listeners are told what comes of it. */
  publish(order: PublishOrder): void {
    if (this.failure === undefined && !this.isStopping) this.post(order);
  }

  /** Let it write the master files of dynamic zones. What was acknowledged is safe in the journal whatever happens here. */
  async stop(): Promise<void> {
    if (this.isStopping || this.failure !== undefined) return;
    this.isStopping = true;
    if (this.hasKept && !this.isLent) {
      this.post({ kind: 'stop' });
      const timer = setTimeout(() => this.stopped.resolve(), stopMs);
      await this.stopped.promise;
      clearTimeout(timer);
    }
    // Without such zones it may be in the middle of a long load; nothing that it holds outlives the process.
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
        this.noteRefusal(message.outcome);
        break;
      case 'done':
        this.summary = message.summary;
        for (const listener of this.listeners) listener.loaded?.();
        this.waiting.get(message.id)?.resolve(message.summary);
        this.waiting.delete(message.id);
        break;
      case 'described':
        this.described.get(message.id)?.resolve(message.zone);
        this.described.delete(message.id);
        break;
      case 'reloaded':
        this.reloaded.get(message.id)?.resolve(message.reloaded);
        this.reloaded.delete(message.id);
        break;
      case 'say': {
        const { category, severity, message: text, detail } = message.line;
        this.log.event(category, severity, text, { detail });
        break;
      }
      case 'published':
        for (const listener of this.listeners) listener.published?.(message.published);
        break;
      case 'secondary':
        for (const listener of this.listeners) listener.secondary?.(message.secondary);
        break;
      case 'transfer-request':
      case 'transfer-taken':
      case 'transfer-outcome':
        for (const listener of this.listeners) listener.transfer?.(message);
        break;
      case 'updated':
        for (const listener of this.listeners) listener.updated?.(message);
        break;
      case 'steered':
        for (const listener of this.listeners) listener.steered?.(message.zones);
        break;
      case 'published-health':
        for (const listener of this.listeners) listener.publishedHealth?.(message.report);
        break;
      case 'commanded':
        this.commanded.get(message.id)?.resolve(message.results);
        this.commanded.delete(message.id);
        break;
      case 'lent':
        this.lending.get(message.id)?.resolve();
        this.lending.delete(message.id);
        break;
      case 'stopped':
        this.stopped.resolve();
        break;
    }
  }

  private fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.started.reject(error);
    for (const waiting of [this.waiting, this.commanded, this.described, this.reloaded, this.lending]) {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    }
    this.stopped.resolve();
    for (const listener of this.listeners) listener.failed?.();
    if (!this.isStopping) {
      const message = `the loader thread died (${error.message}): zones are served as they are and can't be reloaded; restart`;
      this.log.event('general', 'critical', message, { detail: error.stack });
    }
  }

  private noteRefusal(outcome: ZoneOutcome): void {
    if (outcome.kind === 'refused') this.refused.push(`zone ${outcome.title}: ${countErrors(outcome.refusal)}`);
    if (outcome.kind !== 'not-raised') return;
    const { title, serial, servedSerial } = outcome;
    this.refused.push(`zone ${title}: its file has serial ${serial}, and ${servedSerial} is served`);
  }

  /** Of transfers that come in. */
  send(command: TransferCommand, transferred: readonly ArrayBuffer[] = []): void {
    if (this.failure === undefined && !this.isStopping) this.thread.post(command, transferred);
  }

  /** A number for a question, and what will be its answer. Throws where nobody would answer. */
  private expect<T>(waiting: Map<number, Waiting<T>>): { readonly id: number; readonly promise: Promise<T> } {
    if (this.failure !== undefined) throw this.failure;
    const id = this.nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    waiting.set(id, { resolve, reject });
    return { id, promise };
  }

  private post(message: ToLoader): void {
    this.thread.post(message);
  }
}
