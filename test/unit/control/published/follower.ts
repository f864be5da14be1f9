/** A secondary of a zone in the loader's store: takes differences where there are some, strictly, else the whole zone. */
import { publishedViewOf } from '../../../../src/store/image/published-view.ts';
import { LookupName } from '../../../../src/store/index/lookup-name.ts';
import { ZoneReader } from '../../../../src/store/zone-reader.ts';
import { JournalReader } from '../../../../src/transfer/journal/journal-reader.ts';
import { journalFolder } from '../../../../src/transfer/journal/lmdb-options.ts';
import { forEachRecord, soaSerial } from '../../../../src/transfer/journal/record-octets.ts';
import { publishedIdOf, type ZoneId } from '../../../../src/transfer/journal/zone-id.ts';
import { AxfrWriter } from '../../../../src/transfer/out/axfr-writer.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { asWireName, wireNameFrom } from '../../../../src/wire/name.ts';
import { printRecord } from '../../../../src/zonefile/print-record.ts';
import { readMessages, recordsOf } from '../../transfer/out/transfer-fixture.ts';
import type { LoaderHarness } from '../load/loader-harness.ts';

export class Follower {
  /** In the order in which they came. */
  records: string[] = [];
  serial = -1;
  /** `IXFR 7 8`, `AXFR 9`; what came since. */
  readonly transfers: string[] = [];
  private readonly harness: LoaderHarness;
  private readonly name: string;

  constructor(harness: LoaderHarness, name: string) {
    this.harness = harness;
    this.name = name;
  }

  /** As after a NOTIFY. */
  async refresh(): Promise<void> {
    const { soa, records } = this.axfr();
    const serial = soa;
    if (serial === this.serial) return;
    if (this.serial >= 0 && ((serial - this.serial) | 0) < 0) throw new Error(`serial ${serial} behind ${this.serial}`);
    const from = this.serial;
    if (from >= 0 && (await this.ixfr(from, serial))) this.transfers.push(`IXFR ${from} ${serial}`);
    else {
      this.records = [...records];
      this.transfers.push(`AXFR ${serial}`);
    }
    this.serial = serial;
  }

  /** Sorted, of SRV only. */
  get srv(): readonly string[] {
    return this.records.filter((line) => line.includes(' SRV ')).toSorted();
  }

  /** What an AXFR gives now: its serial, and all records but the last. */
  axfr(): { readonly soa: number; readonly records: readonly string[] } {
    const { store } = this.harness.loader.writer;
    const reader = new ZoneReader(store.arena, 7);
    reader.enter();
    try {
      const name = new LookupName();
      name.assign(wireNameFrom(`${this.name}.`), 0);
      const { view } = this.harness;
      const beside = reader.findZone(publishedViewOf(view), 1, name);
      const version = reader.takeVersion(reader.findZone(view, 1, name));
      const published = beside === 0 ? undefined : reader.takeVersion(beside);
      const serial = reader.versionSerial(version);
      if (published !== undefined && (published === 0 || reader.versionSerial(published) !== serial))
        throw new Error('between two serials');
      const apex = wireNameFrom(`${this.name}.`);
      const question = Uint8Array.from([...apex, 0, Type.axfr, 0, 1]);
      const head = { id: 1, flags: 0x8400, question, opt: new Uint8Array(0), class: 1, apex };
      const messages = readMessages(new AxfrWriter(reader, version, head, { published }), 16_384);
      const records = recordsOf(messages).map(({ owner, type, ttl, rdata }) => {
        const octets = Uint8Array.from(rdata);
        return printRecord(wireNameFrom(owner), 0, ttl, 1, type, octets, 0, octets.length);
      });
      return { soa: serial, records: records.slice(0, -1) };
    } finally {
      reader.leave();
    }
  }

  private async ixfr(from: number, to: number): Promise<boolean> {
    const reader = await JournalReader.open(journalFolder(this.harness.dataDir));
    try {
      const zone = this.harness.zone(this.name);
      const own: ZoneId = zone.id;
      const isPublished = (zone as unknown as { publishedNumber?: number }).publishedNumber !== undefined;
      const chain = reader.chain(isPublished ? publishedIdOf(own) : own, from, to);
      if (chain === undefined) return false;
      for (let delta = chain.next(); delta !== undefined; delta = chain.next()) this.apply(delta.octets);
      return true;
    } finally {
      await reader.close();
    }
  }

  private apply(octets: Uint8Array): void {
    let soas = 0;
    forEachRecord(octets, ({ owner, ownerOctets, type, ttlSeconds, rdata, rdataOctets }) => {
      if (type === Type.soa) soas++;
      const name = asWireName(owner.slice(0, ownerOctets));
      const line = printRecord(name, 0, ttlSeconds, 1, type, rdata, 0, rdataOctets);
      const at = this.records.indexOf(line);
      if (soas > 1) this.records.push(line);
      else if (at < 0) throw new Error(`not there: ${line}, ${soaSerial(rdata, rdataOctets)}`);
      else this.records.splice(at, 1);
    });
  }
}
