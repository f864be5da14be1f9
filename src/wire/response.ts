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
import { maxLabelOctets, maxLabels } from '../base/limits.ts';
import { copyOctets, lowerCase, octetAt, putU16, putU32, u16At } from '../base/octets.ts';
import { headerOctets } from './codes.ts';

export const Section = { answer: 0, authority: 1, additional: 2 } as const;
export type Section = (typeof Section)[keyof typeof Section];

/** Where the question's name stands in every message that has one. */
export const questionPosition = headerOctets;

export class ResponseWriter {
  /** The caller's buffer; the message is `octets[start, at)`. */
  octets: Uint8Array = noOctets;
  start = 0;
  at = 0;
  /** The section that records are counted in. Set it in the order of the sections. */
  section: Section = Section.answer;
  /** Position of the RDATA last written. */
  rdataPosition = 0;

  /** The first octet that must not be written. */
  private end = 0;
  private questionCount = 0;
  private readonly recordCounts = new Uint16Array(3);
  private readonly names = new NameTable();
  /** The question's suffixes enter the table with the first name that looks for one; most answers have none. */
  private questionKnown = false;

  /** Begin a message of at most `limitOctets` at `octets[offset]`. The header is written by `finish`. */
  begin(octets: Uint8Array, offset: number, limitOctets: number): void {
    this.octets = octets;
    this.start = offset;
    this.at = offset + headerOctets;
    this.end = offset + limitOctets;
    this.section = Section.answer;
    this.rdataPosition = 0;
    this.questionCount = 0;
    // Three stores: `fill` costs a call that a whole answer can feel.
    this.recordCounts[Section.answer] = 0;
    this.recordCounts[Section.authority] = 0;
    this.recordCounts[Section.additional] = 0;
    this.names.clear();
    this.questionKnown = false;
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

  /** Octets that can still be written. */
  room(): number {
    return this.end - this.at;
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
    if (at + recordFixedOctets > this.end) return false;
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
    if (this.at + length > this.end) return false;
    copyOctets(source, offset, this.octets, this.at, length);
    this.at += length;
    return true;
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
    if (this.at >= this.end) return false;
    this.octets[this.at++] = octet;
    return true;
  }

  private writePointer(position: number): boolean {
    if (this.at + 2 > this.end) return false;
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
    if (!this.questionKnown) this.learnQuestion();
    const { names, octets } = this;
    const labels = names.hashSuffixes(source, offset);
    const nameOctets = names.nameOctets;
    let known = 0;
    let pointer = -1;
    for (; known < labels; known++) {
      pointer = names.find(known, octets, this.start, source, offset);
      if (pointer >= 0) break;
    }
    const ownOctets = pointer >= 0 ? names.labelOffset(known) : nameOctets - 1;
    if (this.at + ownOctets + (pointer >= 0 ? 2 : 1) > this.end) return -1;
    const position = this.at - this.start;
    copyOctets(source, offset, octets, this.at, ownOctets);
    this.at += ownOctets;
    if (pointer >= 0) this.writePointer(pointer);
    else this.writeOctet(0);
    const pointers = pointer >= 0 ? names.foundPointers + 1 : 0;
    for (let label = 0; label < known; label++) names.add(label, position + names.labelOffset(label), pointers);
    return nameOctets;
  }

  private learnQuestion(): void {
    this.questionKnown = true;
    if (this.questionCount === 0) return;
    const { names } = this;
    const labels = names.hashSuffixes(this.octets, this.start + questionPosition);
    for (let label = 0; label < labels; label++) names.add(label, questionPosition + names.labelOffset(label), 0);
  }
}

/**
 * Positions of the suffixes written so far, by hash; open addressing. Entries of earlier messages are told by their
 * stamp, so that beginning a message costs nothing. When it is full, later names are not entered: they still may point.
 */
class NameTable {
  /** Octets of the name last hashed, the root's included. */
  nameOctets = 0;
  /** Pointers in the name that `find` found last. */
  foundPointers = 0;

  private readonly slotStamps = new Uint32Array(slotCount);
  private readonly slotHashes = new Int32Array(slotCount);
  private readonly slotPositions = new Uint16Array(slotCount);
  /** How many pointers a reader follows from there to the root. */
  private readonly slotPointers = new Uint8Array(slotCount);
  /** Slots in the order in which they were taken, for `forgetFrom`. */
  private readonly takenSlots = new Uint16Array(maxEntries);
  private takenCount = 0;
  private stamp = 0;

  /** Of the name last hashed: where its labels begin, and the hash of the suffix that begins there. */
  private readonly labelOffsets = new Uint8Array(maxLabels + 1);
  private readonly suffixHashes = new Int32Array(maxLabels + 1);

