/**
 * Records in octets, as the journal and the copies of secondaries keep them and transfers send them:
 *
 *     owner (wire format, uncompressed, case kept), TYPE u16, CLASS u16, TTL u32, RDLENGTH u16, RDATA
 *
 * That is a resource record of RFC 1035 §3.2.1 without compression.
 */
import { copyOctets, putU16, putU32, u16At, u32At } from '../../base/octets.ts';
import { nameOctets } from '../../wire/name.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';

/** Octets of a record between its owner and its RDATA. */
const fixedOctets = 10;

/** Serial of SOA RDATA: the five fixed fields of four octets each are its last twenty (RFC 1035 §3.3.13). */
export function soaSerial(rdata: Uint8Array, rdataOctets: number): number {
  return u32At(rdata, rdataOctets - 20);
}

/** Octets that grow by records added to their end. */
export class RecordBuffer {
  length = 0;
  private buffer: Uint8Array;

  constructor(initialOctets = 512) {
    this.buffer = new Uint8Array(initialOctets);
  }

  /** A window on what has been added; holds until the next call. */
  get octets(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  add(record: ParsedRecord): void {
    const { ownerOctets, rdataOctets } = record;
    this.makeRoom(ownerOctets + fixedOctets + rdataOctets);
    const { buffer } = this;
    let at = this.length;
    copyOctets(record.owner, 0, buffer, at, ownerOctets);
    at += ownerOctets;
    putU16(buffer, at, record.type);
    putU16(buffer, at + 2, record.class);
    putU32(buffer, at + 4, record.ttlSeconds);
    putU16(buffer, at + 8, rdataOctets);
    copyOctets(record.rdata, 0, buffer, at + fixedOctets, rdataOctets);
    this.length = at + fixedOctets + rdataOctets;
  }

  clear(): void {
    this.length = 0;
  }

  private makeRoom(octets: number): void {
    const needed = this.length + octets;
    if (needed <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.octets);
    this.buffer = larger;
  }
}

/** Reads records one after the other: for writers of messages, which stop when one is full. Is the record it stands on. */
export class RecordCursor implements ParsedRecord {
  readonly owner = new Uint8Array(256);
  ownerOctets = 0;
  type = 0;
  class = 0;
  ttlSeconds = 0;
  rdata: Uint8Array = new Uint8Array(0);
  rdataOctets = 0;
  /** Where the record stands, and behind its end: where the next one stands. */
  start = 0;
  end = 0;
  /** The octets are no records from `end` on. Reading stops there. */
  isBroken = false;
  private readonly octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.octets = octets;
  }

  /** Go to the next record; false at the end, or where the octets are broken. */
  next(): boolean {
    const { octets } = this;
    const at = this.end;
    if (at === octets.length || this.isBroken) return false;
    const ownerOctets = nameOctets(octets, at, octets.length);
    const fixed = at + ownerOctets;
    const rdataAt = fixed + fixedOctets;
    if (ownerOctets < 0 || rdataAt > octets.length || rdataAt + u16At(octets, fixed + 8) > octets.length) {
      this.isBroken = true;
      return false;
    }
    copyOctets(octets, at, this.owner, 0, ownerOctets);
    this.ownerOctets = ownerOctets;
    this.type = u16At(octets, fixed);
    this.class = u16At(octets, fixed + 2);
    this.ttlSeconds = u32At(octets, fixed + 4);
    this.rdataOctets = u16At(octets, fixed + 8);
    this.start = at;
    this.end = rdataAt + this.rdataOctets;
    this.rdata = octets.subarray(rdataAt, this.end);
    return true;
  }
}

/** Visit each record; its fields hold until the call returns. False where the octets are broken behind those visited. */
export function forEachRecord(octets: Uint8Array, visit: (record: ParsedRecord) => void): boolean {
  const cursor = new RecordCursor(octets);
  while (cursor.next()) visit(cursor);
  return !cursor.isBroken;
}
