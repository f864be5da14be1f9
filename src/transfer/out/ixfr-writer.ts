/**
 * The messages of an incremental answer (RFC 1995 §4): the current SOA, each change as the old SOA, what it removes, the new SOA and
 * what it adds, and the current SOA again. One change is in memory at a time.
 */
import type { VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { nameOctets } from '../../wire/name.ts';
import type { Delta } from '../journal/delta.ts';
import { type Octets, octetsOf } from './copy-run.ts';
import { SoaRecord } from './soa-record.ts';
import { type TransferHead, TransferMessage } from './transfer-message.ts';
import { type TransferWriter, tooLarge, usualMessageOctets } from './transfer-writer.ts';

/** Changes that follow each other; what `JournalReader.chain` gives. `next` may throw. */
export interface Changes {
  next(): Delta | undefined;
}

/** A change is not what the journal should hold: the transfer can't go on. */
export class BrokenChange extends Error {
  override readonly name = 'BrokenChange';
}

export class IxfrWriter implements TransferWriter {
  records = 0;
  private readonly message: TransferMessage;
  private readonly soa: SoaRecord;
  private readonly changes: Changes;
  private step: Step = Step.firstSoa;
  private change: Octets = octetsOf(new Uint8Array(0));
  /** Where the next record of the change stands. */
  private at = 0;

  /** `changes` lead to the version, which `reader` holds until the last message is written. */
  constructor(reader: ZoneReader, version: VersionRef, head: TransferHead, changes: Changes) {
    this.message = new TransferMessage(head);
    this.soa = new SoaRecord(reader, version);
    this.changes = changes;
  }

  next(out: Uint8Array, offset: number, roomOctets: number): number {
    if (this.step === Step.done) return 0;
    const { message } = this;
    message.begin(out, offset, Math.min(roomOctets, usualMessageOctets));
    this.putRecords();
    if (message.recordCount === 0) {
      message.limit(roomOctets);
      this.putRecords();
      if (message.recordCount === 0) return tooLarge;
    }
    this.records += message.recordCount;
    return message.finish();
  }

  /** Put as many as fit. */
  private putRecords(): void {
    while (this.step !== Step.done && this.putNext());
  }

  private putNext(): boolean {
    switch (this.step) {
      case Step.firstSoa:
        if (!this.soa.put(this.message)) return false;
        this.step = Step.changes;
        return true;
      case Step.changes:
        if (this.at < this.change.octets.length || this.takeChange()) return this.putRecord();
        this.step = Step.lastSoa;
        return true;
      default:
        if (!this.soa.put(this.message)) return false;
        this.step = Step.done;
        return true;
    }
  }

  private takeChange(): boolean {
    const change = this.changes.next();
    if (change === undefined) return false;
    if (change.octets.length === 0) throw new BrokenChange('a change in the journal is empty');
    this.change = octetsOf(change.octets);
    this.at = 0;
    return true;
  }

  private putRecord(): boolean {
    const { message, change, at } = this;
    const { octets, view } = change;
    const ownerOctets = nameOctets(octets, at, octets.length);
    const fixedAt = at + ownerOctets;
    if (ownerOctets < 0 || fixedAt + fixedOctets > octets.length)
      throw new BrokenChange('a change in the journal is damaged');
    const end = fixedAt + fixedOctets + view.getUint16(fixedAt + 8);
    if (end > octets.length) throw new BrokenChange('a change in the journal is damaged');
    // Records of one owner mostly follow each other.
    if (!message.isOwner(change, at, ownerOctets)) message.setOwner(change, at, ownerOctets);
    const type = view.getUint16(fixedAt);
    if (message.putRecords(type, view.getUint32(fixedAt + 4), change, fixedAt + 8, end) < end) return false;
    this.at = end;
    return true;
  }
}

/** The current SOA alone: to a client that has it already (RFC 1995 §4). */
export class SoaWriter implements TransferWriter {
  records = 0;
  private readonly message: TransferMessage;
  private readonly soa: SoaRecord;

  constructor(reader: ZoneReader, version: VersionRef, head: TransferHead) {
    this.message = new TransferMessage(head);
    this.soa = new SoaRecord(reader, version);
  }

  next(out: Uint8Array, offset: number, roomOctets: number): number {
    if (this.records > 0) return 0;
    this.message.begin(out, offset, roomOctets);
    if (!this.soa.put(this.message)) return tooLarge;
    this.records = 1;
    return this.message.finish();
  }
}

/** TYPE, CLASS, TTL, RDLENGTH. */
const fixedOctets = 10;
const Step = { firstSoa: 0, changes: 1, lastSoa: 2, done: 3 } as const;
type Step = (typeof Step)[keyof typeof Step];
