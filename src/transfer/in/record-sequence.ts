/**
 * What the records of a transfer are, one after the other: the state machine of RFC 5936 §2.2 (AXFR) and RFC 1995 §4 (IXFR in
 * its three forms: differences, the whole zone, the one SOA that says that there is nothing new).
 */

import { octetAt } from '../../base/octets.ts';
import { isNewerSerial } from '../../base/serial.ts';
import { isMetaType } from '../../rr/mnemonics.ts';
import { canonicalizeRdata } from '../../rr/rdata.ts';
import { Type } from '../../wire/codes.ts';
import { equalNames, isAtOrBelow, type WireName } from '../../wire/name.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import { soaSerial } from '../journal/record-octets.ts';

import type { TransferQuestion } from './transfer-question.ts';

/** Takes what comes. A record's fields hold until the call returns. */
export interface TransferSink {
  /** The whole zone follows, its SOA first and once. */
  startZone(): void;
  /** A difference sequence follows: a removed SOA first, `add` of a SOA in the middle. */
  startDelta(): void;
  addRecord(record: ParsedRecord): void;
  removeRecord(record: ParsedRecord): void;
}

/** A record with what the sequence needs to know of its owner. */
export interface SequenceRecord extends ParsedRecord {
  readonly isSameOwner: boolean;
}

/** What a transfer has turned out to be. */
export type TransferForm = 'zone' | 'deltas' | 'upToDate';

/** Each of them takes memory besides its records: behind so many the whole zone is the better way. */
const mostDeltas = 100_000;

const State = { firstSoa: 0, second: 1, zone: 2, removals: 3, additions: 4, end: 5 } as const;
type State = (typeof State)[keyof typeof State];

export class RecordSequence {
  /** Records so far, all SOAs counted. */
  count = 0;
  /** Records outside of the zone, left out as BIND does. */
  outsideCount = 0;
  /** Known when `isComplete`. */
  form: TransferForm = 'upToDate';
  /** Of the SOA that came first: what the zone will have. */
  serial = 0;
  private readonly question: TransferQuestion;
  private readonly apex: WireName;
  private readonly sink: TransferSink;
  private state: State = State.firstSoa;
  private firstSoa: ParsedRecord | undefined;
  /** Serial of the last SOA inside of the differences. */
  private reachedSerial = 0;
  private deltaCount = 1;
  private isInside = true;

  constructor(question: TransferQuestion, sink: TransferSink) {
    this.question = question;
    this.apex = question.apex;
    this.sink = sink;
  }

  /** The last record has come. */
  get isComplete(): boolean {
    return this.state === State.end;
  }

  /** Whether it was nothing but one SOA so far: an old server's way to say "ask for the whole zone", or the begin of more. */
  get isOneSoa(): boolean {
    return this.state === State.second;
  }

  /** Take the next record; returns what is wrong with it, in BIND's words. */
  take(record: SequenceRecord): string | undefined {
    this.count++;
    const { type } = record;
    if (record.class !== this.question.zoneClass) return 'FORMERR: record of another class';
    if (isMetaType(type)) return 'FORMERR: record of a type that is no data';
    if (this.state === State.end) return 'extra input text';
    if (type === Type.soa) return this.takeSoa(record);
    if (this.state === State.firstSoa) return 'FORMERR: first RR in zone transfer must be SOA';
    if (this.state === State.second) this.startZone();
    if (!record.isSameOwner) this.isInside = isAtOrBelow(record.owner, 0, this.apex);
    if (!this.isInside) {
      this.outsideCount++;
      return undefined;
    }
    if (this.state === State.removals) this.sink.removeRecord(record);
    else this.sink.addRecord(record);
    return undefined;
  }

