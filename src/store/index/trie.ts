/**
 * The index: a hash array mapped trie. Five bits of the hash, from the top, choose a child at each level.
 *
 *     branch      [bitmap, child words in ascending order of their digit…]
 *     collision   [count, leaf words…], at the bottom, for names with the same 32 bits
 *
 * A word is a packed ref with a tag (branch, leaf, collision); 0 is empty. What a leaf points to is the user's: nodes in a
 * zone's index, places in the zone set. Its shape depends on the keys alone, never on their history: a branch with one leaf
 * and nothing else doesn't exist. Nothing in it changes after publication; a change copies the path to it.
 *
 * Names whose hashes collide are compared one by one. Who may add names to a zone can so make look-ups of these names
 * slow, in proportion to the names he adds; questions alone can't.
 */
import { wordAt } from '../memory/ref.ts';

/** Bits of the hash that one level uses, and the shift behind the last level. */
export const digitBits = 5;
export const endShift = 35;

/** The leaf or collision list where entries with this hash would be, or 0. */
export function findSlot(words: Int32Array, root: number, hash: number): number {
  let word = root;
  for (let shift = 0; (word & 3) === 0 && word !== 0; shift += digitBits) {
    const at = word >>> 1;
    const bitmap = wordAt(words, at);
    const digit = (hash << shift) >>> 27;
    if (((bitmap >>> digit) & 1) === 0) return 0;
    word = wordAt(words, at + 1 + countBits(bitmap & ((1 << digit) - 1)));
  }
  return word;
}

/** Index in words of what a word points to. */
export function indexOf(word: number): number {
  return (word & ~3) >>> 1;
}

export function countBits(bits: number): number {
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Visit every leaf word, in the order of the hashes. */
export function walkTrie(words: Int32Array, root: number, visit: (leaf: number) => void): void {
  if (root === 0) return;
  const tag = root & 3;
  if (tag === 1) {
    visit(root);
    return;
  }
  const at = indexOf(root);
  const count = tag === 0 ? countBits(wordAt(words, at)) : wordAt(words, at);
  for (let i = 1; i <= count; i++) walkTrie(words, wordAt(words, at + i), visit);
}
