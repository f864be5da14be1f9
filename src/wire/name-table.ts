/** Which names a message holds, and where: what compression points at (RFC 1035 §4.1.4). */
import { maxLabelOctets, maxLabels } from '../base/limits.ts';
import { lowerCase, octetAt, u16At } from '../base/octets.ts';

/** A pointer has 14 bits. */
export const maxPointer = 0x3fff;

/**
 * Positions of the suffixes written so far, by hash; open addressing. Entries of earlier messages are told by their
 * stamp, so that beginning a message costs nothing. When it is full, later names are not entered: they still may point.
 */
export class NameTable {
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
export function isSameName(
  message: Uint8Array,
  start: number,
  position: number,
  name: Uint8Array,
  offset: number,
): boolean {
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

/** Pointers in one name. Readers bound them to be safe from loops; Go's own resolver gives up at more than ten. */
const maxPointers = 8;
const slotCount = 2048;
const slotMask = slotCount - 1;
/** Two thirds of the slots, so that chains stay short. */
const maxEntries = 1365;
