import { describe, expect, it } from 'vitest';
import { copyRun, viewOf } from '../../../src/wire/octet-words.ts';

describe('runs of octets', () => {
  it('are copied exactly, whatever their length and alignment', () => {
    const from = Uint8Array.from({ length: 64 }, (_, i) => i + 1);
    for (let length = 0; length <= 40; length++) {
      for (const [start, end] of [
        [0, 0],
        [3, 1],
        [5, 2],
      ] as const) {
        const to = new Uint8Array(64);
        copyRun(viewOf(from), start, viewOf(to), end, length);
        const expected = new Uint8Array(64);
        expected.set(from.subarray(start, start + length), end);
        expect(to).toEqual(expected);
      }
    }
  });

  it('may end with their arrays', () => {
    const to = new Uint8Array(13);
    copyRun(viewOf(Uint8Array.from({ length: 13 }, (_, i) => i)), 0, viewOf(to), 0, 13);
    expect([...to]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });
});

describe('views', () => {
  it('begin where their arrays begin', () => {
    const octets = Uint8Array.of(9, 8, 7, 6);
    expect(viewOf(octets.subarray(2)).getUint16(0)).toBe(0x0706);
  });

  it('are made once for an array that is used again and again', () => {
    const octets = new Uint8Array(4);
    expect(viewOf(octets)).toBe(viewOf(octets));
  });

  it('stay right when there are more arrays than are remembered', () => {
    const arrays = Array.from({ length: 30 }, (_, i) => Uint8Array.of(i));
    for (const array of [...arrays, ...arrays]) expect(viewOf(array).getUint8(0)).toBe(array[0]);
  });
});
