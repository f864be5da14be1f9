/** Changes a trie by copying the path to what changes; pieces that the change itself made are written to in place. */

import type { ChangeMemory } from '../memory/change-memory.ts';
import { packRef, Tag, tagMask, unpackRef, wordAt } from '../memory/ref.ts';
import { countBits, digitBits, endShift, indexOf } from './trie.ts';

export class TrieEditor {
  private readonly memory: ChangeMemory;
  private readonly hashOf: (leaf: number) => number;

  /** `hashOf` gives the hash of a leaf word that is in the trie. */
  constructor(memory: ChangeMemory, hashOf: (leaf: number) => number) {
    this.memory = memory;
    this.hashOf = hashOf;
  }

  /**
   * The root after one leaf has been put in (`before` is 0), replaced, or taken out (`after` is 0). `before` must be in the trie,
   * and no leaf with `after`'s key but `before`.
   */
  edit(root: number, hash: number, before: number, after: number): number {
    return this.editAt(root, 0, hash, before, after);
  }

  private editAt(word: number, shift: number, hash: number, before: number, after: number): number {
    if (word === 0 || word === before) return after;
    const tag = word & tagMask;
    if (tag === Tag.leaf) return this.split(word, this.hashOf(word), after, hash, shift);
    if (tag === Tag.collision) return this.editCollision(word, before, after);
    return this.editBranch(word, shift, hash, before, after);
  }

  private editBranch(word: number, shift: number, hash: number, before: number, after: number): number {
    const { words } = this.memory.arena;
    const at = indexOf(word);
    const bitmap = wordAt(words, at);
    const bit = 1 << ((hash << shift) >>> 27);
    const position = countBits(bitmap & (bit - 1));
    const child = (bitmap & bit) === 0 ? 0 : wordAt(words, at + 1 + position);
    const changed = this.editAt(child, shift + digitBits, hash, before, after);
    if (changed === child) return word;
    const children = this.itemsOf(word, countBits(bitmap));
    children.splice(position, child === 0 ? 0 : 1, ...(changed === 0 ? [] : [changed]));
    if (children.length === 0 || (children.length === 1 && ((children[0] as number) & tagMask) === Tag.leaf)) {
      this.memory.release(unpackRef(word));
      return children[0] ?? 0;
    }
    return this.rewrite(word, changed === 0 ? bitmap & ~bit : bitmap | bit, children);
  }

  private editCollision(word: number, before: number, after: number): number {
    const count = wordAt(this.memory.arena.words, indexOf(word));
    const items = this.itemsOf(word, count);
    const position = before === 0 ? count : items.indexOf(before);
    items.splice(position, before === 0 ? 0 : 1, ...(after === 0 ? [] : [after]));
    if (items.length > 1) return this.rewrite(word, items.length, items);
    this.memory.release(unpackRef(word));
    return items[0] ?? 0;
  }

  /** A branch (or several, one below the other) that tells two leaves apart. */
  private split(a: number, aHash: number, b: number, bHash: number, shift: number): number {
    if (shift === endShift) return this.write(Tag.collision, 2, [a, b]);
    const aDigit = (aHash << shift) >>> 27;
    const bDigit = (bHash << shift) >>> 27;
    if (aDigit === bDigit) {
      return this.write(Tag.branch, 1 << aDigit, [this.split(a, aHash, b, bHash, shift + digitBits)]);
    }
    return this.write(Tag.branch, (1 << aDigit) | (1 << bDigit), aDigit < bDigit ? [a, b] : [b, a]);
  }

  private itemsOf(word: number, count: number): number[] {
    const at = indexOf(word) + 1;
    return Array.from(this.memory.arena.words.subarray(at, at + count));
  }

  private rewrite(word: number, head: number, items: readonly number[]): number {
    const ref = unpackRef(word);
    const { words } = this.memory.arena;
    const tag = word & tagMask;
    const countBefore = tag === Tag.branch ? countBits(wordAt(words, ref >>> 2)) : wordAt(words, ref >>> 2);
    if (countBefore === items.length && this.memory.isFresh(ref)) {
      fill(words, ref >>> 2, head, items);
      return word;
    }
    const rewritten = this.write(tag, head, items);
    this.memory.release(ref);
    return rewritten;
  }

  private write(tag: number, head: number, items: readonly number[]): number {
    const ref = this.memory.alloc(4 + 4 * items.length);
    fill(this.memory.arena.words, ref >>> 2, head, items);
    return packRef(ref, tag);
  }
}

function fill(words: Int32Array, at: number, head: number, items: readonly number[]): void {
  words[at] = head;
  for (let i = 0; i < items.length; i++) words[at + 1 + i] = items[i] as number;
}
