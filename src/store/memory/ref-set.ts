/** A set of refs without an object each: open addressing in one Int32Array. Refs are packed; 0 is no member. */
import { packRef, unpackRef, wordAt } from './ref.ts';

export class RefSet {
  size = 0;
  private slots = new Int32Array(16);

  has(ref: number): boolean {
    return this.slots[this.slotOf(packRef(ref))] !== 0;
  }

  add(ref: number): void {
    const word = packRef(ref);
    const slot = this.slotOf(word);
    if (this.slots[slot] !== 0) return;
    this.slots[slot] = word;
    this.size++;
    if (this.size * 2 > this.slots.length) this.grow();
  }

  /** Whether it was a member. */
  delete(ref: number): boolean {
    let hole = this.slotOf(packRef(ref));
    if (this.slots[hole] === 0) return false;
    this.size--;
    const mask = this.slots.length - 1;
    // Close the gap: move back each follower that a search from its home would no longer reach.
    for (let at = (hole + 1) & mask; this.slots[at] !== 0; at = (at + 1) & mask) {
      const home = homeOf(wordAt(this.slots, at), mask);
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.slots[hole] = wordAt(this.slots, at);
      hole = at;
    }
    this.slots[hole] = 0;
    return true;
  }

  visitAll(visit: (ref: number) => void): void {
    for (let at = 0; at < this.slots.length; at++) {
      const word = wordAt(this.slots, at);
      if (word !== 0) visit(unpackRef(word));
    }
  }

  clear(): void {
    this.slots = new Int32Array(16);
    this.size = 0;
  }

  private slotOf(word: number): number {
    const mask = this.slots.length - 1;
    let at = homeOf(word, mask);
    while (this.slots[at] !== 0 && this.slots[at] !== word) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at++) {
      const word = wordAt(before, at);
      if (word !== 0) this.slots[this.slotOf(word)] = word;
    }
  }
}

function homeOf(word: number, mask: number): number {
  return (Math.imul(word, 0x9e3779b1) >>> 7) & mask;
}
