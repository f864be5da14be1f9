/** What is a difference between two answers, and what isn't. */
import { describe, expect, test } from 'vitest';
import { AnswerJudge, isNameAtOrBelow } from '../../../../src/control/compare/answers/judge-answers.ts';
import { harmlessKinds } from '../../../../src/control/compare/answers/verdict.ts';
import { type MadeMessage, makeMessage } from './message.ts';

const judge = new AnswerJudge();
const apexKey = '\u0002ex\u0004test\u0000';

interface Asked {
  readonly type?: number;
  readonly overTcp?: boolean;
  readonly serialsDiffer?: boolean;
}

function judged(first: MadeMessage, second: MadeMessage, asked: Asked = {}) {
  const question = { apexKey, type: 1, overTcp: false, serialsDiffer: false, ...asked };
  const { harmless, differences } = judge.judge(makeMessage(first), makeMessage(second), question);
  const mirrored = judge.judge(makeMessage(second), makeMessage(first), question);
  expect(mirrored.harmless).toBe(harmless);
  expect(mirrored.differences.length).toBe(differences.length);
  return { harmless: harmlessKinds(harmless), differences };
}

const same = { harmless: [], differences: [] };
const www = 'www.ex.test. 300 A 192.0.2.1';
const www2 = 'www.ex.test. 300 A 192.0.2.2';
const ns = 'ex.test. 300 NS ns1.ex.test.';
const glue = 'ns1.ex.test. 300 A 192.0.2.9';
const soa = (serial: number, ttl = 60) => `ex.test. ${ttl} SOA ns1.ex.test. admin.ex.test. ${serial} 1 2 3 4`;
const signature = (covered: string, text = 'AAAA') =>
  `ex.test. 300 RRSIG ${covered} 13 2 300 20401231000000 20261123040640 1 ex.test. ${text}`;

describe('the same', () => {
  test('octets but for the id', () => {
    const first = makeMessage({ answer: [www] });
    const second = Buffer.from(first);
    second.writeUInt16BE(77, 0);
    const question = { apexKey, type: 1, overTcp: false, serialsDiffer: false };
    expect(judge.judge(first, second, question)).toEqual({ harmless: 0, differences: [] });
  });
  test('and what is added to the message is not', () => {
    expect(judged({ answer: [www] }, { answer: [www] })).toEqual(same);
  });
});

describe('harmless', () => {
  test.each<[string, string, MadeMessage, MadeMessage, Asked?]>([
    ['order', 'order', { answer: [www, www2] }, { answer: [www2, www] }],
    ['minimal', 'authority NS left out', { answer: [www], authority: [ns] }, { answer: [www] }],
    ['minimal', 'addresses left out', { answer: [www], additional: [glue] }, { answer: [www] }],
    ['case', 'case of an owner', { answer: [www] }, { answer: [www.replace('www', 'WwW')] }],
    ['case', 'case in SRV data', { answer: ['a. 1 SRV 1 2 3 B.'] }, { answer: ['a. 1 SRV 1 2 3 b.'] }],
    ['case', 'case in NSEC data', { answer: ['a. 1 NSEC B. A'] }, { answer: ['a. 1 NSEC b. A'] }],
    ['case', 'case of the question', { question: 'WWW.ex.test.' }, {}],
    ['ednsSize', 'buffer size', { edns: { udpOctets: 4096 } }, { edns: {} }],
    ['cookie', 'a cookie', { edns: { options: [10] } }, { edns: {} }],
    ['nsid', 'NSID', { edns: { options: [3] } }, { edns: {} }],
    ['ede', 'an extended error', { edns: { options: [15] } }, { edns: {} }],
    ['ednsOption', 'padding', { edns: { options: [12] } }, { edns: {} }],
    ['recursion', 'RA', { flags: 0x8480, answer: [www] }, { answer: [www] }],
    ['any', 'a part of ANY', { answer: [www] }, { answer: [www, ns] }, { type: 255 }],
    ['truncation', 'TC in both', { flags: 0x8600, answer: [www] }, { flags: 0x8600 }],
    [
      'truncation',
      'TC where the other is large',
      { flags: 0x8600 },
      { answer: Array.from({ length: 30 }, (_, i) => `www.ex.test. 300 A 192.0.2.${i}`) },
    ],
    ['serial', 'a serial that is told', { authority: [soa(1)] }, { authority: [soa(2)] }, { serialsDiffer: true }],
    [
      'otherZone',
      'an alias followed out of the zone',
      { answer: ['www.ex.test. 300 CNAME a.other.'] },
      { answer: ['www.ex.test. 300 CNAME a.other.', 'a.other. 300 A 192.0.2.1'], authority: ['other. 1 NS ns.'] },
    ],
    [
      'otherZone',
      'an alias to a name that another zone has not',
      { answer: ['www.ex.test. 300 CNAME a.other.'] },
      { rcode: 3, answer: ['www.ex.test. 300 CNAME a.other.'], authority: [soa(1).replaceAll('ex.test', 'other')] },
    ],
    [
      'nsecAtCut',
      'NSEC of a cut',
      { answer: ['cut.ex.test. 60 NSEC x.ex.test. NS'], authority: [ns] },
      { flags: 0x8000, authority: ['cut.ex.test. 300 NS ns.cut.ex.test.'] },
      { type: 47 },
    ],
  ])('%s: %s', (kind, _title, first, second, asked) => {
    expect(judged(first, second, asked)).toEqual({ harmless: [kind], differences: [] });
  });

  test('compression: names pointed at elsewhere', () => {
    const whole = makeMessage({ answer: [www] });
    const behindHeader = 12 + 'www.ex.test.'.length + 1 + 4;
    const pointed = Buffer.concat([
      whole.subarray(0, behindHeader),
      Buffer.of(0xc0, 12),
      whole.subarray(behindHeader + 'www.ex.test.'.length + 1),
    ]);
    const question = { apexKey, type: 1, overTcp: true, serialsDiffer: false };
    const { harmless, differences } = judge.judge(whole, pointed, question);
    expect([harmlessKinds(harmless), differences]).toEqual([['compression'], []]);
  });
});

