/**
 * A window that slides over a file: the entry being read lies in it whole. Behind what is filled stands a line feed that
 * is not the file's, so that the lexer's loops need no test for the end at each octet.
 */
import { assert } from '../base/assert.ts';
import { maxEntryOctets } from '../base/limits.ts';
import { octetAt } from '../base/octets.ts';
import type { ZoneSource } from './zone-source.ts';

export class FileWindow {
  octets: Uint8Array;
  /** What has been read ends here. */
  filled = 0;
  /** No more octets come. */
  isAtEnd = false;
  private source: ZoneSource | undefined;
  /** How much the next refill reads at most. */
  private readOctets = firstReadOctets;

  /** `chunkOctets`: how much is read at once, at least 4; the first times less. */
  constructor(chunkOctets: number) {
    assert(chunkOctets >= 4, 'the window holds less than a file signature');
    this.octets = new Uint8Array(chunkOctets + 1);
  }

  /** Begin with a source; the buffer of the one before is used again. May throw what the source throws. */
  start(source: ZoneSource): void {
    this.source = source;
    this.filled = 0;
    this.isAtEnd = false;
    this.readOctets = firstReadOctets;
    this.octets[0] = lineFeed;
  }

  /** Begin with octets in memory. */
  startWith(octets: Uint8Array, length: number): void {
    if (this.octets.length <= length) this.octets = new Uint8Array(2 * length + 1);
    for (let i = 0; i < length; i++) this.octets[i] = octetAt(octets, i);
    this.source = undefined;
    this.filled = length;
    this.isAtEnd = true;
    this.octets[length] = lineFeed;
  }

  /** Drop what lies before `keepFrom`, and read more behind the rest. False where the rest is over the limit for entries. */
  refill(keepFrom: number): boolean {
    const kept = this.filled - keepFrom;
    if (kept >= maxEntryOctets) return false;
    this.octets.copyWithin(0, keepFrom, this.filled);
    if (2 * kept >= this.octets.length) this.grow(kept);
    this.filled = kept;
    const capacity = Math.min(this.octets.length - 1, kept + this.readOctets);
    // An entry that is longer than what was read gets all the room at once.
    const isLong = kept > 0 && keepFrom === 0;
    if (this.readOctets < this.octets.length) this.readOctets = isLong ? this.octets.length : 2 * this.readOctets;
    while (!this.isAtEnd && this.filled < capacity) {
      const count = this.source === undefined ? 0 : this.source.read(this.octets, this.filled, capacity - this.filled);
      if (count === 0) this.isAtEnd = true;
      this.filled += count;
    }
    this.octets[this.filled] = lineFeed;
    return true;
  }

  private grow(kept: number): void {
    const larger = new Uint8Array(2 * this.octets.length + 1);
    larger.set(this.octets.subarray(0, kept));
    this.octets = larger;
  }
}

/**
 * The first reads are short, so that the window's end is met some times before the engine compiles the lexer: what it has
 * not seen by then makes it throw the result away and compile it again.
 */
const firstReadOctets = 1024;

const lineFeed = 0x0a;
