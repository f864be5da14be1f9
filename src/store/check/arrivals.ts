/**
 * The store keeps one TTL per set and drops duplicates, so both must be noticed as records arrive. Remembering every record
 * would cost as much as the zone itself; instead a sum over all records is compared with the same sum over the built zone.
 * Where they differ, the file is read once more beside the zone, which finds the lines.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { maxDiagnostics } from '../../base/limits.ts';
import { u16At } from '../../base/octets.ts';
import { typeText } from '../../rr/mnemonics.ts';
import { Type } from '../../wire/codes.ts';
import type { ParsedRecord, PlacedRecord, PlacedRecordSink, RecordSink } from '../../zonefile/record-sink.ts';
import { LookupName } from '../lookup-name.ts';
import { NodeFlag, type RrsetRef, type VersionRef, type ZoneReader } from '../zone-reader.ts';
import { walkNodes } from '../zone-walk.ts';
import { nameText } from './checked-zone.ts';
import { ContentProblem } from './codes.ts';

/** Passes records on and sums them up. */
export class ArrivalSum implements RecordSink {
  /** The record object of the parser, which it fills again for each record. */
  latest: ParsedRecord | undefined;
  private readonly next: RecordSink;
  private readonly name = new LookupName();
  private sum = 0;
  private count = 0;

  constructor(next: RecordSink) {
    this.next = next;
  }

  addRecord(record: ParsedRecord): void {
    const { name } = this;
    this.latest = record;
    name.assign(record.owner, 0);
    const isRrsig = record.type === Type.rrsig;
    const covered = isRrsig && record.rdataOctets >= 2 ? u16At(record.rdata, 0) : 0;
    this.sum = (this.sum + term(name, record.type, covered, record.ttlSeconds)) | 0;
    this.count++;
    this.next.addRecord(record);
  }

  /** Whether the zone holds each record as it arrived. */
  isKeptBy(reader: ZoneReader, version: VersionRef): boolean {
    if (this.count !== reader.versionRecordCount(version)) return false;
    const { name } = this;
    let sum = 0;
    walkNodes(reader, version, (node) => {
      name.assign(reader.octets, reader.nodeNameOffset(node));
      for (let set = reader.firstRrset(node); set !== 0; set = reader.nextRrset(node, set)) {
        const one = term(name, reader.rrsetType(set), reader.rrsetCovered(set), reader.rrsetTtl(set));
        sum = (sum + Math.imul(one, reader.rrsetCount(set))) | 0;
      }
    });
    return sum === this.sum;
  }
}

/** An odd number for each set, times the TTL: a TTL that differs in one set can't be made up for within it. */
function term(name: LookupName, type: number, covered: number, ttlSeconds: number): number {
  let hash = Math.imul((name.suffixHashes[name.labelCount] as number) ^ ((covered << 16) | type), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return Math.imul((hash ^ (hash >>> 13)) | 1, ttlSeconds + 1);
}

/** Sets up to this many records in a zone are looked through for duplicates; the note is not worth more memory. */
const maxRecordsForDuplicates = 500_000;

/** Compares the records of the file, read again, with what the zone made of them. */
export class ArrivalComparison implements PlacedRecordSink {
  readonly diagnostics: Diagnostic[] = [];
  leftOut = 0;
  private readonly reader: ZoneReader;
  private readonly version: VersionRef;
  private readonly name = new LookupName();
  /** Where in the arena the records lie that have been seen. */
  private readonly seen: Set<number> | undefined;

  constructor(reader: ZoneReader, version: VersionRef) {
    this.reader = reader;
    this.version = version;
    this.seen = reader.versionRecordCount(version) <= maxRecordsForDuplicates ? new Set() : undefined;
  }

  addRecord(record: PlacedRecord): void {
    const set = this.findSet(record);
    if (set === 0) return;
    const ttl = this.reader.rrsetTtl(set);
    if (ttl !== record.ttlSeconds) this.reportTtl(record, ttl);
    else if (this.seen !== undefined) this.checkDuplicate(this.seen, record, set);
  }

  private findSet(record: PlacedRecord): RrsetRef {
    const { reader, name } = this;
    name.assign(record.owner, 0);
    const node = reader.findNode(this.version, name, name.labelCount);
    // NSEC3 comes from programs, and is not found by name.
    if (node === 0 || (reader.nodeFlags(node) & NodeFlag.hashedOwner) !== 0) return 0 as RrsetRef;
    if (record.type === Type.rrsig) return reader.findRrsig(node, u16At(record.rdata, 0));
    return reader.findRrset(node, record.type);
  }

  private checkDuplicate(seen: Set<number>, record: PlacedRecord, set: RrsetRef): void {
    const at = this.findRecord(record, set);
    if (at < 0) return;
    if (!seen.has(at)) seen.add(at);
    else {
      this.report(
        ContentProblem.duplicate,
        record,
        `${nameText(record.owner)} ${typeText(record.type)} with the same data was written before`,
        'it counts once; remove the line',
      );
    }
  }

  /** Where the record lies in the arena; -1 where it does not. */
  private findRecord(record: PlacedRecord, set: RrsetRef): number {
    const { octets } = this.reader;
    let at = this.reader.rrsetDataOffset(set);
    const end = at + this.reader.rrsetDataOctets(set);
    for (; at < end; at += 2 + u16At(octets, at)) {
      if (u16At(octets, at) !== record.rdataOctets) continue;
      let same = 0;
      while (same < record.rdataOctets && octets[at + 2 + same] === record.rdata[same]) same++;
      if (same === record.rdataOctets) return at;
    }
    return -1;
  }

  private reportTtl(record: PlacedRecord, ttl: number): void {
    this.report(
      ContentProblem.ttlsDiffer,
      record,
      `the TTL ${record.ttlSeconds} differs from that of the records before; TTL set to ${ttl}`,
      // RFC 2181 §5.2.
      `all records of ${nameText(record.owner)} ${typeText(record.type)} have one TTL; write the same to each`,
    );
  }

  private report(
    { code, severity }: (typeof ContentProblem)[keyof typeof ContentProblem],
    record: PlacedRecord,
    message: string,
    hint: string,
  ): void {
    if (this.diagnostics.length >= maxDiagnostics) {
      this.leftOut++;
      return;
    }
    const { file, line, column, sourceLine } = record;
    this.diagnostics.push({ severity, code, message, hint, file, line, column, sourceLine });
  }
}
