import type { WireName } from '../../wire/name.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import { isSameDataAt } from './same-data.ts';

/** Visits a record's type, TTL, and RDATA at `data[offset, offset + octets)`. */
export type VisitRecord = (type: number, ttlSeconds: number, data: Uint8Array, offset: number, octets: number) => void;

/** A zone that is being changed, as an update sees it: with all that has been changed before. `ZoneChange` is one. */
export interface ZoneContent {
  /** Visit the records of an owner, RRSIGs and NSEC3s included. They hold until the zone is changed or another owner is looked at. */
  visitRecords(owner: WireName, visit: VisitRecord): void;
  addRecord(record: ParsedRecord): void;
  removeRecord(record: ParsedRecord): boolean;
  removeRrset(owner: WireName, type: number): boolean;
}

export interface ContentRecord {
  readonly type: number;
  readonly ttlSeconds: number;
  readonly rdata: Uint8Array;
}

/** The records of an owner, of one type where it is given, as copies. */
export function collectRecords(content: ZoneContent, owner: WireName, type?: number): readonly ContentRecord[] {
  const records: ContentRecord[] = [];
  content.visitRecords(owner, (recordType, ttlSeconds, data, offset, octets) => {
    if (type !== undefined && recordType !== type) return;
    records.push({ type: recordType, ttlSeconds, rdata: data.slice(offset, offset + octets) });
  });
  return records;
}

export function hasType(content: ZoneContent, owner: WireName, type: number): boolean {
  let found = false;
  content.visitRecords(owner, (recordType) => {
    found ||= recordType === type;
  });
  return found;
}

export function countRecords(content: ZoneContent, owner: WireName, type: number): number {
  let count = 0;
  content.visitRecords(owner, (recordType) => {
    if (recordType === type) count++;
  });
  return count;
}

export function listTypes(content: ZoneContent, owner: WireName): ReadonlySet<number> {
  const types = new Set<number>();
  content.visitRecords(owner, (type) => types.add(type));
  return types;
}

/** A copy of a record's data as it stands in the zone. */
export function findData(
  content: ZoneContent,
  owner: WireName,
  type: number,
  data: Uint8Array,
): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  content.visitRecords(owner, (recordType, _ttl, octets, offset, length) => {
    if (found !== undefined || recordType !== type || !isSameDataAt(type, octets, offset, length, data)) return;
    found = octets.slice(offset, offset + length);
  });
  return found;
}

/** RFC 2136 §2.4.4: a name is in use where it has a record; empty non-terminals are not. */
export function isNameInUse(content: ZoneContent, owner: WireName): boolean {
  let found = false;
  content.visitRecords(owner, () => {
    found = true;
  });
  return found;
}