  clear(): void {
    this.takenCount = 0;
    this.stamp = (this.stamp + 1) >>> 0;
    if (this.stamp !== 0) return;
    this.slotStamps.fill(0);
    this.stamp = 1;
  }

  /** Where the label begins, relative to the name last hashed. */
  labelOffset(label: number): number {
    return octetAt(this.labelOffsets, label);
  }

  /** Find labels and hash suffixes of the valid name at `source[offset]`; returns its labels, the root not counted. */
  hashSuffixes(source: Uint8Array, offset: number): number {
    const { labelOffsets, suffixHashes } = this;
    let count = 0;
    let at = offset;
    for (let length = octetAt(source, at); length !== 0; length = octetAt(source, at)) {
      labelOffsets[count++] = at - offset;
      at += 1 + length;
    }
    this.nameOctets = at - offset + 1;
    let hash = 0;
    for (let label = count - 1; label >= 0; label--) {
      const begin = offset + octetAt(labelOffsets, label);
      const end = begin + octetAt(source, begin);
      hash = Math.imul(hash ^ octetAt(source, begin), 0x01000193);
      for (let i = begin + 1; i <= end; i++)
        hash = Math.imul(hash ^ octetAt(lowerCase, octetAt(source, i)), 0x01000193);
      hash ^= hash >>> 15;
      suffixHashes[label] = hash;
    }
    return count;
  }

  /** Position of the suffix that begins with `label` of the name last hashed, -1 where the message doesn't have it. */
  find(label: number, message: Uint8Array, start: number, source: Uint8Array, offset: number): number {
    const { slotStamps, slotHashes, slotPositions, stamp } = this;
    const hash = this.suffixHashes[label] as number;
    for (let slot = hash & slotMask; slotStamps[slot] === stamp; slot = (slot + 1) & slotMask) {
      if (slotHashes[slot] !== hash) continue;
      const position = slotPositions[slot] as number;
      if (!isSameName(message, start, position, source, offset + octetAt(this.labelOffsets, label))) continue;
      this.foundPointers = octetAt(this.slotPointers, slot);
      return position;
    }
    return -1;
  }

  /** Enter the suffix that begins with `label` of the name last hashed, unless it lies too far behind or too deep. */
  add(label: number, position: number, pointers: number): void {
    if (position > maxPointer || pointers >= maxPointers || this.takenCount === maxEntries) return;
    const { slotStamps, stamp } = this;
    const hash = this.suffixHashes[label] as number;
    let slot = hash & slotMask;
    while (slotStamps[slot] === stamp) slot = (slot + 1) & slotMask;
    slotStamps[slot] = stamp;
    this.slotHashes[slot] = hash;
    this.slotPositions[slot] = position;
    this.slotPointers[slot] = pointers;
    this.takenSlots[this.takenCount++] = slot;
  }

  /** Forget names from `position` on. Taken back newest first, so that no chain of slots is cut. */
  forgetFrom(position: number): void {
    const { slotStamps, slotPositions, takenSlots } = this;
    while (this.takenCount > 0) {
      const slot = takenSlots[this.takenCount - 1] as number;
      if ((slotPositions[slot] as number) < position) return;
      slotStamps[slot] = this.stamp - 1;
      this.takenCount--;
    }
  }
}

/** Compare a name of a message, which may end in pointers, with an uncompressed one; both are valid. */
function isSameName(message: Uint8Array, start: number, position: number, name: Uint8Array, offset: number): boolean {
  let at = start + position;
  let other = offset;
  for (;;) {
    let length = octetAt(message, at);
    while (length > maxLabelOctets) {
      at = start + (u16At(message, at) & maxPointer);
      length = octetAt(message, at);
    }
    if (length !== octetAt(name, other)) return false;
    if (length === 0) return true;
    for (let i = 1; i <= length; i++) {
      if (lowerCase[octetAt(message, at + i)] !== lowerCase[octetAt(name, other + i)]) return false;
    }
    at += 1 + length;
    other += 1 + length;
  }
}

const noOctets = new Uint8Array(0);
/** TYPE, CLASS, TTL, RDLENGTH. */
const recordFixedOctets = 10;
/** RFC 1035 §4.1.4: 14 bits. */
const maxPointer = 0x3fff;
const pointerBits = 0xc000;
/** Pointers in one name. Readers bound them to be safe from loops; Go's own resolver gives up at more than ten. */
const maxPointers = 8;
const slotCount = 2048;
const slotMask = slotCount - 1;
/** Two thirds of the slots, so that chains stay short. */
const maxEntries = 1365;
