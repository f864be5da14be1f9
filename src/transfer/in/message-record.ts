import { maxNameOctets, maxRdataOctets, maxTtlSeconds } from '../../base/limits.ts';
import { copyOctets, octetAt, u16At, u32At } from '../../base/octets.ts';
import { checkRdata } from '../../rr/rdata.ts';
import { MessageName } from '../../wire/message-name.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import { RdataForm, type RdataSteps, rdataSteps } from './rdata-steps.ts';

/** TYPE, CLASS, TTL and RDLENGTH. */
const fixedOctets = 10;

/**
 * One record of a message, its names whole: is a `ParsedRecord` that is filled again by each `read`. One object for a whole
 * transfer; nothing allocates or throws. An owner that repeats the one before, as most in a transfer do, is not read again.
 */
export class MessageRecord implements ParsedRecord {
  readonly owner: Uint8Array;
  ownerOctets = 0;
  /** Whether the owner is the one of the record before, in the same message. */
  isSameOwner = false;
  type = 0;
  class = 0;
  /** RFC 2181 §8: with the highest bit set it counts as 0. */
  ttlSeconds = 0;
  readonly rdata = new Uint8Array(maxRdataOctets + maxNameOctets + 1);
  rdataOctets = 0;
  /** Whether a record of any type may come without data, as in UPDATE (RFC 2136 §2.4). */
  allowsEmptyRdata = false;
  /** Octets of the record that `read` failed at are not to be believed. */
  private readonly ownerName = new MessageName();
  private readonly dataName = new MessageName();
  private message: Uint8Array = noOctets;
  private start = 0;
  private end = 0;
  /** Where in the message the owner stands that `owner` holds; -1 for nowhere. */
  private ownerAt = -1;
  private stepsType = -1;
  private steps: RdataSteps = rdataSteps(0);

  constructor() {
    this.owner = this.ownerName.octets;
  }

  /** Begin with another message, `message[start, end)`. */
  begin(message: Uint8Array, start: number, end: number): void {
    this.message = message;
    this.start = start;
    this.end = end;
    this.ownerAt = -1;
  }

  /** Read the record at `at`. Returns the offset behind it; -1 where it is malformed. */
  read(at: number): number {
    const { message, end } = this;
    const fixed = this.readOwner(at);
    if (fixed < 0 || end - fixed < fixedOctets) return -1;
    const type = u16At(message, fixed);
    this.type = type;
    this.class = u16At(message, fixed + 2);
    const ttl = u32At(message, fixed + 4);
    this.ttlSeconds = ttl > maxTtlSeconds ? 0 : ttl;
    const dataAt = fixed + fixedOctets;
    const dataEnd = dataAt + u16At(message, fixed + 8);
    if (dataEnd > end) return -1;
    if (type !== this.stepsType) {
      this.steps = rdataSteps(type);
      this.stepsType = type;
    }
    return this.readData(dataAt, dataEnd) ? dataEnd : -1;
  }

  private readOwner(at: number): number {
    const { message, end } = this;
    this.isSameOwner = false;
    let ownerAt = at;
    if (at + 1 < end && octetAt(message, at) >= 0xc0) {
      ownerAt = this.start + (u16At(message, at) & 0x3fff);
      if (ownerAt === this.ownerAt) {
        this.isSameOwner = true;
        return at + 2;
      }
    }
    // A name that could not be read leaves octets of its own.
    this.ownerAt = -1;
    const behind = this.ownerName.read(message, this.start, end, at);
    if (behind < 0) return -1;
    this.ownerAt = ownerAt;
    this.ownerOctets = this.ownerName.length;
    return behind;
  }

  private readData(at: number, end: number): boolean {
    const { steps } = this;
    if (at === end && this.allowsEmptyRdata) {
      this.rdataOctets = 0;
      return true;
    }
    if (steps.form === RdataForm.names) return this.readFields(at, end);
    const octets = end - at;
    if (steps.form === RdataForm.fixed && octets !== steps.octets) return false;
    copyOctets(this.message, at, this.rdata, 0, octets);
    this.rdataOctets = octets;
    return steps.form !== RdataForm.checked || checkRdata(this.type, this.rdata, 0, octets);
  }

  private readFields(at: number, end: number): boolean {
    const { fields } = this.steps;
    const { message, rdata } = this;
    let to = 0;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as (typeof fields)[number];
      let next: number;
      if (field.isName) {
        next = this.dataName.read(message, this.start, end, at);
        if (next < 0) return false;
        copyOctets(this.dataName.octets, 0, rdata, to, this.dataName.length);
        to += this.dataName.length;
      } else {
        next = field.check(message, at, end);
        if (next < 0) return false;
        copyOctets(message, at, rdata, to, next - at);
        to += next - at;
      }
      at = next;
    }
    this.rdataOctets = to;
    return at === end && to <= maxRdataOctets;
  }
}

const noOctets = new Uint8Array(0);
