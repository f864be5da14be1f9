/** A ZoneWriter that keeps nothing on disk: one zone in a store, and what was done to it. */
import type { ZoneConfig } from '../../../../src/control/config/config.ts';
import type { ManagedZone, ZoneWriter } from '../../../../src/control/load/zone-writer.ts';
import type { SecondaryTimers } from '../../../../src/control/loader-messages.ts';
import { typeText } from '../../../../src/rr/mnemonics.ts';
import { formatRdata } from '../../../../src/rr/rdata.ts';
import type { DiffSink } from '../../../../src/store/zone-diff.ts';
import { diffVersions } from '../../../../src/store/zone-diff.ts';
import { type BuiltZone, ZoneStore } from '../../../../src/store/zone-store.ts';
import type { Delta } from '../../../../src/transfer/journal/delta.ts';
import { formatName, type WireName } from '../../../../src/wire/name.ts';
import type { ParsedRecord } from '../../../../src/zonefile/record-sink.ts';
import { secondaryConfig } from './secondary-config.ts';

export class MemoryWriter implements ZoneWriter {
  readonly store = ZoneStore.create();
  readonly done: string[] = [];
  /** What `commit` and `replace` reject with. */
  failure: Error | undefined;
  zone: ManagedZone & { serial: number | undefined; config: ZoneConfig };

  constructor(apex: WireName) {
    const [number = 0] = this.store.declareZones([
      { view: 0, class: 1, apex, allowQuery: 0, allowTransfer: 0 } as Parameters<ZoneStore['declareZones']>[0][number],
    ]);
    this.zone = {
      id: { view: 0, class: 1, apex },
      number,
      config: secondaryConfig({ apex }),
      title: 'example/IN',
      serial: undefined,
      frozen: false,
      trouble: undefined,
      timers: undefined,
      isExpired: false,
    };
  }

  get(zoneNumber: number): ManagedZone | undefined {
    return zoneNumber === this.zone.number ? this.zone : undefined;
  }

  find(): ManagedZone | undefined {
    return this.zone;
  }

  async inTurn<T>(_zone: ManagedZone, work: () => Promise<T> | T): Promise<T> {
    return await work();
  }

  async commit(_zone: ManagedZone, built: BuiltZone, delta: Delta | readonly Delta[]): Promise<void> {
    const deltas = [delta].flat() as readonly Delta[];
    this.done.push(`commit ${deltas.map(({ fromSerial, toSerial }) => `${fromSerial}-${toSerial}`).join(' ')}`);
    this.publish(built);
  }

  async replace(_zone: ManagedZone, built: BuiltZone): Promise<void> {
    this.done.push('replace');
    this.publish(built);
  }

  noteRefreshed(_zone: ManagedZone, timers: SecondaryTimers): void {
    this.done.push(`refreshed ${timers.primary}`);
  }

  expire(): void {
    this.done.push('expire');
  }

  async forget(): Promise<void> {
    this.done.push('forget');
  }

  /** All records of the published version, sorted. */
  records(): string[] {
    const { reader } = this.store;
    reader.renew();
    const lines: string[] = [];
    const sink: DiffSink = { addRecord: (record) => lines.push(lineOf(record)), removeRecord: () => {} };
    const empty = this.store.startZone(this.zone.id.apex, 1).finish();
    diffVersions(reader, empty.version, this.store.currentVersion(this.zone.number), sink);
    this.store.discard(empty);
    return lines.toSorted();
  }

  private publish(built: BuiltZone): void {
    if (this.failure !== undefined) {
      this.store.discard(built);
      throw this.failure;
    }
    this.store.publish(this.zone.number, built);
    this.zone.serial = built.serial;
  }
}

function lineOf({ owner, type, ttlSeconds, rdata, rdataOctets }: ParsedRecord): string {
  return `${formatName(owner)} ${ttlSeconds} ${typeText(type)} ${formatRdata(type, rdata, 0, rdataOctets)}`;
}
