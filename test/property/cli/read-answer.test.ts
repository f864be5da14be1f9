/** Any octets into the reader of answers end in an answer; what a target is read as, is written and read as the same. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readAnswer } from '../../../src/cli/resolve/read-answer.ts';
import { writeQuery } from '../../../src/cli/resolve/wire-client.ts';
import { formatSipTarget, parseSipTarget } from '../../../src/sip/target/sip-target.ts';

const query = writeQuery({ name: '_sip._udp.example.com', type: 'SRV', decides: true }, undefined) as Buffer;

it('reads any octets', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      const answer = readAnswer(octets, query, false);
      expect(answer.failure === undefined || answer.answers.length === 0).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it('reads the question of its own with anything behind it', () => {
  const counts = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3));
  fc.assert(
    fc.property(counts, fc.uint8Array({ maxLength: 120 }), (numbers, rest) => {
      const head = Buffer.from(query);
      head[2] = 0x84;
      numbers.forEach((count, i) => {
        head[7 + 2 * i] = count;
      });
      const answer = readAnswer(Buffer.concat([head, rest]), query, false);
      expect(answer.answers.length).toBeLessThanOrEqual(numbers[0]);
    }),
    { numRuns: 2000 },
  );
});

it('takes no answer to another question', () => {
  const other = writeQuery({ name: '_sip._tcp.example.com', type: 'SRV', decides: true }, undefined) as Buffer;
  const otherType = writeQuery({ name: '_sip._udp.example.com', type: 'A', decides: true }, undefined) as Buffer;
  expect(readAnswer(query, query, false).failure).toBeUndefined();
  for (const message of [other, otherType, query.subarray(0, 20)]) {
    expect(readAnswer(message, query, false).failure).toBe('malformed answer');
  }
});

it('reads any text as a target, or says why not', () => {
  const pieces = fc.constantFrom(
    'sip:',
    'sips:',
    'a',
    'example',
    '.',
    'com',
    '@',
    ':',
    '5060',
    ';',
    'transport=',
    'tcp',
    '[',
    ']',
    '::1',
    '%41',
    '?',
    '=',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (written) => {
      const target = parseSipTarget(written);
      if (!target.ok) {
        expect(target.error.hint.length).toBeGreaterThan(5);
        return;
      }
      expect(parseSipTarget(formatSipTarget(target.value))).toEqual(target);
    }),
    { numRuns: 3000 },
  );
});
