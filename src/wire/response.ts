/**
 * Writes one response into a buffer that the caller owns: header, question, records with name compression.
 *
 * One object per thread, begun again for each message; nothing here allocates or throws. What does not fit is not
 * written and the caller is told by `false`; `rollback` takes back what was written since a place, with its names.
 *
 * Two ways to a compressed name (RFC 1035 §4.1.4). A name that already stands in the message is pointed at by its
 * *position* (octets from the message's start), which costs nothing: so owners repeat the question with its case, and
 * an address's owner is the SRV record's own target. Any other name is looked up, suffix by suffix, in a table of the
 * names written before.
 */
import { maxLabelOctets, maxNameOctets } from '../base/limits.ts';
import { copyOctets, octetAt, putU16, putU32, u16At } from '../base/octets.ts';
import { headerOctets } from './codes.ts';
import { isSameName, maxPointer, NameTable } from './name-table.ts';
import { copyRun, viewOf } from './octet-words.ts';

export const Section = { answer: 0, authority: 1, additional: 2 } as const;
export type Section = (typeof Section)[keyof typeof Section];

/** Where the question's name stands in every message that has one. */
export const questionPosition = headerOctets;

const noOctets = new Uint8Array(0);

export class ResponseWriter {
  /** The caller's buffer; the message is `octets[start, at)`. */
  octets: Uint8Array = noOctets;
  start = 0;
  at = 0;
  /** The section that records are counted in. Set it in the order of the sections. */
  section: Section = Section.answer;
  /** Position of the RDATA last written. */
  rdataPosition = 0;
  /** Whether names other than the question's were written, or noted: later names may be compressed to them. */
  hasNames = false;
  /** Whether anything has not fitted: then another limit would make another response. */
  overflowed = false;

  private view: DataView = new DataView(noOctets.buffer);
  /** The first octet that must not be written. */
  private end = 0;
  private questionCount = 0;
  private readonly recordCounts = new Uint16Array(3);
  private readonly names = new NameTable();
  /** The question's suffixes enter the table with the first name that looks for one; most answers have none. */
  private questionKnown = false;
  /** Positions of names that were written as octets, and enter the table behind the question's. */
  private readonly notedNames = new Uint16Array(maxNotedNames);
  private notedCount = 0;
  private knownPosition = -1;
  private readonly notedName = new Uint8Array(maxNameOctets + 1);

  /** Begin a message of at most `limitOctets` at `octets[offset]`. The header is written by `finish`. */
  begin(octets: Uint8Array, offset: number, limitOctets: number): void {
    if (octets !== this.octets) {
      this.octets = octets;
      this.view = viewOf(octets);
    }
    this.start = offset;
    this.at = offset + headerOctets;
    this.end = offset + limitOctets;
    this.section = Section.answer;
    this.rdataPosition = 0;
    this.overflowed = false;
    this.questionCount = 0;
    // Three stores: `fill` costs a call that a whole answer can feel.
    this.recordCounts[Section.answer] = 0;
    this.recordCounts[Section.authority] = 0;
    this.recordCounts[Section.additional] = 0;
    this.names.clear();
    this.questionKnown = false;
    this.hasNames = false;
    this.notedCount = 0;
  }

  /** Write the header; returns the message's octets. `flags` are the second 16 bits with opcode and RCODE in place. */
  finish(id: number, flags: number): number {
    const { octets, start, recordCounts } = this;
    putU16(octets, start, id);
    putU16(octets, start + 2, flags);
    putU16(octets, start + 4, this.questionCount);
    putU16(octets, start + 6, recordCounts[Section.answer] as number);
    putU16(octets, start + 8, recordCounts[Section.authority] as number);
    putU16(octets, start + 10, recordCounts[Section.additional] as number);
    return this.at - start;
  }

  /** Keep `octets` free behind the records (for OPT); a negative number gives them back. */
  reserve(octets: number): void {
    this.end -= octets;
  }

  /** Whether so many octets can still be written. */
  hasRoom(octets: number): boolean {
    if (this.at + octets <= this.end) return true;
    this.overflowed = true;
    return false;
  }

  /** Records in the current section. */
  count(): number {
    return this.recordCounts[this.section] as number;
  }

  countOf(section: Section): number {
    return this.recordCounts[section] as number;
  }

  /** Position that the next octet will have. */
  position(): number {
    return this.at - this.start;
  }

  /** Echo the question, in the case in which it was asked. Fits in every message: 12 + 255 + 4 < 512. */
  writeQuestion(qname: Uint8Array, qnameOctets: number, qtype: number, qclass: number): void {
    const { octets } = this;
    copyOctets(qname, 0, octets, this.at, qnameOctets);
    this.at += qnameOctets;
    putU16(octets, this.at, qtype);
    putU16(octets, this.at + 2, qclass);
    this.at += 4;
    this.questionCount = 1;
  }

