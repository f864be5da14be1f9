/** Keys of the journal stay what they were, and follow from the name of a view alone. */
import { expect, test } from 'vitest';
import { copyKey, deltaKey, stateKey, timersKey } from '../../../src/transfer/journal/journal-keys.ts';
import { zoneIdOf } from '../../../src/transfer/journal/zone-id.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';

const zone = { class: 1, apex: wireNameFrom('A.Test.') };
const plain = { ...zone, view: 0 };
const inside = { ...zone, view: 1, viewName: 'inside' };

test('those of the default view are as the first releases wrote them', () => {
  const name = '01610474657374' + '00';
  expect(stateKey(plain).toString('hex')).toBe(`0100000001${name}`);
  expect(timersKey(plain).toString('hex')).toBe(`0200000001${name}`);
  expect(deltaKey(plain, 0x01020304).toString('hex')).toBe(`0300000001${name}01020304`);
  expect(copyKey(plain, 1, 2).toString('hex')).toBe(`0400000001${name}0000000100000002`);
});

test('those of another view have its name, not its number', () => {
  const name = Buffer.from('inside').toString('hex');
  expect(stateKey(inside).toString('hex')).toBe(`018006${name}00010161047465737400`);
  expect(deltaKey({ ...inside, view: 9 }, 7)).toEqual(deltaKey(inside, 7));
  expect(stateKey({ ...inside, viewName: 'outside' })).not.toEqual(stateKey(inside));
});

test('no key of a view begins a key of another one', () => {
  const names = ['a', 'ab', 'b', 'a\u0001', 'ä', 'x'.repeat(128)];
  const keys = [plain, ...names.map((viewName, i) => ({ ...zone, view: i + 1, viewName }))].map(stateKey);
  for (const [i, key] of keys.entries()) {
    for (const other of keys.slice(i + 1)) {
      const shorter = Math.min(key.length, other.length);
      expect(key.compare(other, 0, shorter, 0, shorter)).not.toBe(0);
    }
  }
  const longest = wireNameFrom(`${`${'x'.repeat(63)}.`.repeat(3)}${'y'.repeat(61)}.`);
  // LMDB's keys have 511 octets.
  expect(copyKey({ ...zone, apex: longest, view: 1, viewName: 'x'.repeat(128) }, 1, 1).length).toBeLessThanOrEqual(511);
});

test('a view without its name is a bug, not a zone of the default view', () => {
  expect(() => stateKey({ ...zone, view: 1 })).toThrow();
  expect(() => stateKey({ ...plain, viewName: 'inside' })).toThrow();
  expect(zoneIdOf({ ...inside })).toEqual(inside);
});
