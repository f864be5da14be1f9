/**
 * All nodes of a version in the order in which they lie in memory, which for a zone as it was built is mostly that of its
 * file: read in another order, each node of a large zone would have to be fetched from memory by itself, which takes three times
 * as long as all the rest of a transfer.
 *
 * The order is found without sorting: one bit for each place at which a node may begin is set for those that the index
 * has, and then the bits are looked through. For a zone that is spread over more memory than the bits cover that is done several
 * times, so the cursor takes the same memory whatever the zone.
 */

import { unpackRef, wordAt } from '../../store/memory/ref.ts';
import type { NodeRef, VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { TrieWalk } from './trie-walk.ts';

export interface CursorBounds {
  /** Small zones take a short list that is sorted: looking through the bits of a large arena would cost more. */
  readonly mostListed: number;
  /** Places that the bits are for at a time, a multiple of 32. */
  readonly windowPlaces: number;
  /** Leaves of the index that are looked at in one `collect`. */
  readonly leavesPerStep: number;
}

/** Bits for 256 MiB take 4 MiB; a step takes less than half a millisecond. */
const usualBounds: CursorBounds = { mostListed: 4096, windowPlaces: 2 ** 25, leavesPerStep: 16_384 };
/** All that is stored is aligned to 8 octets, of which a packed ref is the half. */
const placeShift = 2;

export interface CursorOptions {
  readonly bounds?: CursorBounds;
  /** What `places` was of a cursor on the same version: then nothing is to be collected. */
  readonly places?: Int32Array | undefined;
}

export class ZoneCursor {
  /** Whether `next` has nodes to give. If not, and unless `isDone`, call `collect` until it is true. */
  isReady = false;
  isDone = false;
  private readonly words: Int32Array;
  private readonly leavesPerStep: number;
  private readonly version: VersionRef;
  private walk: TrieWalk;
  /** Packed refs, sorted, where the zone is small. */
  private readonly list: Int32Array | undefined;
  private readonly bits: Int32Array;
  private readonly areKnown: boolean;
  /** The first place that the bits are for; how many places there are. */
  private windowStart = 0;
  private readonly placeCount: number;
  /** The word of bits that is looked through, and what is left of it; the position in the list. */
  private at = 0;
  private rest = 0;
  private count = 0;

  /** The version must be held as long as the cursor is used. */
  constructor(reader: ZoneReader, version: VersionRef, options: CursorOptions = {}) {
    const { bounds = usualBounds, places } = options;
    this.words = reader.words;
    this.leavesPerStep = bounds.leavesPerStep;
    this.version = version;
    this.walk = new TrieWalk(reader.words, version);
    this.placeCount = reader.octets.length >>> 3;
    const isSmall = reader.versionNodeCount(version) <= bounds.mostListed;
    this.list = isSmall ? new Int32Array(reader.versionNodeCount(version)) : undefined;
    this.bits = places ?? new Int32Array(isSmall ? 0 : Math.ceil(Math.min(bounds.windowPlaces, this.placeCount) / 32));
    this.areKnown = places !== undefined && !isSmall;
    if (this.areKnown) this.finishCollecting();
  }

  /** Where all nodes lie, once that is known, for a cursor on the same version; undefined where one pass doesn't tell. */
  get places(): Int32Array | undefined {
    const isWhole = this.areKnown || (this.list === undefined && 32 * this.bits.length >= this.placeCount);
    return isWhole && (this.isReady || this.isDone) ? this.bits : undefined;
  }

  /** Do a bounded part of what must be done before nodes can be given. */
  collect(): void {
    if (this.list === undefined) this.mark();
    else this.gather(this.list);
    if (this.walk.isDone) this.finishCollecting();
  }

  /** The next node, empty non-terminals and hashed owners included. 0 where there is none left, or `collect` must be called first. */
  next(): NodeRef {
    return (this.list === undefined ? this.nextMarked() : this.nextListed(this.list)) as NodeRef;
  }

  private gather(list: Int32Array): void {
    for (let leaf = this.walk.next(); leaf !== 0; leaf = this.walk.next()) list[this.count++] = leaf;
  }

  private mark(): void {
    const { walk, bits, windowStart } = this;
    for (let i = this.leavesPerStep; i > 0; i--) {
      const leaf = walk.next();
      if (leaf === 0) return;
      const place = (leaf >>> placeShift) - windowStart;
      const word = place >>> 5;
      if (word < bits.length) bits[word] = wordAt(bits, word) | (1 << (place & 31));
    }
  }

  private finishCollecting(): void {
    this.isReady = true;
    this.at = 0;
    // Packed refs are positive numbers.
    if (this.list !== undefined) this.list.sort();
    else this.rest = wordAt(this.bits, 0);
  }

  private nextListed(list: Int32Array): number {
    if (this.at < this.count) return unpackRef(wordAt(list, this.at++));
    this.isReady = false;
    this.isDone = true;
    return 0;
  }

  private nextMarked(): number {
    const { bits } = this;
    while (this.rest === 0) {
      if (++this.at >= bits.length) {
        this.leaveWindow();
        return 0;
      }
      this.rest = wordAt(bits, this.at);
    }
    const { rest } = this;
    this.rest = rest & (rest - 1);
    return (this.windowStart + 32 * this.at + 31 - Math.clz32(rest & -rest)) * 8;
  }

  private leaveWindow(): void {
    this.isReady = false;
    this.windowStart += 32 * this.bits.length;
    // Those that are known cover what the arena had then, which holds all of the version.
    this.isDone = this.areKnown || this.windowStart >= this.placeCount;
    if (this.isDone) return;
    this.bits.fill(0);
    this.walk = new TrieWalk(this.words, this.version);
  }
}
