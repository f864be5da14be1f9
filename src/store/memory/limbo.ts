/**
 * Memory that no new reader can reach, but that readers of before may still hold. Each piece carries the epoch in which it
 * was taken out; it is reused when every reader holds nothing or entered in a later epoch.
 */

import type { Allocator } from './allocator.ts';
import { HeaderWord, readerWord, writerReaderIndex } from './arena-layout.ts';
import { packRef, unpackRef, wordAt } from './ref.ts';

export class Limbo {
  private readonly allocator: Allocator;
  /** A queue: `[first, last)` of both arrays; oldest first. */
  private refs = new Int32Array(64);
  private epochs = new Int32Array(64);
  private first = 0;
  private last = 0;

  constructor(allocator: Allocator) {
    this.allocator = allocator;
  }

  /** Pieces that wait. */
  get length(): number {
    return this.last - this.first;
  }

  /** Take in a piece. What pointed to it has been overwritten, or is in limbo too. */
  retire(ref: number): void {
    if (this.last === this.refs.length) this.makeRoom();
    this.refs[this.last] = packRef(ref);
    this.epochs[this.last++] = Atomics.load(this.allocator.arena.words, HeaderWord.epoch);
  }

  /** Begin a new epoch, after something was published and what it replaced was retired. */
  advance(): void {
    const { words } = this.allocator.arena;
    const next = (Atomics.load(words, HeaderWord.epoch) + 1) | 0;
    // 0 says that a reader holds nothing.
    Atomics.store(words, HeaderWord.epoch, next === 0 ? 1 : next);
  }

  /** Free what nobody can hold. */
  reclaim(): void {
    if (this.first === this.last) return;
    const oldest = this.oldestHeldEpoch();
    // Epochs wrap; compared by distance, as serials are (RFC 1982).
    while (this.first < this.last && ((oldest - wordAt(this.epochs, this.first)) | 0) > 0) {
      this.allocator.free(unpackRef(wordAt(this.refs, this.first++)));
    }
    if (this.first === this.last) this.first = this.last = 0;
  }

  /** The current epoch where no reader is inside. */
  private oldestHeldEpoch(): number {
    const { words } = this.allocator.arena;
    const current = Atomics.load(words, HeaderWord.epoch);
    let age = 0;
    for (let reader = 0; reader <= writerReaderIndex; reader++) {
      const held = Atomics.load(words, readerWord(reader));
      if (held !== 0) age = Math.max(age, (current - held) | 0);
    }
    return (current - age) | 0;
  }

  private makeRoom(): void {
    const length = this.length;
    const capacity = this.first > length ? this.refs.length : this.refs.length * 2;
    const refs = new Int32Array(capacity);
    const epochs = new Int32Array(capacity);
    refs.set(this.refs.subarray(this.first, this.last));
    epochs.set(this.epochs.subarray(this.first, this.last));
    this.refs = refs;
    this.epochs = epochs;
    this.first = 0;
    this.last = length;
  }
}
