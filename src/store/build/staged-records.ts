/**
 * Records whose owner came back in the zone file after its node had been written: kept in typed arrays, a chain for each
 * owner in the order of the file, until the nodes are written anew. Takes time in proportion to the records, whatever their order.
 */
import { octetAt } from '../../base/octets.ts';
import type { NodeDraft } from '../image/node-draft.ts';
import { doubled, withRoomFor } from '../memory/growing.ts';
import { wordAt } from '../memory/ref.ts';

export class StagedRecords {
  count = 0;
  /** 1 + first and last record of the chain of each entry, 0 for none. */
  private firsts = new Int32Array(16);
  private lasts = new Int32Array(16);
  private nexts = new Int32Array(16);
  private types = new Int32Array(16);
  private ttls = new Int32Array(16);
  private starts = new Int32Array(16);
  private lengths = new Int32Array(16);
  private data = new Uint8Array(1024);
  private dataOctets = 0;

  add(entry: number, type: number, ttlSeconds: number, rdata: Uint8Array, offset: number, octets: number): void {
    const index = this.count++;
    if (index === this.nexts.length) this.makeRoomForRecords();
    while (entry >= this.firsts.length) {
      this.firsts = doubled(this.firsts);
      this.lasts = doubled(this.lasts);
    }
    this.types[index] = type;
    this.ttls[index] = ttlSeconds;
    this.starts[index] = this.dataOctets;
    this.lengths[index] = octets;
    this.copyData(rdata, offset, octets);
    const last = wordAt(this.lasts, entry);
    if (last === 0) this.firsts[entry] = index + 1;
    else this.nexts[last - 1] = index + 1;
    this.lasts[entry] = index + 1;
  }

  hasRecords(entry: number): boolean {
    return entry < this.firsts.length && this.firsts[entry] !== 0;
  }

  /** Add the records of an entry to its draft. */
  addTo(entry: number, draft: NodeDraft): void {
    for (let index = wordAt(this.firsts, entry) - 1; index >= 0; index = wordAt(this.nexts, index) - 1) {
      const ttl = wordAt(this.ttls, index);
      draft.add(wordAt(this.types, index), ttl, this.data, wordAt(this.starts, index), wordAt(this.lengths, index));
    }
  }

  private copyData(rdata: Uint8Array, offset: number, octets: number): void {
    if (this.dataOctets + octets > this.data.length) this.data = withRoomFor(this.data, this.dataOctets + octets);
    for (let i = 0; i < octets; i++) this.data[this.dataOctets + i] = octetAt(rdata, offset + i);
    this.dataOctets += octets;
  }

  private makeRoomForRecords(): void {
    this.nexts = doubled(this.nexts);
    this.types = doubled(this.types);
    this.ttls = doubled(this.ttls);
    this.starts = doubled(this.starts);
    this.lengths = doubled(this.lengths);
  }
}
