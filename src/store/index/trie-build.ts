/** Builds a whole trie at once, bottom-up, from entries sorted by hash. */

import type { Memory } from '../memory/bulk-memory.ts';
import { packRef, Tag, wordAt } from '../memory/ref.ts';
import { digitBits, endShift } from './trie.ts';

/** Entries to be indexed: `leaves[i]` is a leaf word, `hashes[i]` its hash, for `i < count`. */
export interface TrieEntries {
  readonly hashes: Int32Array;
  readonly leaves: Int32Array;
  readonly count: number;
}

/** The root word of a trie of all entries, which are reordered. 0 where there are none. */
export function buildTrie(memory: Memory, entries: TrieEntries): number {
  if (entries.count === 0) return 0;
  return new TrieBuild(memory, sortByHash(entries)).build(0, entries.count, 0);
}

class TrieBuild {
  private readonly memory: Memory;
  private readonly entries: TrieEntries;
  /** Child words of the branches that are being made, 32 for each level. */
  private readonly children = new Int32Array(32 * (endShift / digitBits));

  constructor(memory: Memory, entries: TrieEntries) {
    this.memory = memory;
    this.entries = entries;
  }

  build(from: number, to: number, shift: number): number {
    const { hashes, leaves } = this.entries;
    if (to - from === 1) return wordAt(leaves, from);
    if (shift === endShift) return this.writeCollision(from, to);
    const firstChild = (shift / digitBits) * 32;
    let bitmap = 0;
    let count = 0;
    for (let start = from; start < to; ) {
      const digit = (wordAt(hashes, start) << shift) >>> 27;
      let end = start + 1;
      while (end < to && (wordAt(hashes, end) << shift) >>> 27 === digit) end++;
      bitmap |= 1 << digit;
      this.children[firstChild + count++] = this.build(start, end, shift + digitBits);
      start = end;
    }
    return this.write(Tag.branch, bitmap, this.children, firstChild, count);
  }

  private writeCollision(from: number, to: number): number {
    return this.write(Tag.collision, to - from, this.entries.leaves, from, to - from);
  }

  private write(tag: number, head: number, items: Int32Array, first: number, count: number): number {
    const ref = this.memory.alloc(4 + 4 * count);
    const { words } = this.memory.arena;
    const at = ref >>> 2;
    words[at] = head;
    for (let i = 0; i < count; i++) words[at + 1 + i] = wordAt(items, first + i);
    return packRef(ref, tag);
  }
}

const radixBits = 11;
const radixMask = (1 << radixBits) - 1;

/** Sort by the hash as an unsigned number: in place where they are almost sorted, else in three passes of 11 bits. */
function sortByHash(entries: TrieEntries): TrieEntries {
  const { count } = entries;
  if (insertionSort(entries)) return entries;
  let from = entries;
  let to: TrieEntries = { hashes: new Int32Array(count), leaves: new Int32Array(count), count };
  for (let shift = 0; shift < 32; shift += radixBits) {
    distribute(from, to, shift);
    [from, to] = [to, from];
  }
  return from;
}

/** Gives up, with all entries still there, when it takes more moves than the other way would. */
function insertionSort({ hashes, leaves, count }: TrieEntries): boolean {
  let moves = movesPerEntry * count;
  for (let i = 1; i < count; i++) {
    const hash = wordAt(hashes, i);
    const leaf = wordAt(leaves, i);
    let at = i;
    for (; at > 0 && wordAt(hashes, at - 1) >>> 0 > hash >>> 0 && moves > 0; at--, moves--) {
      hashes[at] = wordAt(hashes, at - 1);
      leaves[at] = wordAt(leaves, at - 1);
    }
    hashes[at] = hash;
    leaves[at] = leaf;
    if (moves <= 0) return false;
  }
  return true;
}

const movesPerEntry = 6;

function distribute(from: TrieEntries, to: TrieEntries, shift: number): void {
  const starts = new Int32Array(radixMask + 2);
  for (let i = 0; i < from.count; i++) {
    const bucket = ((wordAt(from.hashes, i) >>> shift) & radixMask) + 1;
    starts[bucket] = wordAt(starts, bucket) + 1;
  }
  for (let bucket = 1; bucket < starts.length; bucket++) {
    starts[bucket] = wordAt(starts, bucket) + wordAt(starts, bucket - 1);
  }
  for (let i = 0; i < from.count; i++) {
    const hash = wordAt(from.hashes, i);
    const bucket = (hash >>> shift) & radixMask;
    const at = wordAt(starts, bucket);
    starts[bucket] = at + 1;
    to.hashes[at] = hash;
    to.leaves[at] = wordAt(from.leaves, i);
  }
}
