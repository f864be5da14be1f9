import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderByHash } from '../../../../src/store/build/hash-order.ts';

test.each([0, 1, 64, 65, 5000])('sorts %i hashes as unsigned numbers, and equal ones as they came', (count) => {
  // Few different ones, on both sides of the sign.
  const hashes = Int32Array.from({ length: count }, (_, i) => Math.imul(i % 997, 0x9e3779b1));
  expectOrder(hashes, count);
});

test('sorts any hashes, and leaves out what lies behind the count', () => {
  fc.assert(
    fc.property(fc.int32Array({ maxLength: 300 }), fc.nat(20), (hashes, unused) => {
      expectOrder(hashes, Math.max(0, hashes.length - unused));
    }),
  );
});

function expectOrder(hashes: Int32Array, count: number): void {
  const wanted = Array.from({ length: count }, (_, entry) => entry).sort(
    (a, b) => ((hashes[a] as number) >>> 0) - ((hashes[b] as number) >>> 0) || a - b,
  );
  const wantedHashes = wanted.map((entry) => hashes[entry]);
  const order = orderByHash(hashes.slice(), count);
  expect([...order.entries]).toEqual(wanted);
  expect([...order.hashes]).toEqual(wantedHashes);
}
