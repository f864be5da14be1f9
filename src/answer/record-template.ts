/**
 * Records as they stood in one response, to be put into others: octets that are the same in each, and compression pointers,
 * which move with what they point at. Made from what the algorithm has written, so that there is nothing to agree with.
 */
import { octetAt, putU16, u16At } from '../base/octets.ts';
import { compressibleNameCount, compressiblePrefixOctets } from '../rr/answer-rules.ts';
import type { RrsetRef } from '../store/zone-reader.ts';
import { maxPointer } from '../wire/name-table.ts';
import { maxNotedNames, type ResponseWriter } from '../wire/response.ts';
import type { WrittenSets } from './written-sets.ts';

/** More are not kept: the plain way serves. Of these a zone with four name servers and their signatures takes 900. */
const maxOctets = 1024;
const maxPointers = 64;
const maxSets = 32;

/** What a pointer's value is counted from. */
const Base = { apex: 0, anchor: 1, self: 2 } as const;

export class RecordTemplate {
  /** Whether it holds anything. */
  isMade = false;
  setCount = 0;
  nameCount = 0;
  private length = 0;
  private recordCount = 0;
  private pointerCount = 0;
  private readonly octets = new Uint8Array(new ArrayBuffer(maxOctets));
  private readonly view = new DataView(this.octets.buffer);
  private readonly pointerOffsets = new Uint16Array(maxPointers);
  private readonly pointerBases = new Uint8Array(maxPointers);
  private readonly pointerValues = new Uint16Array(maxPointers);
  private readonly nameOffsets = new Uint16Array(maxNotedNames);
  private readonly sets = new Float64Array(maxSets);

  setAt(index: number): RrsetRef {
    return this.sets[index] as RrsetRef;
  }

  /** Where the name begins, counted from the template's first octet. */
  nameOffsetAt(index: number): number {
    return this.nameOffsets[index] as number;
  }

  /**
   * Take the records from `begin` (a position) to the response's end, and the sets in `written` from `firstSet` on. Their pointers
   * may lead to the zone's apex in the question, `[apex, apexEnd)`; to what another template wrote, `[anchor, anchorEnd)`; and to
   * themselves. With one that leads elsewhere nothing is made.
   */
  take(
    response: ResponseWriter,
    begin: number,
    apex: number,
    apexEnd: number,
    anchor: number,
    anchorEnd: number,
    written: WrittenSets,
    firstSet: number,
  ): void {
    this.isMade = false;
    const end = response.position();
    this.length = end - begin;
    this.setCount = written.count - firstSet;
    if (this.length > maxOctets || end > maxPointer || this.setCount > maxSets) return;
    for (let i = 0; i < this.setCount; i++) this.sets[i] = written.rrsetAt(firstSet + i);
    for (let i = 0; i < this.length; i++) this.octets[i] = octetAt(response.octets, response.start + begin + i);
    this.isMade = this.takePointers(begin, apex, apexEnd, anchor, anchorEnd);
  }

  /** Write the records; false where they don't fit. */
  write(response: ResponseWriter, apex: number, anchor: number): boolean {
    const begin = response.position();
    if (!response.hasRoom(this.length) || begin + this.length > maxPointer) return false;
    response.writeRecords(this.view, this.length, this.recordCount);
    const { pointerOffsets, pointerBases, pointerValues, pointerCount } = this;
    const at = response.start + begin;
    for (let i = 0; i < pointerCount; i++) {
      const base = pointerBases[i] === Base.apex ? apex : pointerBases[i] === Base.anchor ? anchor : begin;
      putU16(response.octets, at + (pointerOffsets[i] as number), 0xc000 | (base + (pointerValues[i] as number)));
    }
    return true;
  }

  /** Find all pointers and names of the records taken. */
  private takePointers(begin: number, apex: number, apexEnd: number, anchor: number, anchorEnd: number): boolean {
    const { octets, length } = this;
    this.pointerCount = 0;
    this.nameCount = 0;
    this.recordCount = 0;
    for (let at = 0; at < length; this.recordCount++) {
      const owner = this.takeName(at);
      if (owner < 0) return false;
      const type = u16At(octets, owner);
      const end = owner + recordFixedOctets + u16At(octets, owner + recordFixedOctets - 2);
      at = owner + recordFixedOctets + Math.max(0, compressiblePrefixOctets(type));
      for (let i = compressibleNameCount(type); i > 0; i--) {
        at = this.takeName(at);
        if (at < 0) return false;
      }
      at = end;
    }
    for (let i = 0; i < this.pointerCount; i++) {
      const position = this.pointerValues[i] as number;
      if (position >= begin) this.setBase(i, Base.self, begin);
      else if (position >= anchor && position < anchorEnd) this.setBase(i, Base.anchor, anchor);
      else if (position >= apex && position < apexEnd) this.setBase(i, Base.apex, apex);
      else return false;
    }
    return true;
  }

  private setBase(index: number, base: number, position: number): void {
    this.pointerBases[index] = base;
    this.pointerValues[index] = (this.pointerValues[index] as number) - position;
  }

  /** Note the name at `at` and its pointer; returns where it ends, -1 where there is no more room for it. */
  private takeName(at: number): number {
    const { octets } = this;
    const first = octetAt(octets, at);
    if (first !== 0 && first < 0xc0) {
      if (this.nameCount === maxNotedNames) return -1;
      this.nameOffsets[this.nameCount++] = at;
    }
    for (let length = first; ; length = octetAt(octets, at)) {
      if (length === 0) return at + 1;
      if (length >= 0xc0) break;
      at += 1 + length;
    }
    if (this.pointerCount === maxPointers) return -1;
    this.pointerOffsets[this.pointerCount] = at;
    this.pointerValues[this.pointerCount++] = u16At(octets, at) & maxPointer;
    return at + 2;
  }
}

/** TYPE, CLASS, TTL, RDLENGTH. */
const recordFixedOctets = 10;