  private takeSoa(record: SequenceRecord): string | undefined {
    if (!equalNames(record.owner, 0, this.apex, 0)) return 'not at top of zone';
    this.isInside = true;
    const serial = soaSerial(record.rdata, record.rdataOctets);
    switch (this.state) {
      case State.firstSoa:
        this.takeFirst(record, serial);
        return undefined;
      case State.second:
        return this.takeSecond(record, serial);
      case State.zone:
        return this.endZone(record);
      case State.removals:
        if (!this.leadsOn(serial)) return `FORMERR: IXFR serial did not increase: ${this.reachedSerial} to ${serial}`;
        this.reachedSerial = serial;
        this.sink.addRecord(record);
        this.state = State.additions;
        return undefined;
      default:
        return this.endAdditions(record, serial);
    }
  }

  private takeFirst(record: SequenceRecord, serial: number): void {
    const { fromSerial } = this.question;
    this.serial = serial;
    this.firstSoa = keep(record);
    const isNews = fromSerial === undefined || isNewerSerial(serial, fromSerial);
    // RFC 1995 §2: the client's version or an older one is answered with one SOA.
    this.state = isNews ? State.second : State.end;
  }

  /** RFC 1995 §4: differences begin with the SOA that was asked from; anything else is a whole zone. */
  private takeSecond(record: SequenceRecord, serial: number): string | undefined {
    if (serial !== this.question.fromSerial) {
      this.startZone();
      return this.endZone(record);
    }
    this.form = 'deltas';
    this.reachedSerial = serial;
    this.startDelta(record);
    return undefined;
  }

  /** Towards the last serial, and not beyond: each serial is reached once, as BIND's journal demands it, and ours. */
  private leadsOn(serial: number): boolean {
    if (!isNewerSerial(serial, this.reachedSerial)) return false;
    return serial === this.serial || isNewerSerial(this.serial, serial);
  }

  private startZone(): void {
    this.form = 'zone';
    this.state = State.zone;
    this.sink.startZone();
    if (this.firstSoa !== undefined) this.sink.addRecord(this.firstSoa);
  }

  private startDelta(oldSoa: SequenceRecord): void {
    this.sink.startDelta();
    this.sink.removeRecord(oldSoa);
    this.state = State.removals;
  }

  /** RFC 5936 §2.2: the SOA that ends it is the one that began it. */
  private endZone(record: SequenceRecord): string | undefined {
    if (!this.isFirstSoa(record)) return 'FORMERR: start and ending SOA records mismatch';
    this.state = State.end;
    return undefined;
  }

  private endAdditions(record: SequenceRecord, serial: number): string | undefined {
    if (this.reachedSerial === this.serial) {
      if (!this.isFirstSoa(record)) return 'FORMERR: start and ending SOA records mismatch';
      this.state = State.end;
      return undefined;
    }
    if (serial !== this.reachedSerial) {
      return `FORMERR: IXFR out of sync: expected serial ${this.reachedSerial}, got ${serial}`;
    }
    if (++this.deltaCount > mostDeltas) return `more than ${mostDeltas} differences`;
    this.startDelta(record);
    return undefined;
  }

  /** The TTL isn't compared, as in BIND: some servers send the last one with another. */
  private isFirstSoa({ rdata, rdataOctets }: SequenceRecord): boolean {
    const first = this.firstSoa;
    if (first === undefined || first.rdataOctets !== rdataOctets) return false;
    const one = first.rdata.slice();
    const other = rdata.slice(0, rdataOctets);
    canonicalizeRdata(Type.soa, one, 0, rdataOctets);
    canonicalizeRdata(Type.soa, other, 0, rdataOctets);
    return one.every((octet, index) => octet === octetAt(other, index));
  }
}

/** A copy that outlives the record. */
function keep(record: ParsedRecord): ParsedRecord {
  const { ownerOctets, rdataOctets, type, class: recordClass, ttlSeconds } = record;
  const owner = record.owner.slice(0, ownerOctets);
  const rdata = record.rdata.slice(0, rdataOctets);
  return { owner, ownerOctets, type, class: recordClass, ttlSeconds, rdata, rdataOctets };
}
