import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RefSet } from '../../../../src/store/memory/ref-set.ts';

describe('RefSet', () => {
  it('is a set', () => {
    const step = fc.record({ isAdd: fc.boolean(), ref: fc.integer({ min: 1, max: 60 }).map((n) => n * 8) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const set = new RefSet();
        const model = new Set<number>();
        for (const { isAdd, ref } of steps) {
          if (isAdd) {
            set.add(ref);
            model.add(ref);
          } else {
            expect(set.delete(ref)).toBe(model.delete(ref));
          }
          expect(set.size).toBe(model.size);
        }
        const seen: number[] = [];
        set.visitAll((ref) => seen.push(ref));
        expect(seen.sort((a, b) => a - b)).toEqual([...model].sort((a, b) => a - b));
        for (let ref = 8; ref <= 480; ref += 8) expect(set.has(ref)).toBe(model.has(ref));
      }),
    );
  });

  it('holds refs up to 4 GiB', () => {
    const set = new RefSet();
    set.add(2 ** 32 - 8);
    expect(set.has(2 ** 32 - 8)).toBe(true);
  });
});
