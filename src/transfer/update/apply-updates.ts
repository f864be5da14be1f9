/** The update section, record by record (RFC 2136 §3.4.2), with what BIND's log says of each. */
import { putU32, u32At } from '../../base/octets.ts';
import { isNewerSerial } from '../../base/serial.ts';
import { formatRdata } from '../../rr/rdata.ts';
import { typeText } from '../../rr/type-names.ts';
import { Class, Type } from '../../wire/codes.ts';
import { equalNames, nameText, type WireName } from '../../wire/name.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import { soaSerial } from '../journal/record-octets.ts';
import { isSameDataAt } from './same-data.ts';
import type { UpdateMessage, UpdateRecord } from './update-message.ts';
import {
  type ContentRecord,
  collectRecords,
  countRecords,
  findData,
  listTypes,
  type ZoneContent,
} from './zone-content.ts';

/** Told of each record, in BIND's words. */
export type TellUpdate = (text: string) => void;

export interface AppliedUpdates {
  readonly isChanged: boolean;
  /** The client has given the zone another serial itself. */
  readonly hasNewSerial: boolean;
}

/** Do the updates, which have been prescanned. */
export function applyUpdates(update: UpdateMessage, content: ZoneContent, tell: TellUpdate): AppliedUpdates {
  const run = new UpdateRun(update.zone, content, tell);
  for (const record of update.updates) {
    if (record.class === update.zoneClass) run.add(record);
    else if (record.class === Class.none) run.removeRecord({ ...record, class: update.zoneClass });
    else if (record.type === Type.any) run.removeName(record.owner);
    else run.removeRrset(record.owner, record.type);
  }
  return run;
}

/** Give the zone the serial behind its own, or behind `last` (RFC 2136 §3.6, RFC 1982); without an SOA nothing happens. */
export function raiseSerial(content: ZoneContent, apex: WireName, zoneClass: number, last?: number): void {
  const [soa] = collectRecords(content, apex, Type.soa);
  if (soa === undefined) return;
  const rdata = soa.rdata.slice();
  const at = rdata.length - serialFromEnd;
  putU32(rdata, at, serialBehind(last ?? u32At(rdata, at)));
  replaceSet(content, apex, zoneClass, Type.soa, [{ ...soa, rdata }]);
}

/** The next one; not 0: some secondaries take it for "none". */
export function serialBehind(serial: number): number {
  return (serial + 1) % 2 ** 32 || 1;
}

/** The five numbers of the SOA (RFC 1035 §3.3.13). */
const serialFromEnd = 20;

/** Types of which an owner has one record at most: a new one takes the place of the old (RFC 2136 §3.4.2.2). */
const singletonTypes: ReadonlySet<number> = new Set([Type.cname, Type.dname, Type.soa]);
/** May stand beside a CNAME (RFC 4034 §2.5, §3, RFC 3007 §3.1.2). */
const besideAlias: ReadonlySet<number> = new Set([Type.cname, Type.rrsig, Type.nsec, Type.key]);

class UpdateRun implements AppliedUpdates {
  isChanged = false;
  hasNewSerial = false;
  private readonly apex: WireName;
  private readonly content: ZoneContent;
  private readonly tell: TellUpdate;

  constructor(apex: WireName, content: ZoneContent, tell: TellUpdate) {
    this.apex = apex;
    this.content = content;
    this.tell = tell;
  }

  add(record: UpdateRecord): void {
    const found = surveyOwner(this.content, record);
    const objection = this.objectionTo(record, found);
    if (objection !== undefined) {
      this.tell(objection);
      return;
    }
    const { owner, type, rdata, rdataOctets } = record;
    const text = dataText(formatRdata(type, rdata, 0, rdataOctets));
    this.tell(`adding an RR at '${nameText(owner)}' ${typeText(type)} ${text}`);
    if (!this.addToSet(record, found)) return;
    this.isChanged = true;
    if (type === Type.soa) this.hasNewSerial = true;
  }

  /** RFC 2136 §3.4.2.2 with RFC 2181 §5.2: the set has one TTL, that of the record that came last. False where nothing changes. */
  private addToSet(record: UpdateRecord, { count, isThere, hasThisTtl }: OwnerSurvey): boolean {
    const { owner, type, rdata, ttlSeconds } = record;
    const { content } = this;
    if (isThere && hasThisTtl) return false;
    // Mostly: an update that adds thousands to one set must not copy it as often.
    if (count === 0 || (!isThere && hasThisTtl && !singletonTypes.has(type))) {
      content.addRecord(record);
      return true;
    }
    const before = singletonTypes.has(type) ? [] : collectRecords(content, owner, type);
    const kept = before.filter((other) => !isSameDataAt(type, other.rdata, 0, other.rdata.length, rdata));
    const records = [...kept.map((other) => ({ ...other, ttlSeconds })), { type, ttlSeconds, rdata }];
    replaceSet(content, owner, record.class, type, records);
    return true;
  }

  removeRecord(record: UpdateRecord): void {
    const { owner, type, rdata } = record;
    if (this.isApex(owner) && type === Type.soa) {
      this.tell('attempt to delete SOA ignored');
      return;
    }
    // RFC 2136 §3.4.2.4; whatever the data, as BIND has it.
    if (this.isApex(owner) && type === Type.ns && countRecords(this.content, owner, Type.ns) === 1) {
      this.tell('attempt to delete last NS ignored');
      return;
    }
    this.tell(`deleting an RR at ${nameText(owner)} ${typeText(type)}`);
    const found = findData(this.content, owner, type, rdata);
    if (found === undefined) return;
    // As it stands in the zone: the update may write names in another case.
    this.content.removeRecord({ ...record, rdata: found, rdataOctets: found.length });
    this.isChanged = true;
  }

