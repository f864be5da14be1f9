/** Whatever a server sends, the decoder of `compare` ends with a message or a reason. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerJudge } from '../../../src/control/compare/answers/judge-answers.ts';
import { diffAnswers } from '../../../src/control/compare/report/format-answer.ts';
import { decodeMessage } from '../../interop/lib/decode-message.ts';
import { makeMessage } from '../../unit/control/compare/message.ts';

const judge = new AnswerJudge();
const question = { apexKey: '\u0002ex\u0004test\u0000', type: 1, overTcp: false, serialsDiffer: true };
const whole = makeMessage({
  answer: ['www.ex.test. 300 CNAME a.ex.test.', 'a.ex.test. 300 A 192.0.2.1'],
  authority: ['ex.test. 300 SOA ns. admin. 1 2 3 4 5', 'ex.test. 60 NSEC a.ex.test. A NS SOA'],
  additional: ['ns.ex.test. 300 AAAA ::1'],
  edns: { options: [10, 15] },
});

test('any octets', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      const verdict = judge.judge(octets, whole, question);
      expect(verdict.differences.length).toBeGreaterThan(0);
      expect(diffAnswers(octets, whole).length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

test('a message with octets changed: the same judgement as of a decoder that was written apart', () => {
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const changed = Uint8Array.from(whole);
      for (const [at, value] of changes) changed[at] = value;
      const message = judge.decode(changed);
      diffAnswers(whole, changed);
      if ('problem' in message) return;
      // What this one takes, the other must take; what it refuses may be data that it alone looks into.
      const other = decodeMessage(changed);
      expect(message.answer.length).toBe(other.answer.length);
      expect(message.rcode).toBe(other.rcode);
      expect(message.edns?.udpOctets).toBe(other.edns?.udpOctets);
    }),
    { numRuns: 1000 },
  );
});
