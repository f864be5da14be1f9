/**
 * The memory that all threads share: one growable SharedArrayBuffer, seen through views of fixed length (views that track
 * the buffer's length are 5 to 17 times slower) which are made anew after growth.
 */
import { arenaMagic, HeaderWord, pageOctets } from './arena-layout.ts';

/** Refs end at 4 GiB. */
const mostOctets = 2 ** 32 - pageOctets;
const fewestOctets = 2 ** 24;
/** So much must be left when zones have taken theirs: an engine that gets no memory for itself ends the process. */
const leftOctets = 48 * 2 ** 20;

/** The zones don't fit in the arena; the one that was being built is to be discarded. */
export class ArenaFullError extends Error {
  override readonly name = 'ArenaFullError';
}

/** The writer's side. Readers have views of their own (ZoneReader). */
export class Arena {
  readonly buffer: SharedArrayBuffer;
  /** Made anew by `grow`: take them after the last call that may allocate. */
  octets: Uint8Array;
  words: Int32Array;
  pageCount = 0;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.octets = new Uint8Array(buffer, 0, 0);
    this.words = new Int32Array(buffer, 0, 0);
    this.grow(1);
    Atomics.store(this.words, HeaderWord.magic, arenaMagic);
    Atomics.store(this.words, HeaderWord.epoch, 1);
  }

  /** Reserve address space for `maxOctets`, or for less where the system has not so much. Memory is taken as it is used. */
  static create(maxOctets = mostOctets): Arena {
    for (let most = Math.min(maxOctets, mostOctets); ; most /= 2) {
      const maxByteLength = Math.max(2 * pageOctets, Math.floor(most / pageOctets) * pageOctets);
      try {
        return new Arena(new SharedArrayBuffer(0, { maxByteLength }));
      } catch (error) {
        if (!(error instanceof RangeError) || most <= fewestOctets) throw error;
      }
    }
  }

  get maxPages(): number {
    return this.buffer.maxByteLength / pageOctets;
  }

  /** Make it `pages` long. */
  grow(pages: number): void {
    if (pages > this.maxPages) throw new ArenaFullError(`zones need more than ${this.buffer.maxByteLength} octets`);
    this.growBuffer(pages * pageOctets);
    this.pageCount = pages;
    this.octets = new Uint8Array(this.buffer, 0, pages * pageOctets);
    this.words = new Int32Array(this.buffer, 0, (pages * pageOctets) / 4);
    Atomics.store(this.words, HeaderWord.pages, pages);
  }

  private growBuffer(octets: number): void {
    try {
      // Taken, not touched, and given back at once.
      new ArrayBuffer(octets - this.buffer.byteLength + leftOctets).transfer(0);
      this.buffer.grow(octets);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ArenaFullError(`the system has no ${octets} octets for zones`);
    }
  }
}
