/**
 * Names that a message of a transfer holds, to point at (RFC 1035 §4.1.4). Compared octet by octet: a secondary keeps the
 * case in which the zone's names are written, so none may point at one in other case.
 *
 * A name that doesn't find its place free takes it: nothing is searched for, and what is lost is a pointer.
 */
import { maxLabelOctets, maxLabels } from '../../base/limits.ts';
import { octetAt, u16At } from '../../base/octets.ts';
import { maxPointer } from '../../wire/name-table.ts';

const slotCount = 1024;
const slotMask = slotCount - 1;
/** Pointers in one name; readers bound them, Go's at ten. */
export const maxPointers = 8;

export class ExactNames {
  /** Octets of the name last looked for, the root's included; those before the suffix found, or before the root. */
  nameOctets = 0;
  ownOctets = 0;
  /** Pointers that a reader follows in it, written with one to what was found. */
  pointerCount = 0;

  private readonly stamps = new Uint32Array(slotCount);
  private readonly hashes = new Int32Array(slotCount);
  private readonly positions = new Uint16Array(slotCount);
  private readonly pointers = new Uint8Array(slotCount);
  private stamp = 0;
  private readonly labelOffsets = new Uint8Array(maxLabels + 1);
  private readonly suffixHashes = new Int32Array(maxLabels + 1);
  private labelCount = 0;

  /** Begin another message. */
  clear(): void {
    this.stamp = (this.stamp + 1) >>> 0;
    if (this.stamp !== 0) return;
    this.stamps.fill(0);
    this.stamp = 1;
  }

  /**
   * Position of the longest suffix of the valid name at `source[offset]` that the message at `message[start]` is known to have; -1
   * where there is none.
   */
  find(message: Uint8Array, start: number, source: Uint8Array, offset: number): number {
    this.hashSuffixes(source, offset);
    const { stamps, hashes, positions, suffixHashes, stamp } = this;
    for (let label = 0; label < this.labelCount; label++) {
      const hash = suffixHashes[label] as number;
      const slot = hash & slotMask;
      if (stamps[slot] !== stamp || hashes[slot] !== hash) continue;
      const position = positions[slot] as number;
      const at = octetAt(this.labelOffsets, label);
      if (!isSameName(message, start, position, source, offset + at)) continue;
      this.ownOctets = at;
      this.pointerCount = octetAt(this.pointers, slot) + 1;
      return position;
    }
    this.ownOctets = this.nameOctets - 1;
    this.pointerCount = 0;
    return -1;
  }

  /**
   * The name last looked for stands at `position`, its first `ownOctets` octets before a pointer from which a reader follows
   * `pointers` in all: enter the suffixes that begin there.
   */
  add(position: number, ownOctets: number, pointers: number): void {
    if (pointers > maxPointers) return;
    const { labelOffsets, suffixHashes, labelCount, stamp } = this;
    for (let label = 0; label < labelCount; label++) {
      const offset = octetAt(labelOffsets, label);
      if (offset >= ownOctets || position + offset > maxPointer) return;
      const hash = suffixHashes[label] as number;
      const slot = hash & slotMask;
      this.stamps[slot] = stamp;
      this.hashes[slot] = hash;
      this.positions[slot] = position + offset;
      this.pointers[slot] = pointers;
    }
  }

  private hashSuffixes(source: Uint8Array, offset: number): void {
    const { labelOffsets, suffixHashes } = this;
    let count = 0;
    let at = offset;
    for (let length = octetAt(source, at); length !== 0; length = octetAt(source, at)) {
      labelOffsets[count++] = at - offset;
      at += 1 + length;
    }
    this.labelCount = count;
    this.nameOctets = at - offset + 1;
    let hash = 0;
    for (let label = count - 1; label >= 0; label--) {
      const begin = offset + octetAt(labelOffsets, label);
      const end = begin + octetAt(source, begin);
      for (let i = begin; i <= end; i++) hash = Math.imul(hash ^ octetAt(source, i), 0x01000193);
      hash ^= hash >>> 15;
      suffixHashes[label] = hash;
    }
  }
}

/** Compare a name of a message, which may end in pointers, with an uncompressed one, case included; both are valid. */
function isSameName(message: Uint8Array, start: number, position: number, name: Uint8Array, offset: number): boolean {
  let at = start + position;
  let other = offset;
  for (;;) {
    let length = octetAt(message, at);
    while (length > maxLabelOctets) {
      at = start + (u16At(message, at) & maxPointer);
      length = octetAt(message, at);
    }
    if (length === 0) return octetAt(name, other) === 0;
    for (let i = 0; i <= length; i++) if (message[at + i] !== name[other + i]) return false;
    at += 1 + length;
    other += 1 + length;
  }
}
