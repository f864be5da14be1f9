/**
 * The owners of a zone that is being built: entries in the order of their first appearance, found by an open-addressing hash
 * table. Typed arrays all: no object per owner.
 *
 * An owner's place in the table is given by the highest bits of its hash. So the table lies almost in the order of hashes,
 * which is that of the index, and grows by reading the old one and writing the new one from front to back.
 */

import { octetAt } from '../../base/octets.ts';
import { NodeFlag } from '../image/image-types.ts';
import { nameOctetsOf, nameOffsetOf } from '../image/node-layout.ts';
import type { LookupName } from '../index/lookup-name.ts';
import type { TrieEntries } from '../index/trie-build.ts';
import type { Arena } from '../memory/arena.ts';
import { doubled } from '../memory/growing.ts';
import { packRef, Tag, tagMask, unpackRef, wordAt } from '../memory/ref.ts';

/** Mixed into the hash of hashed owners, which have entries of their own. */
const hashedOwnerSalt = 0x5bd1e995;
const firstCapacityBits = 6;

export class BuildTable {
  count = 0;
  private hashedCount = 0;
  private readonly arena: Arena;
  /** Packed refs, with a tag where the owner is hashed. */
  private nodes = new Int32Array(32);
  /** Pairs of a hash and 1 + entry, 0 for empty. */
  private slots = new Int32Array(2 << firstCapacityBits);
  /** The hash without this many lowest bits is the place where its search begins. */
  private shift = 32 - firstCapacityBits;
  /** More entries than this make it grow: at most three quarters of the slots are in use. */
  private mostEntries = mostEntriesOf(firstCapacityBits);

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** The entry of the name's suffix of `labels` labels, -1 where there is none. `kind` is 0 or NodeFlag.hashedOwner. */
  find(name: LookupName, labels: number, kind: number): number {
    const { slots } = this;
    const hash = entryHash(name, labels, kind);
    const mask = slots.length - 1;
    for (let at = 2 * (hash >>> this.shift); ; at = (at + 2) & mask) {
      const entry = wordAt(slots, at + 1) - 1;
      if (entry < 0) return -1;
      if (slots[at] === hash && this.isNamed(entry, name, labels, kind)) return entry;
    }
  }

  /** Enter a name that is not in the table yet. */
  add(name: LookupName, labels: number, kind: number, node: number): void {
    if (this.count === this.mostEntries) this.growSlots();
    if (this.count === this.nodes.length) this.nodes = doubled(this.nodes);
    this.nodes[this.count] = packRef(node, tagOf(kind));
    if (kind !== 0) this.hashedCount++;
    this.enter(entryHash(name, labels, kind), ++this.count);
  }

  nodeAt(entry: number): number {
    return unpackRef(wordAt(this.nodes, entry));
  }

  setNode(entry: number, node: number): void {
    this.nodes[entry] = packRef(node, wordAt(this.nodes, entry) & tagMask);
  }

  /** The names of one kind for their index, almost in the order of their hashes. */
  entriesOf(kind: number): TrieEntries {
    const capacity = kind === 0 ? this.count - this.hashedCount : this.hashedCount;
    const entries = { hashes: new Int32Array(capacity), leaves: new Int32Array(capacity), count: 0 };
    if (capacity === 0) return entries;
    const { slots } = this;
    for (let at = 0; at < slots.length; at += 2) {
      if (slots[at + 1] !== 0 && !this.isWrapped(at)) this.takeEntry(entries, kind, at);
    }
    for (let at = 0; slots[at + 1] !== 0; at += 2) if (this.isWrapped(at)) this.takeEntry(entries, kind, at);
    return entries;
  }

  /** No more names: drop what finds them, and give away the nodes (packed refs, to be unpacked without their tags). */
  release(): Int32Array {
    const nodes = this.nodes.subarray(0, this.count);
    this.count = 0;
    // The arrays are large, and whoever holds the builder would keep them.
    this.nodes = this.slots = new Int32Array(0);
    return nodes;
  }

  private isNamed(entry: number, name: LookupName, labels: number, kind: number): boolean {
    const word = wordAt(this.nodes, entry);
    if ((word & tagMask) !== tagOf(kind)) return false;
    const node = unpackRef(word);
    const { octets } = this.arena;
    const wanted = name.octets;
    const offset = name.suffixOffset(labels);
    const length = name.length - offset;
    if (nameOctetsOf(octets, node) !== length) return false;
    const at = nameOffsetOf(node);
    for (let i = 0; i < length; i++) if (octetAt(octets, at + i) !== octetAt(wanted, offset + i)) return false;
    return true;
  }

  private enter(hash: number, word: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = 2 * (hash >>> this.shift);
    while (slots[at + 1] !== 0) at = (at + 2) & mask;
    slots[at] = hash;
    slots[at + 1] = word;
  }

  private growSlots(): void {
    const before = this.slots;
    this.shift--;
    this.mostEntries = mostEntriesOf(32 - this.shift);
    this.slots = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] !== 0) this.enter(wordAt(before, at), wordAt(before, at + 1));
    }
  }

  /** Whether the search for what lies at `at` began near the table's end. */
  private isWrapped(at: number): boolean {
    return 2 * (wordAt(this.slots, at) >>> this.shift) > at;
  }

  private takeEntry(
    entries: { hashes: Int32Array; leaves: Int32Array; count: number },
    kind: number,
    at: number,
  ): void {
    const word = wordAt(this.nodes, wordAt(this.slots, at + 1) - 1);
    if ((word & tagMask) !== tagOf(kind)) return;
    const hash = wordAt(this.slots, at);
    entries.hashes[entries.count] = kind === 0 ? hash : hash ^ hashedOwnerSalt;
    entries.leaves[entries.count++] = (word & ~tagMask) | Tag.leaf;
  }
}

function entryHash(name: LookupName, labels: number, kind: number): number {
  const hash = wordAt(name.suffixHashes, labels);
  return kind === 0 ? hash : hash ^ hashedOwnerSalt;
}

function tagOf(kind: number): number {
  return kind === NodeFlag.hashedOwner ? 1 : 0;
}

function mostEntriesOf(capacityBits: number): number {
  return 3 * 2 ** (capacityBits - 2);
}
