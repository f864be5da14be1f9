import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MessageName } from '../../../src/wire/message-name.ts';
import { formatName } from '../../../src/wire/name.ts';

const header = Array<number>(12).fill(0);
const label = (text: string) => [text.length, ...Buffer.from(text)];

function read(octets: readonly number[], at: number): { readonly behind: number; readonly text: string | undefined } {
  const name = new MessageName();
  // Not at the buffer's beginning: positions count from the message's.
  const message = Uint8Array.from([9, 9, ...octets]);
  const behind = name.read(message, 2, message.length, at + 2);
  return { behind: behind < 0 ? -1 : behind - 2, text: behind < 0 ? undefined : formatName(name.octets) };
}

it('reads a whole name', () => {
  expect(read([...header, ...label('Www'), ...label('test'), 0], 12)).toEqual({ behind: 22, text: 'Www.test.' });
});

it('follows a pointer, and one behind it', () => {
  const octets = [...header, ...label('test'), 0, ...label('sip'), 0xc0, 12, ...label('a'), 0xc0, 18];
  expect(read(octets, 18)).toEqual({ behind: 24, text: 'sip.test.' });
  expect(read(octets, 24)).toEqual({ behind: 28, text: 'a.sip.test.' });
});

it.each([
  ['a pointer to itself', [...header, 0xc0, 12], 12],
  ['a pointer forward', [...header, 0xc0, 14, 0], 12],
  ['a pointer into its own run of labels', [...header, ...label('a'), 0xc0, 12], 12],
  ['two that point at each other', [...header, ...label('a'), 0xc0, 16, ...label('b'), 0xc0, 12], 16],
  ['half a pointer', [...header, 0xc0], 12],
  ['a label that passes the end', [...header, 5, 1, 2], 12],
  ['no end', [...header, 1, 1], 12],
  ['a label type of old', [...header, 0x41, 0, 0], 12],
  [
    'over 255 octets',
    [
      ...header,
      ...Array(4)
        .fill(label('x'.repeat(63)))
        .flat(),
      0,
    ],
    12,
  ],
])('%s is no name', (_, octets, at) => {
  expect(read(octets, at).behind).toBe(-1);
});

it('takes 255 octets', () => {
  const octets = [
    ...header,
    ...Array(3)
      .fill(label('x'.repeat(63)))
      .flat(),
    ...label('y'.repeat(61)),
    0,
  ];
  expect(read(octets, 12).behind).toBe(12 + 255);
});

it('ends on any octets, within them', () => {
  const name = new MessageName();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 13, maxLength: 400 }), (message) => {
      const behind = name.read(message, 0, message.length, 12);
      expect(behind === -1 || (behind > 12 && behind <= message.length && name.length <= 255)).toBe(true);
    }),
  );
});
