/**
 * The store keeps one TTL per set and drops duplicates. Where the builder says that it has done so, the file is read once
 * more beside the zone, which finds the lines.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { maxDiagnostics, maxRdataOctets } from '../../base/limits.ts';
import { octetAt, u16At } from '../../base/octets.ts';
import { typeText } from '../../rr/mnemonics.ts';
import { canonicalizeRdata } from '../../rr/rdata.ts';
import { Type } from '../../wire/codes.ts';
import { nameText } from '../../wire/name.ts';
import type { PlacedRecord, PlacedRecordSink } from '../../zonefile/record-sink.ts';
import { LookupName } from '../index/lookup-name.ts';
import { NodeFlag, type RrsetRef, type VersionRef, type ZoneReader } from '../zone-reader.ts';
import { ContentProblem } from './codes.ts';

/** Sets up to this many records in a zone are looked through for duplicates; the note is not worth more memory. */
const maxRecordsForDuplicates = 500_000;

/** Compares the records of the file, read again, with what the zone made of them. */
export class ArrivalComparison implements PlacedRecordSink {
  readonly diagnostics: Diagnostic[] = [];
  leftOut = 0;
  private readonly reader: ZoneReader;
  private readonly version: VersionRef;
  private readonly name = new LookupName();
  private readonly rdata = new Uint8Array(maxRdataOctets);
  /** Keys of the records that have been seen. */
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
    else if (this.seen !== undefined) this.checkDuplicate(this.seen, record);
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

  private checkDuplicate(seen: Set<number>, record: PlacedRecord): void {
    const key = this.keyOf(record);
    if (!seen.has(key)) {
      seen.add(key);
      return;
    }
    this.report(
      ContentProblem.duplicate,
      record,
      `${nameText(record.owner)} ${typeText(record.type)} with the same data was written before`,
      'it counts once; remove the line',
    );
  }

  /** Of 53 bits, so that two records of a zone hardly share one. Records are the same whatever the case of their names. */
  private keyOf({ type, rdata, rdataOctets }: PlacedRecord): number {
    const canonical = this.rdata.subarray(0, rdataOctets);
    canonical.set(rdata.subarray(0, rdataOctets));
    canonicalizeRdata(type, canonical, 0, rdataOctets);
    const owner = this.name.suffixHashes[this.name.labelCount] as number;
    let one = owner ^ type;
    let other = Math.imul(owner, 0x85ebca6b) ^ type;
    for (let i = 0; i < rdataOctets; i++) {
      const octet = octetAt(canonical, i);
      one = Math.imul(one ^ octet, 0x01000193);
      other = Math.imul(other ^ octet, 0x5bd1e995) ^ (other >>> 15);
    }
    return ((one ^ (one >>> 16)) >>> 0) * 2 ** 21 + (other >>> 11);
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
