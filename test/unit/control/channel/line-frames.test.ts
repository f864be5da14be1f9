import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineFrames } from '../../../../src/control/channel/line-frames.ts';

test('lines are found however the stream is cut', () => {
  const cut = fc.array(fc.nat(12), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 8 }), cut, (texts, cuts) => {
      const lines = texts.map((text) => text.replaceAll('\n', ' '));
      const octets = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const frames = new LineFrames(64);
      const found: string[] = [];
      let at = 0;
      for (const length of [...cuts, octets.length]) {
        found.push(...(frames.push(octets.subarray(at, at + length)) ?? ['too long']));
        at = Math.min(octets.length, at + length);
      }
      return found.join('\n') === lines.map((line) => Buffer.from(line).toString()).join('\n');
    }),
    { numRuns: 100 },
  );
});

test('a line that is too long ends the stream, ended or not', () => {
  expect(new LineFrames(4).push(Buffer.from('12345'))).toBeUndefined();
  expect(new LineFrames(4).push(Buffer.from('12345\n'))).toBeUndefined();
  expect(new LineFrames(4).push(Buffer.from('1234\n1234'))).toEqual(['1234']);
});

test('what is no UTF-8 ends the stream', () => {
  expect(new LineFrames(64).push(Uint8Array.of(0xff, 0xfe, 10))).toBeUndefined();
});