  /** Take back everything from `position` on; `count` is what `count()` was then. */
  rollback(position: number, count: number): void {
    this.at = this.start + position;
    this.recordCounts[this.section] = count;
    this.names.forgetFrom(position);
    while (this.notedCount > 0 && (this.notedNames[this.notedCount - 1] as number) >= position) this.notedCount--;
  }

  /** Begin a record with an owner that already stands at `position`. After `false` roll back. */
  writeOwnerAt(position: number): boolean {
    const first = octetAt(this.octets, this.start + position);
    if (first === 0) return this.writeOctet(0);
    // A name that is itself nothing but a pointer is copied, so that pointers don't point at pointers.
    if (first >= 0xc0) return this.writePointer(u16At(this.octets, this.start + position) & 0x3fff);
    if (position <= maxPointer) return this.writePointer(position);
    return this.copyNameAt(position);
  }

  /** How many octets `writeOwnerAt` takes. */
  ownerOctetsAt(position: number): number {
    const first = octetAt(this.octets, this.start + position);
    if (first === 0) return 1;
    return first >= 0xc0 || position <= maxPointer ? 2 : this.skipName(position) - position;
  }

  /** Begin a record with the valid uncompressed name at `source[offset]` as its owner. After `false` roll back. */
  writeOwner(source: Uint8Array, offset: number): boolean {
    return this.writeName(source, offset) >= 0;
  }

  /**
   * Write the record behind its owner. The RDATA is `source[rdataOffset, rdataOffset + rdataOctets)`, names uncompressed;
   * `nameCount` names behind its first `prefixOctets` octets are compressed (RFC 3597 §4: of the types in RFC 1035 only).
   * `false` where it does not fit: then roll back.
   */
  writeRecord(
    type: number,
    recordClass: number,
    ttlSeconds: number,
    source: Uint8Array,
    rdataOffset: number,
    rdataOctets: number,
    prefixOctets: number,
    nameCount: number,
  ): boolean {
    const { octets, at } = this;
    if (!this.hasRoom(recordFixedOctets)) return false;
    putU16(octets, at, type);
    putU16(octets, at + 2, recordClass);
    putU32(octets, at + 4, ttlSeconds);
    this.at = at + recordFixedOctets;
    this.rdataPosition = this.at - this.start;
    if (nameCount === 0) {
      if (!this.writeOctets(source, rdataOffset, rdataOctets)) return false;
    } else if (!this.writeCompressed(source, rdataOffset, rdataOctets, prefixOctets, nameCount)) {
      return false;
    }
    putU16(octets, at + 8, this.at - at - recordFixedOctets);
    this.recordCounts[this.section] = (this.recordCounts[this.section] as number) + 1;
    return true;
  }

  /** Write octets as they are; for what is not a record of a zone (OPT). Counting is `countRecord`. */
  writeOctets(source: Uint8Array, offset: number, length: number): boolean {
    if (!this.hasRoom(length)) return false;
    this.copyIn(source, offset, length);
    return true;
  }

  /** Write `count` records as they stand in the first `length` octets of `source`, for which there is room; their names are to be told by `noteName`. */
  writeRecords(source: DataView, length: number, count: number): void {
    copyRun(source, 0, this.view, this.at, length);
    this.at += length;
    this.recordCounts[this.section] = (this.recordCounts[this.section] as number) + count;
  }

  /**
   * Tell of a name that was written by octets, in the order in which they stand; at most `maxNotedNames` in a message. It has labels
   * of its own, and any pointer leads to a name told before or the question's.
   */
  noteName(position: number): void {
    this.hasNames = true;
    if (this.questionKnown) this.learnNoted(position);
    else this.notedNames[this.notedCount++] = position;
  }

  /** Count a record that was written by octets. */
  countRecord(): void {
    this.recordCounts[this.section] = (this.recordCounts[this.section] as number) + 1;
  }

  /** Whether the name at `position` of this message is the valid uncompressed name at `source[offset]` but for case. */
  isNameAt(position: number, source: Uint8Array, offset: number): boolean {
    return isSameName(this.octets, this.start, position, source, offset);
  }

  /** Copy the name at `position` of this message, uncompressed, to `out[0]`, which has room for 255 octets. */
  readName(position: number, out: Uint8Array): void {
    const { octets, start } = this;
    let at = start + position;
    let to = 0;
    for (;;) {
      const length = octetAt(octets, at);
      if (length > maxLabelOctets) {
        at = start + (u16At(octets, at) & maxPointer);
        continue;
      }
      copyOctets(octets, at, out, to, 1 + length);
      if (length === 0) return;
      at += 1 + length;
      to += 1 + length;
    }
  }

