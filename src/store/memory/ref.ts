/**
 * Refs inside the image are words of 32 bits: half the offset, so that 4 GiB fit in a positive Int32 (a small integer to
 * the engine, never a heap number). What they point to is aligned to 8 octets, which leaves two bits for a tag.
 */

/** What a word of a trie points to. */
export const Tag = { branch: 0, leaf: 1, collision: 2 } as const;
export const tagMask = 3;

export function packRef(ref: number, tag = 0): number {
  return (ref >>> 1) | tag;
}

export function unpackRef(word: number): number {
  return (word & ~tagMask) * 2;
}

/** To 8 octets, the alignment of everything in the arena. */
export function alignUp(octets: number): number {
  return (octets + 7) & ~7;
}

/** The word at `index`, which must lie inside `words`. */
export function wordAt(words: Int32Array, index: number): number {
  return words[index] as number;
}
