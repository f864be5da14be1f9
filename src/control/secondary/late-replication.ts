import type { CounterBlock } from '../../plane/counters.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import type { Config } from '../config/config.ts';
import type { DeferredRequest } from '../deferred/deferred-request.ts';
import type { SecondaryZone, ZonePublished } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import type { Replication } from './replication.ts';
import type { TransferLoader } from './transfer-connection.ts';
import type { TransferReport } from './transfer-messages.ts';

/**
 * Replication, whose code is loaded when the server starts to answer and not before (ADR 0005). What it is told until then is
 * kept and told to it in the same order.
 */
export class LateReplication {
  private readonly loader: TransferLoader;
  private readonly log: Log;
  private readonly counts: CounterBlock | undefined;
  private config: Config;
  private loading: Promise<Replication> | undefined;
  private replication: Replication | undefined;
  private kept: ((replication: Replication) => void)[] = [];
  private isStopped = false;

  constructor(config: Config, loader: TransferLoader, log: Log, counts?: CounterBlock) {
    this.config = config;
    this.counts = counts;
    this.loader = loader;
    this.log = log;
  }

  /** Itself, once its code is there. */
  load(): Promise<Replication> {
    this.loading ??= this.loadNow();
    return this.loading;
  }

  /** The server answers. `own`: where. */
  start(arena: SharedArrayBuffer, own: readonly ListenAddress[]): void {
    this.tell((replication) => replication.start(arena, own));
    // It is part of this program: where it can't be loaded, the process ends.
    void this.load();
  }

  configure(config: Config): void {
    if (this.replication === undefined) this.config = config;
    else this.replication.configure(config);
  }

  stop(): void {
    this.isStopped = true;
    this.kept = [];
    this.replication?.stop();
  }

  takeNotify(request: DeferredRequest): void {
    this.tell((replication) => replication.takeNotify(request));
  }

  published(published: ZonePublished): void {
    this.tell((replication) => replication.published(published));
  }

  secondary(zone: SecondaryZone): void {
    this.tell((replication) => replication.secondary(zone));
  }

  transfer(report: TransferReport): void {
    this.tell((replication) => replication.transfer(report));
  }

  private tell(tell: (replication: Replication) => void): void {
    if (this.replication !== undefined) tell(this.replication);
    else if (!this.isStopped) this.kept.push(tell);
  }

  private async loadNow(): Promise<Replication> {
    const { Replication: Loaded } = await import('./replication.ts');
    const replication = new Loaded(this.config, this.loader, this.log, this.counts);
    this.replication = replication;
    for (const tell of this.kept.splice(0)) tell(replication);
    if (this.isStopped) replication.stop();
    return replication;
  }
}
