import type { VersionRef } from '../../store/image/image-types.ts';
import { VersionWord } from '../../store/image/version-layout.ts';
import { countBits, digitBits, endShift, indexOf } from '../../store/index/trie.ts';
import { Tag, tagMask, wordAt } from '../../store/memory/ref.ts';

/** The version with its two tries, the branches above a leaf, and a list of collisions. */
const mostLevels = endShift / digitBits + 2;

/** All leaves of a version's index, names and then hashed owners, one by one: it can be left in the middle and gone on with. */
export class TrieWalk {
  private readonly words: Int32Array;
  /** The way down: at each level the index of the next child's word, and the end of the children. */
  private readonly nextAt = new Int32Array(mostLevels);
  private readonly ends = new Int32Array(mostLevels);
  private level = 0;
  /** Of the level at hand. */
  private at: number;
  private end: number;

  constructor(words: Int32Array, version: VersionRef) {
    this.words = words;
    // The roots of names and of hashed owners stand one behind the other, as the children of a branch do.
    this.at = (version >>> 2) + VersionWord.names;
    this.end = (version >>> 2) + VersionWord.hashedOwners + 1;
  }

  get isDone(): boolean {
    return this.level < 0;
  }

  /** The next leaf's word; 0 behind the last one. */
  next(): number {
    const { words } = this;
    let { at, end } = this;
    for (;;) {
      while (at === end) {
        if (--this.level < 0) return this.stop();
        at = wordAt(this.nextAt, this.level);
        end = wordAt(this.ends, this.level);
      }
      const word = wordAt(words, at++);
      if ((word & tagMask) === Tag.leaf) {
        this.at = at;
        this.end = end;
        return word;
      }
      if (word === 0) continue;
      this.nextAt[this.level] = at;
      this.ends[this.level++] = end;
      const below = indexOf(word);
      const head = wordAt(words, below);
      at = below + 1;
      end = at + ((word & tagMask) === Tag.branch ? countBits(head) : head);
    }
  }

  /** Stay at the end. */
  private stop(): number {
    this.level = -1;
    this.at = 0;
    this.end = 0;
    return 0;
  }
}
