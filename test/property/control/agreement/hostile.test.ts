/** What a peer that is broken, or another program with its key, may send: an end in bounded steps, and nothing believed that makes no sense. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBulletin } from '../../../../src/control/agreement/bulletin.ts';
import { readAnswer, writeAnswer, writeQuestion } from '../../../../src/control/agreement/peer-messages.ts';
import { formatQuestion, parseQuestion } from '../../../../src/control/agreement/peer-question.ts';
import { PeerView } from '../../../../src/control/agreement/peer-view.ts';
import { asWireName, nameOctets } from '../../../../src/wire/name.ts';
import { Request, RequestStatus } from '../../../../src/wire/request.ts';

const qname = formatQuestion({ since: undefined, asker: undefined }, 'ab12');
const texts = [
  'ringzone-health 1 id=5f0c36a1be90d247 from=0 through=3 last=3',
  'up sip-options 192.0.2.12 5060 udp',
  'drain sip3.example.com * 1790 1763886900000',
  'undrain sip2.example.com 5060 1763886800000',
];

function answerOf(lines: readonly string[]): Uint8Array {
  const request = new Request();
  const question = writeQuestion(77, qname);
  expect(request.parse(question, 0, question.length)).toBe(RequestStatus.ok);
  return writeAnswer(request, lines, false);
}

test('an answer is read as it was written', () => {
  const answer = answerOf(texts);
  expect(readAnswer(77, qname, answer, 0, answer.length)).toEqual({ kind: 'texts', texts });
  expect(readAnswer(78, qname, answer, 0, answer.length)).toBeUndefined();
  const other = formatQuestion({ since: undefined, asker: undefined }, 'ab13');
  expect(readAnswer(77, other, answer, 0, answer.length)).toBeUndefined();
});

test('any octets for an answer have an end', () => {
  const good = answerOf(texts);
  const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(damage, fc.nat(good.length), (changes, length) => {
      const octets = good.slice(0, length);
      for (const [at, octet] of changes) if (at < length) octets[at] = octet;
      const answer = readAnswer(77, qname, octets, 0, octets.length);
      if (answer?.kind === 'texts') parseBulletin(answer.texts, 0);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
      readAnswer(77, qname, octets, 0, octets.length);
    }),
  );
});

test('a count of records that are not there is malformed', () => {
  const answer = answerOf(texts);
  answer[6] = 0xff;
  expect(readAnswer(77, qname, answer, 0, answer.length)).toEqual({ kind: 'malformed' });
});

test('texts are a bulletin or a problem, and what comes of them is bounded', () => {
  const word = fc.constantFrom(
    'up',
    'down',
    'gone',
    'drain',
    'undrain',
    'ringzone-health',
    '1',
    '2',
    'later',
    'x=1',
    '*',
    '-1',
    '9e9',
    'ever',
  );
  const line = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.array(word, { maxLength: 7 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.boolean(), (lines, hasHead) => {
      const all = hasHead ? [texts[0] as string, ...lines] : lines;
      const bulletin = parseBulletin(all, 0);
      if ('kind' in bulletin) return;
      expect(bulletin.items.length).toBeLessThan(all.length);
      const view = new PeerView();
      view.take(bulletin);
      expect(view.size).toBeLessThan(all.length);
    }),
  );
});

test.each([
  [['ringzone-health 2 id=5f0c36a1be90d247 what=ever', 'up x'], { kind: 'otherVersion', version: 2 }],
  [['ringzone-health 2'], { kind: 'otherVersion', version: 2 }],
  [[], { kind: 'malformed', text: '""' }],
  [['v=spf1 -all'], { kind: 'malformed', text: '"v=spf1 -all"' }],
  [[texts[0], texts[0]], { kind: 'malformed', text: expect.stringContaining('ringzone-health') }],
  [['ringzone-health 1'], { kind: 'malformed', text: '"ringzone-health 1"' }],
  [['ringzone-health 1 id=5F0C36A1BE90D247 from=0 through=0 last=0'], { kind: 'malformed' }],
  [['ringzone-health 1 id=5f0c36a1be90d247 from=1 through=0 last=0'], { kind: 'malformed' }],
  [['ringzone-health 1 id=5f0c36a1be90d247 from=0 through=2 last=1'], { kind: 'malformed' }],
  [['ringzone-health 1 id=5f0c36a1be90d247 from=0 through=0 last=9999999999999999'], { kind: 'malformed' }],
  [[texts[0], 'down '], { kind: 'malformed' }],
  [[texts[0], 'down sip-options 192.0.2.1 5060'], { kind: 'malformed' }],
  [[texts[0], `down sip-options ${'x'.repeat(200)} 5060 udp`], { kind: 'malformed' }],
  [
    [texts[0], 'down sip-options 192.0.2.1 5060 \x1b[31m'],
    { kind: 'malformed', text: '"down sip-options 192.0.2.1 5060 ?[31m"' },
  ],
  [[texts[0], 'drain sip1 70000 ever 1'], { kind: 'malformed' }],
  [[texts[0], 'drain sip1 * -5 1'], { kind: 'malformed' }],
  [[texts[0], 'drain sip1 * ever'], { kind: 'malformed' }],
  [[texts[0], 'undrain sip1 * 1 2'], { kind: 'malformed' }],
] as const)('refuses %j', (lines, problem) => {
  expect(parseBulletin(lines as readonly string[], 0)).toMatchObject(problem);
});

test('words of a later release are passed over', () => {
  const lines = [`${texts[0]} mood=good`, 'latency 5 sip-options 192.0.2.12 5060 udp', texts[1] as string];
  expect(parseBulletin(lines, 0)).toMatchObject({ last: 3, items: [{ kind: 'opinion', opinion: 'up' }] });
});

test('any name is a question or none', () => {
  const label = fc.oneof(
    fc.constantFrom(
      'v1',
      'V1',
      'v2',
      '0',
      'a1',
      '5f0c36a1be90d247-12',
      '5f0c36a1be90d247-',
      '-3',
      '5f0c36a1be90d247-1-2',
    ),
    fc.string({ minLength: 1, maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.array(label, { maxLength: 6 }), fc.boolean(), (labels, isOurs) => {
      const all = isOurs ? [...labels, 'health', 'ringzone'] : labels;
      const octets = all.flatMap((text) => {
        const of = [...Buffer.from(text, 'utf8')].slice(0, 63);
        return [of.length, ...of];
      });
      const name = Uint8Array.from([...octets, 0]);
      if (nameOctets(name, 0, name.length) !== name.length) return;
      const question = parseQuestion(asWireName(name));
      if (!isOurs) return;
      if (question !== undefined && labels.length > 0) expect(labels).toHaveLength(4);
    }),
  );
});