  removeRrset(owner: WireName, type: number): void {
    if (this.isApex(owner) && (type === Type.soa || type === Type.ns)) {
      this.tell('attempt to delete all SOA or NS records ignored');
      return;
    }
    this.tell(`deleting rrset at '${nameText(owner)}' ${typeText(type)}`);
    if (this.content.removeRrset(owner, type)) this.isChanged = true;
  }

  /** At the apex SOA and NS stay (RFC 2136 §3.4.2.3). */
  removeName(owner: WireName): void {
    this.tell(`delete all rrsets from name '${nameText(owner)}'`);
    const isKept = (type: number) => this.isApex(owner) && (type === Type.soa || type === Type.ns);
    for (const type of listTypes(this.content, owner)) {
      if (!isKept(type) && this.content.removeRrset(owner, type)) this.isChanged = true;
    }
  }

  /** Why the record is not added, which is no error (RFC 2136 §3.4.2.2). */
  private objectionTo({ owner, type, rdata, rdataOctets }: UpdateRecord, found: OwnerSurvey): string | undefined {
    // RFC 973: no master file may have them.
    if (type === Type.md || type === Type.mf) return `attempt to add ${typeText(type)} ignored`;
    if (type === Type.soa) return this.objectionToSoa(owner, rdata, rdataOctets);
    // RFC 4592 §4.2 and §4.4: what a delegation or DNAME at a wildcard would mean is not defined.
    if (isWildcard(owner) && (type === Type.ns || type === Type.dname))
      return `attempt to add wildcard ${typeText(type)} record ignored`;
    // RFC 4035 §2.4: it is the parent's.
    if (type === Type.ds && this.isApex(owner)) return `attempt to add a ${typeText(type)} record at zone apex ignored`;
    if (type === Type.cname && found.hasOther) return 'attempt to add CNAME alongside non-CNAME ignored';
    if (!besideAlias.has(type) && found.hasAlias) return 'attempt to add non-CNAME alongside CNAME ignored';
    // RFC 5155 §4.1.2: the flags of what is in force are 0.
    if (type === Type.nsec3param && ((rdata[1] ?? 0) & ~optOut) !== 0)
      return 'attempt to add NSEC3PARAM record with non OPTOUT flag';
    return undefined;
  }

  private objectionToSoa(owner: WireName, rdata: Uint8Array, rdataOctets: number): string | undefined {
    if (!this.isApex(owner)) return 'attempt to create 2nd SOA ignored';
    const [soa] = collectRecords(this.content, owner, Type.soa);
    if (soa !== undefined && isNewerSerial(soaSerial(rdata, rdataOctets), soaSerial(soa.rdata, soa.rdata.length)))
      return undefined;
    return 'SOA update failed to increment serial, ignoring it';
  }

  private isApex(owner: WireName): boolean {
    return equalNames(owner, 0, this.apex, 0);
  }
}

/** What an owner has, as far as the adding of one record depends on it. */
interface OwnerSurvey {
  /** Records of that type. */
  readonly count: number;
  /** One of them has the same data. */
  readonly isThere: boolean;
  /** All of them have the same TTL. */
  readonly hasThisTtl: boolean;
  readonly hasAlias: boolean;
  /** Something that can't stand beside an alias. */
  readonly hasOther: boolean;
}

/** In one pass: thousands of records may be added to one owner, and each looks at all before it. */
function surveyOwner(content: ZoneContent, { owner, type, ttlSeconds, rdata }: UpdateRecord): OwnerSurvey {
  const found = { count: 0, isThere: false, hasThisTtl: true, hasAlias: false, hasOther: false };
  content.visitRecords(owner, (otherType, otherTtl, data, offset, octets) => {
    if (otherType === Type.cname) found.hasAlias = true;
    else if (!besideAlias.has(otherType)) found.hasOther = true;
    if (otherType !== type) return;
    found.count++;
    if (otherTtl !== ttlSeconds) found.hasThisTtl = false;
    if (!found.isThere && isSameDataAt(type, data, offset, octets, rdata)) found.isThere = true;
  });
  return found;
}

/** RFC 5155 §3.1.2.1. */
const optOut = 1;

/** A line's room for data in BIND's log. */
const mostDataText = 2047;

function dataText(text: string): string {
  if (text.length <= mostDataText) return text;
  return `${text.slice(0, text.lastIndexOf(' ', mostDataText) + 1)} [TRUNCATED]`;
}

function replaceSet(
  content: ZoneContent,
  owner: WireName,
  recordClass: number,
  type: number,
  records: readonly ContentRecord[],
): void {
  content.removeRrset(owner, type);
  for (const { ttlSeconds, rdata } of records) content.addRecord(recordOf(owner, recordClass, type, ttlSeconds, rdata));
}

function recordOf(
  owner: WireName,
  recordClass: number,
  type: number,
  ttlSeconds: number,
  rdata: Uint8Array,
): ParsedRecord {
  return { owner, ownerOctets: owner.length, type, class: recordClass, ttlSeconds, rdata, rdataOctets: rdata.length };
}

function isWildcard(owner: WireName): boolean {
  return owner[0] === 1 && owner[1] === 0x2a;
}