describe('different', () => {
  const referral = { flags: 0x8000, authority: ['cut.ex.test. 300 NS ns.cut.ex.test.'] };
  const inDomain = 'ns.cut.ex.test. 300 A 192.0.2.3';
  test.each<[string, string, MadeMessage, MadeMessage, Asked?]>([
    ['status', 'status', { rcode: 3 }, {}],
    ['aa', 'AA', { flags: 0x8000, answer: [www] }, { answer: [www] }],
    ['flags', 'AD', { flags: 0x8420, answer: [www] }, { answer: [www] }],
    ['flags', 'opcode', { flags: 0xa400 }, {}],
    ['question', 'the question', { question: 'web.ex.test.' }, {}],
    ['edns', 'OPT', { edns: {} }, {}],
    ['edns', 'DO', { edns: { dnssecOk: true } }, { edns: {} }],
    ['ttl', 'a TTL in the answer', { answer: [www] }, { answer: [www.replace('300', '299')] }],
    ['ttl', 'a TTL in the authority', { authority: [soa(1, 60)] }, { authority: [soa(1, 61)] }],
    ['ttl', 'a TTL in the additional', { additional: [glue] }, { additional: [glue.replace('300', '9')] }],
    ['referral', 'NS of a cut', referral, { ...referral, authority: ['cut.ex.test. 300 NS ns2.'] }],
    ['glue', 'needed glue', { ...referral, additional: [inDomain] }, referral],
    ['truncated', 'TC of a small answer', { flags: 0x8600 }, { answer: [www] }],
    ['truncated', 'TC over TCP', { flags: 0x8600 }, { answer: [www] }, { overTcp: true }],
    ['proof', 'NSEC', { authority: [soa(1), 'a.ex.test. 60 NSEC b.ex.test. A'] }, { authority: [soa(1)] }],
    ['proof', 'NSEC signature', { authority: [soa(1), signature('NSEC')] }, { authority: [soa(1)] }],
    ['endless alias', 'a circle', { rcode: 2, answer: ['a. 1 CNAME a.'] }, { answer: ['a. 1 CNAME a.'] }],
  ])('%s: %s', (name, _title, first, second, asked) => {
    expect(judged(first, second, asked)).toEqual({ harmless: [], differences: [name] });
  });

  test.each<[string, readonly string[], MadeMessage, MadeMessage]>([
    ['a record that the second has not', ['missing record'], { answer: [www, www2] }, { answer: [www] }],
    ['a record that the first has not', ['extra record'], { answer: [www] }, { answer: [www, www2] }],
    ['a record twice', ['extra record'], { answer: [www] }, { answer: [www, www] }],
    ['other data', ['missing record', 'extra record'], { answer: [www] }, { answer: [www2] }],
    [
      'a part of an additional set',
      ['missing record'],
      { additional: [glue, glue.replace('.9', '.8')] },
      { additional: [glue] },
    ],
    ['the SOA of a negative answer', ['missing record'], { authority: [soa(1)] }, {}],
    ['a serial that is not told', ['missing record', 'extra record'], { authority: [soa(1)] }, { authority: [soa(2)] }],
    [
      'a part of the authority NS',
      ['missing record'],
      { answer: [www], authority: [ns, 'ex.test. 300 NS b.'] },
      { answer: [www], authority: [ns] },
    ],
    [
      'other signatures',
      ['missing record', 'extra record'],
      { answer: [signature('A')] },
      { answer: [signature('A', 'AAAB')] },
    ],
    // An alias inside of the zone is to be followed.
    [
      'an alias not followed',
      ['extra record'],
      { answer: ['a.ex.test. 1 CNAME www.ex.test.'] },
      { answer: ['a.ex.test. 1 CNAME www.ex.test.', www] },
    ],
  ])('%s', (_title, differences, first, second) => {
    expect(judged(first, second).differences).toEqual(differences);
  });

  test('a message that ends in the middle', () => {
    const whole = makeMessage({ answer: [www] });
    const question = { apexKey, type: 1, overTcp: false, serialsDiffer: false };
    expect(judge.judge(whole, whole.subarray(0, -1), question).differences).toEqual(['malformed']);
    expect(judge.judge(whole.subarray(0, 5), whole, question).differences).toEqual(['malformed']);
    expect(judge.judge(Buffer.concat([whole, whole]), whole, question).differences).toEqual(['malformed']);
  });
});

test.each([
  ['\u0003www\u0002ex\u0004test\u0000', true],
  ['\u0002ex\u0004test\u0000', true],
  ['\u0003xex\u0004test\u0000', false],
  ['\u0004test\u0000', false],
  ['\u0000', false],
])('%j is below ex.test: %s', (name, expected) => {
  expect(isNameAtOrBelow(name, apexKey)).toBe(expected);
  expect(isNameAtOrBelow(name, '\u0000')).toBe(true);
});