  /** Position of what follows the name at `position`. */
  skipName(position: number): number {
    const { octets } = this;
    let at = this.start + position;
    for (;;) {
      const length = octetAt(octets, at);
      if (length >= 0xc0) return at + 2 - this.start;
      at += 1 + length;
      if (length === 0) return at - this.start;
    }
  }

  private copyIn(source: Uint8Array, offset: number, length: number): void {
    if (length < leastRunOctets) copyOctets(source, offset, this.octets, this.at, length);
    else copyRun(viewOf(source), offset, this.view, this.at, length);
    this.at += length;
  }

  private writeCompressed(source: Uint8Array, from: number, length: number, prefix: number, names: number): boolean {
    if (!this.writeOctets(source, from, prefix)) return false;
    let at = from + prefix;
    for (let i = 0; i < names; i++) {
      const octets = this.writeName(source, at);
      if (octets < 0) return false;
      at += octets;
    }
    return this.writeOctets(source, at, from + length - at);
  }

  private writeOctet(octet: number): boolean {
    if (!this.hasRoom(1)) return false;
    this.octets[this.at++] = octet;
    return true;
  }

  private writePointer(position: number): boolean {
    if (!this.hasRoom(2)) return false;
    putU16(this.octets, this.at, pointerBits | position);
    this.at += 2;
    return true;
  }

  /** Write the name at `position` again, for one that stands too far behind to be pointed at; its own pointer is kept. */
  private copyNameAt(position: number): boolean {
    const from = this.start + position;
    const length = this.skipName(position) - position;
    return this.writeOctets(this.octets, from, length);
  }

  /** Write a name, its longest known suffix as a pointer. Returns the octets it has in `source`; -1 where it doesn't fit. */
  private writeName(source: Uint8Array, offset: number): number {
    if (!this.questionKnown) this.learnNames();
    this.hasNames = true;
    const { names, octets } = this;
    const labels = names.hashSuffixes(source, offset);
    const nameOctets = names.nameOctets;
    const known = this.findKnown(labels, source, offset);
    const pointer = this.knownPosition;
    const ownOctets = pointer >= 0 ? names.labelOffset(known) : nameOctets - 1;
    if (!this.hasRoom(ownOctets + (pointer >= 0 ? 2 : 1))) return -1;
    const position = this.at - this.start;
    copyOctets(source, offset, octets, this.at, ownOctets);
    this.at += ownOctets;
    if (pointer >= 0) this.writePointer(pointer);
    else this.writeOctet(0);
    const pointers = pointer >= 0 ? names.foundPointers + 1 : 0;
    for (let label = 0; label < known; label++) names.add(label, position + names.labelOffset(label), pointers);
    return nameOctets;
  }

  /** The first label of the name last hashed whose suffix stands in the message, at `knownPosition`; else `labels` and -1. */
  private findKnown(labels: number, source: Uint8Array, offset: number): number {
    for (let label = 0; label < labels; label++) {
      this.knownPosition = this.names.find(label, this.octets, this.start, source, offset);
      if (this.knownPosition >= 0) return label;
    }
    this.knownPosition = -1;
    return labels;
  }

  /** Enter the names into the table that stand in the message already. */
  private learnNames(): void {
    this.questionKnown = true;
    if (this.questionCount > 0) this.learnQuestion();
    for (let i = 0; i < this.notedCount; i++) this.learnNoted(this.notedNames[i] as number);
  }

  private learnQuestion(): void {
    const { names } = this;
    const labels = names.hashSuffixes(this.octets, this.start + questionPosition);
    for (let label = 0; label < labels; label++) names.add(label, questionPosition + names.labelOffset(label), 0);
  }

  /** Enter a name as `writeName` would have done. */
  private learnNoted(position: number): void {
    const { names, notedName } = this;
    this.readName(position, notedName);
    const labels = names.hashSuffixes(notedName, 0);
    const known = this.findKnown(labels, notedName, 0);
    const pointers = this.knownPosition >= 0 ? names.foundPointers + 1 : 0;
    for (let label = 0; label < known; label++) names.add(label, position + names.labelOffset(label), pointers);
  }
}

/** As many as the templates of one response have (answer/record-template.ts). */
export const maxNotedNames = 16;
/** From so many octets on (signatures, mostly) a run is worth the way to its view. */
const leastRunOctets = 32;
/** TYPE, CLASS, TTL, RDLENGTH. */
const recordFixedOctets = 10;
const pointerBits = 0xc000;
