import { expect, test } from 'vitest';
import { TypeMemory } from '../../../src/zonefile/type-memory.ts';

const encoder = new TextEncoder();

test('gives the types that findTypeCode gives, the first time and again, whatever came before', () => {
  const memory = new TypeMemory();
  const wanted: readonly (readonly [string, number])[] = [
    ['A', 1],
    ['a', 1],
    ['TXT', 16],
    ['Txt', 16],
    ['AAAA', 28],
    ['SRV', 33],
    ['NAPTR', 35],
    ['NSEC3PARAM', 51],
    ['TYPE65280', 65280],
    ['A\x16', -1],
    ['XYZ', -1],
    ['', -1],
  ];
  for (let round = 0; round < 3; round++) {
    for (const [text, type] of wanted) {
      const octets = encoder.encode(`.${text}.`);
      expect(memory.find(octets, 1, octets.length - 1), text).toBe(type);
    }
  }
});
