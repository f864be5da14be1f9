import { describe, expect, test } from 'vitest';
import { findSlot, walkTrie } from '../../../../src/store/index/trie.ts';
import { buildTrie } from '../../../../src/store/index/trie-build.ts';
import { Allocator } from '../../../../src/store/memory/allocator.ts';
import { Arena } from '../../../../src/store/memory/arena.ts';
import { BulkMemory } from '../../../../src/store/memory/bulk-memory.ts';
import { packRef, Tag } from '../../../../src/store/memory/ref.ts';

const count = 5000;
/** Spread over all 32 bits, each once. */
const hashes = Int32Array.from({ length: count }, (_, i) => Math.imul(i, 0x9e3779b1));
const sorted = [...hashes].sort((a, b) => (a >>> 0) - (b >>> 0));

describe('buildTrie', () => {
  test.each([
    ['sorted by hash', sorted],
    ['sorted but for neighbours', sorted.map((_, i) => sorted[i ^ 1] as number)],
    ['sorted the other way round', sorted.toReversed()],
    ['in no order', [...hashes]],
    ['sorted but for the last', [...sorted.slice(1), sorted[0] as number]],
  ])('finds each leaf of entries %s', (_order, ordered) => {
    const memory = new BulkMemory(new Allocator(Arena.create(2 ** 24)));
    const leaves = Int32Array.from(ordered, leafOf);
    const root = buildTrie(memory, { hashes: Int32Array.from(ordered), leaves, count });
    const { words } = memory.arena;
    for (const hash of hashes) expect(findSlot(words, root, hash)).toBe(leafOf(hash));
    const walked: number[] = [];
    walkTrie(words, root, (leaf) => walked.push(leaf));
    expect(walked).toEqual(sorted.map(leafOf));
  });
});

/** A leaf of its own for each hash: nothing is read there. */
function leafOf(hash: number): number {
  return packRef(8 + 8 * (Math.imul(hash, 0x144cbc89) >>> 0), Tag.leaf);
}
