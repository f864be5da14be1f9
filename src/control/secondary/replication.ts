/** What main does to keep zones the same on several servers: secondaries, and NOTIFY in both directions. */
import { CounterBlock, createCounters } from '../../plane/counters.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { Config } from '../config/config.ts';
import type { DeferredRequest } from '../deferred/deferred-request.ts';
import type { SecondaryZone, ZonePublished } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import { Notifier, type ToldServer } from '../notify/notifier.ts';
import { NotifyReceiver } from '../notify/notify-receiver.ts';
import { ServedZones } from '../notify/served-zones.ts';
import type { Follower } from '../published/followers.ts';
import { Secondaries } from './secondaries.ts';
import type { TransferLoader } from './transfer-connection.ts';
import type { TransferReport } from './transfer-messages.ts';

/** Made before the zones are loaded, so that it hears of them; speaks to others from `start` on. */
export class Replication {
  readonly secondaries: Secondaries;
  private readonly notifies: NotifyReceiver;
  private readonly log: Log;
  private readonly counts: CounterBlock;
  private config: Config;
  private notifier: Notifier | undefined;
  /** Published before the start. */
  private early: ZonePublished[] = [];

  /** `counts`: main's own counters. */
  constructor(config: Config, loader: TransferLoader, log: Log, counts = new CounterBlock(createCounters(1), 0)) {
    this.config = config;
    this.counts = counts;
    this.log = log;
    this.secondaries = new Secondaries(loader, log, { counts });
    this.secondaries.configure(config);
    this.notifies = new NotifyReceiver(config, this.secondaries, log);
  }

  /** The server answers. `own`: where. */
  start(arena: SharedArrayBuffer, own: readonly ListenAddress[]): void {
    this.notifier = new Notifier(new ServedZones(arena), own, this.log, { counts: this.counts });
    this.notifier.configure(this.config);
    for (const published of this.early.splice(0)) this.notifier.notify(published);
    this.secondaries.start();
  }

  /** Before the loader gets the zones of the new configuration. */
  configure(config: Config): void {
    this.config = config;
    this.secondaries.configure(config);
    this.notifies.configure(config);
    this.notifier?.configure(config);
  }

  stop(): void {
    this.secondaries.stop();
    this.notifier?.stop();
  }

  /** Tell others of the zone although nothing has changed. */
  notify(zone: Pick<ZonePublished, 'id' | 'title'>): void {
    this.notifier?.notify(zone);
  }

  /** See Notifier.told; nobody before the start. */
  told(key: string): readonly ToldServer[] {
    return this.notifier?.told(key) ?? [];
  }

  /** Whether those who are told of the zone's changes have this serial; see Notifier. */
  async awaitFollowers(id: ZoneId, serial: number, deadlineMs: number): Promise<readonly Follower[]> {
    return (await this.notifier?.awaitFollowers(id, serial, deadlineMs)) ?? [];
  }

  /** A NOTIFY that a worker has left to us. */
  takeNotify(request: DeferredRequest): void {
    this.notifies.take(request);
  }

  /** From the loader thread. */
  published(published: ZonePublished): void {
    this.secondaries.receivePublished(published);
    if (this.notifier === undefined) this.early.push(published);
    else this.notifier.notify(published);
  }

  /** From the loader thread. */
  secondary(zone: SecondaryZone): void {
    this.secondaries.receiveZone(zone);
  }

  /** From the loader thread. */
  transfer(report: TransferReport): void {
    this.secondaries.receiveReport(report);
  }
}
