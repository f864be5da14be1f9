/** All records of a version in canonical form and order, as the scheme SIMPLE digests them (RFC 8976 §3.3). */
import { compareOctets, putU16, putU32, u16At } from '../base/octets.ts';
import { canonicalizeRdata } from '../rr/rdata.ts';
import type { NodeRef, RrsetRef, VersionRef, ZoneReader } from '../store/zone-reader.ts';
import { walkNodesInOrder } from '../store/zone-walk.ts';
import { Type } from '../wire/codes.ts';

/** Owner, type, class, TTL, RDLENGTH, RDATA at their longest. */
const maxRecordOctets = 255 + 10 + 65_535;
/** Handed over when a record more might not fit. */
const bufferOctets = 4 * maxRecordOctets;

/**
 * Give all records to `take`, in pieces that hold until it returns: owners in canonical order (RFC 4034 §6.1), types ascending,
 * RDATA ascending (§6.3), each record once; without the ZONEMD records at the apex and their signatures (RFC 8976 §3.3.1).
 * Data below zone cuts counts like all other.
 */
export function digestRecords(reader: ZoneReader, version: VersionRef, take: (octets: Uint8Array) => void): void {
  const stream = new CanonicalStream(reader, version, take);
  walkNodesInOrder(reader, version, (node) => stream.addNode(node));
  stream.end();
}

/** A record on its way into order. */
interface CanonicalRecord {
  readonly ttlSeconds: number;
  readonly rdata: Uint8Array;
}

class CanonicalStream {
  private readonly reader: ZoneReader;
  private readonly apex: NodeRef;
  private readonly zoneClass: number;
  private readonly take: (octets: Uint8Array) => void;
  private readonly buffer = new Uint8Array(bufferOctets);
  private length = 0;

  constructor(reader: ZoneReader, version: VersionRef, take: (octets: Uint8Array) => void) {
    this.reader = reader;
    this.apex = reader.apexNode(version);
    this.zoneClass = reader.versionClass(version);
    this.take = take;
  }

  addNode(node: NodeRef): void {
    const { reader } = this;
    const signatures: RrsetRef[] = [];
    const later: RrsetRef[] = [];
    for (let set = reader.firstRrset(node); set !== 0; set = reader.nextRrset(node, set)) {
      const type = reader.rrsetType(set);
      if (node === this.apex && (type === Type.zonemd || reader.rrsetCovered(set) === Type.zonemd)) continue;
      // In the store the signatures lie behind what they cover; in canonical order they are a type like others.
      if (type === Type.rrsig) signatures.push(set);
      else if (type < Type.rrsig) this.addSets(node, [set]);
      else later.push(set);
    }
    if (signatures.length > 0) this.addSets(node, signatures);
    for (const set of later) this.addSets(node, [set]);
  }

  end(): void {
    this.flush();
  }

  /** All records of one type at one owner. */
  private addSets(node: NodeRef, sets: readonly RrsetRef[]): void {
    const { reader } = this;
    const [first] = sets as readonly [RrsetRef];
    const type = reader.rrsetType(first);
    if (sets.length === 1 && reader.rrsetCount(first) === 1) {
      this.addSingle(node, first, type);
      return;
    }
    const records = sets.flatMap((set) => this.recordsOf(set, type));
    records.sort((a, b) => compareOctets(a.rdata, 0, a.rdata.length, b.rdata, 0, b.rdata.length));
    for (const [index, { ttlSeconds, rdata }] of records.entries()) {
      // RFC 8976 §3.3.1: records that are the same in canonical form count once.
      if (index > 0 && isSame((records[index - 1] as CanonicalRecord).rdata, rdata)) continue;
      const at = this.startRecord(node, type, ttlSeconds, rdata.length);
      this.buffer.set(rdata, at);
    }
  }

  /** The usual case, without copies on the way. */
  private addSingle(node: NodeRef, set: RrsetRef, type: number): void {
    const { reader } = this;
    const from = reader.rrsetDataOffset(set);
    const octets = u16At(reader.octets, from);
    const at = this.startRecord(node, type, reader.rrsetTtl(set), octets);
    this.buffer.set(reader.octets.subarray(from + 2, from + 2 + octets), at);
    canonicalizeRdata(type, this.buffer, at, octets);
  }

  private recordsOf(set: RrsetRef, type: number): readonly CanonicalRecord[] {
    const { reader } = this;
    const ttlSeconds = reader.rrsetTtl(set);
    const records: CanonicalRecord[] = [];
    const start = reader.rrsetDataOffset(set);
    const end = start + reader.rrsetDataOctets(set);
    for (let at = start; at < end; at += 2 + u16At(reader.octets, at)) {
      const rdata = reader.octets.slice(at + 2, at + 2 + u16At(reader.octets, at));
      canonicalizeRdata(type, rdata, 0, rdata.length);
      records.push({ ttlSeconds, rdata });
    }
    return records;
  }

  /** Write all but the RDATA; returns where that belongs. */
  private startRecord(node: NodeRef, type: number, ttlSeconds: number, rdataOctets: number): number {
    if (this.length + maxRecordOctets > bufferOctets) this.flush();
    const { reader, buffer } = this;
    const nameOffset = reader.nodeNameOffset(node);
    const nameOctets = reader.nodeNameOctets(node);
    buffer.set(reader.octets.subarray(nameOffset, nameOffset + nameOctets), this.length);
    const at = this.length + nameOctets;
    putU16(buffer, at, type);
    putU16(buffer, at + 2, this.zoneClass);
    putU32(buffer, at + 4, ttlSeconds);
    putU16(buffer, at + 8, rdataOctets);
    this.length = at + 10 + rdataOctets;
    return at + 10;
  }

  private flush(): void {
    if (this.length > 0) this.take(this.buffer.subarray(0, this.length));
    this.length = 0;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return compareOctets(a, 0, a.length, b, 0, b.length) === 0;
}
