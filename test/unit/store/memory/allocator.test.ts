import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allocator } from '../../../../src/store/memory/allocator.ts';
import { Arena, ArenaFullError } from '../../../../src/store/memory/arena.ts';
import { pageOctets } from '../../../../src/store/memory/arena-layout.ts';
import { BulkMemory } from '../../../../src/store/memory/bulk-memory.ts';

function newAllocator(maxOctets = 2 ** 28): Allocator {
  return new Allocator(Arena.create(maxOctets));
}

describe('Allocator', () => {
  it('gives pieces that never overlap, and takes all memory back', () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 200_000 }),
    );
    const step = fc.record({ isFree: fc.boolean(), size, pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const allocator = newAllocator();
        const pieces: { ref: number; octets: number; mark: number }[] = [];
        const check = ({ ref, octets, mark }: (typeof pieces)[number]) => {
          const run = allocator.arena.octets.subarray(ref, ref + octets);
          expect(run.every((octet) => octet === mark)).toBe(true);
        };
        for (const [i, { isFree, size: octets, pick }] of steps.entries()) {
          if (isFree && pieces.length > 0) {
            const [piece] = pieces.splice(pick % pieces.length, 1);
            check(piece as (typeof pieces)[number]);
            allocator.free((piece as (typeof pieces)[number]).ref);
          } else {
            const ref = allocator.alloc(octets);
            expect(ref % 8).toBe(0);
            expect(ref).toBeGreaterThanOrEqual(pageOctets);
            expect(allocator.sizeOf(ref)).toBeGreaterThanOrEqual(octets);
            // Filled over its whole size: a piece that overlaps another one spoils its mark.
            const mark = 1 + (i % 255);
            allocator.arena.octets.fill(mark, ref, ref + allocator.sizeOf(ref));
            pieces.push({ ref, octets: allocator.sizeOf(ref), mark });
          }
        }
        for (const piece of pieces) {
          check(piece);
          allocator.free(piece.ref);
        }
        expect(allocator.usedOctets).toBe(0);
        expect(allocator.freeOctets).toBe((allocator.arena.pageCount - 1) * pageOctets);
      }),
      { numRuns: 60 },
    );
  });

  it('joins free pages again: after everything is freed one piece can have them all', () => {
    const allocator = newAllocator();
    const refs = Array.from({ length: 1000 }, (_, i) => allocator.alloc(9000 + 17 * i));
    const { pageCount } = allocator.arena;
    for (const ref of refs) allocator.free(ref);
    allocator.free(allocator.alloc(2 ** 22));
    expect(allocator.arena.pageCount).toBe(pageCount);
  });

  it('reuses a freed piece before the arena grows', () => {
    const allocator = newAllocator();
    const first = allocator.alloc(24);
    allocator.alloc(24);
    allocator.free(first);
    expect(allocator.alloc(20)).toBe(first);
  });

  it('says that the arena is full, and goes on when something was freed', () => {
    const allocator = newAllocator(2 ** 24);
    const large = allocator.alloc(2 ** 23 - 2 ** 21);
    expect(() => allocator.alloc(2 ** 24)).toThrow(ArenaFullError);
    allocator.free(large);
    expect(allocator.alloc(2 ** 22)).toBeGreaterThan(0);
  });

  it('refuses to free what it did not give', () => {
    expect(() => newAllocator().free(8 * pageOctets)).toThrow('not allocated');
  });
});

describe('BulkMemory', () => {
  it('takes little for a small zone, gives back the unused end and everything at last', () => {
    const allocator = newAllocator();
    const memory = new BulkMemory(allocator);
    memory.alloc(100);
    expect(memory.octets).toBe(1024);
    for (let i = 0; i < 20_000; i++) memory.alloc(100);
    memory.trim();
    expect(memory.octets).toBeLessThan(20_001 * 104 * 1.02 + pageOctets);
    expect(allocator.usedOctets).toBe(memory.octets);
    memory.free();
    expect(allocator.usedOctets).toBe(0);
  });

  it('gives a large piece an extent of its own and goes on in the current one', () => {
    const memory = new BulkMemory(newAllocator());
    const first = memory.alloc(64);
    memory.alloc(100_000);
    expect(memory.alloc(64)).toBe(first + 64);
  });
});
