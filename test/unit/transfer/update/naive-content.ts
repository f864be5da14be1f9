/** The content of a zone as a plain list: what a change of a zone must come to. */
import type { VisitRecord, ZoneContent } from '../../../../src/transfer/update/zone-content.ts';
import type { WireName } from '../../../../src/wire/name.ts';
import type { ParsedRecord } from '../../../../src/zonefile/record-sink.ts';

interface Entry {
  readonly owner: string;
  readonly type: number;
  readonly ttlSeconds: number;
  readonly rdata: Uint8Array;
}

/** As slow as it is plain. */
export class NaiveContent implements ZoneContent {
  entries: readonly Entry[] = [];

  visitRecords(owner: WireName, visit: VisitRecord): void {
    for (const { type, ttlSeconds, rdata } of this.entriesOf(owner)) visit(type, ttlSeconds, rdata, 0, rdata.length);
  }

  addRecord({ owner, type, ttlSeconds, rdata, rdataOctets }: ParsedRecord): void {
    const data = rdata.slice(0, rdataOctets);
    const key = keyOf(owner);
    if (this.entries.some((entry) => entry.owner === key && entry.type === type && isSame(entry.rdata, data))) return;
    this.entries = [...this.entries, { owner: key, type, ttlSeconds, rdata: data }];
  }

  removeRecord({ owner, type, rdata, rdataOctets }: ParsedRecord): boolean {
    const data = rdata.subarray(0, rdataOctets);
    return this.removeWhere(
      (entry) => entry.owner === keyOf(owner) && entry.type === type && isSame(entry.rdata, data),
    );
  }

  removeRrset(owner: WireName, type: number): boolean {
    return this.removeWhere((entry) => entry.owner === keyOf(owner) && entry.type === type);
  }

  /** One line a record, sorted. */
  get lines(): readonly string[] {
    return this.entries
      .map(
        ({ owner, type, ttlSeconds, rdata }) => `${owner} ${ttlSeconds} ${type} ${Buffer.from(rdata).toString('hex')}`,
      )
      .toSorted();
  }

  private entriesOf(owner: WireName): readonly Entry[] {
    return this.entries.filter((entry) => entry.owner === keyOf(owner));
  }

  private removeWhere(isRemoved: (entry: Entry) => boolean): boolean {
    const kept = this.entries.filter((entry) => !isRemoved(entry));
    const removed = kept.length < this.entries.length;
    this.entries = kept;
    return removed;
  }
}

function keyOf(owner: Uint8Array): string {
  return Buffer.from(owner).toString('latin1').toLowerCase();
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
