/** The checker finds nothing in good answers of a real message's form, and finds each kind of wrong one. */
import { beforeEach, expect, test } from 'vitest';
import { nameToWire } from '../../interop/lib/names.ts';
import { typeNumber } from '../../interop/lib/types.ts';
import { Checker } from '../../soak/checker.ts';
import { smallZone } from '../../soak/model/contents.ts';
import { ZoneLedger } from '../../soak/model/zone-ledger.ts';
import type { AskedQuestion } from '../../soak/questions.ts';

let checker: Checker;
let ledger: ZoneLedger;
beforeEach(() => {
  checker = new Checker();
  ledger = new ZoneLedger(smallZone('a.test.', 5), 0);
});

const question: AskedQuestion = {
  model: { name: 'www.a.test.', type: 'A', recursionDesired: true },
  name: 'WWW.a.test.',
  limitOctets: 512,
  hasEdns: false,
  message: new Uint8Array(),
};

interface Response {
  readonly name?: string;
  readonly flags?: number;
  readonly address?: string;
  readonly ttl?: number;
}

/** QR, AA and RD, the question, and one address. */
function respond({ name = 'WWW.a.test.', flags = 0x8500, address = '10.0.0.5', ttl = 300 }: Response = {}): Uint8Array {
  const u16 = (value: number) => [value >> 8, value & 255];
  const header = [7, flags, 1, 1, 0, 0].flatMap(u16);
  const asked = [...nameToWire(name), ...u16(typeNumber('A')), ...u16(1)];
  const record = [0xc0, 12, ...u16(1), ...u16(1), 0, 0, ...u16(ttl), ...u16(4), ...address.split('.').map(Number)];
  return Uint8Array.from([...header, ...asked, ...record]);
}

const take = (response: Uint8Array, sentMs = 10, receivedMs = 20) =>
  checker.take(ledger, question, 'udp', { sentMs, receivedMs, response });

test('a good one is good', () => {
  take(respond());
  expect(checker.wrongAnswers).toEqual([]);
  expect(checker.answered.udp).toBe(1);
});

test.each([
  ['another address', { address: '10.0.0.6' }, '- www.a.test. 300 IN A 10.0.0.5; + www.a.test. 300 IN A 10.0.0.6'],
  ['another TTL', { ttl: 299 }, '+ www.a.test. 299 IN A'],
  ['a name error', { flags: 0x8503 }, 'NXDOMAIN instead of NOERROR'],
  ['no AA', { flags: 0x8100 }, 'AA is not set'],
  ['truncated with room', { flags: 0x8700 }, 'truncated, and there is room'],
  ['the question in another case', { name: 'www.a.test.' }, 'another question'],
  ['a question', { flags: 0x0500 }, 'QR is not set'],
  ['no RD', { flags: 0x8400 }, 'RD is not as asked'],
])('%s is wrong', (_, response, reason) => {
  take(respond(response));
  expect(checker.wrongAnswers.map((wrong) => wrong.reason).join()).toContain(reason);
});

test('octets that are no message are wrong', () => {
  take(respond().subarray(0, 30));
  expect(checker.wrong).toBe(1);
});

test('a version that was over before the question was sent is wrong; so is one that is not offered yet', () => {
  ledger.offer(smallZone('a.test.', 6));
  ledger.confirm(6, 100);
  take(respond(), 50, 60);
  take(respond(), 99, 200);
  expect(checker.wrong).toBe(0);
  take(respond(), 101, 200);
  expect(checker.wrong).toBe(1);
  take(respond({ address: '10.0.0.7' }), performance.now(), performance.now());
  expect(checker.wrong).toBe(2);
});

test("who has seen a new version doesn't see the old one again", () => {
  ledger.offer(smallZone('a.test.', 6));
  const seenMs = performance.now() + 1;
  take(respond({ address: '10.0.0.6' }), seenMs - 1, seenMs);
  expect(checker.wrong).toBe(0);
  take(respond(), seenMs + 1, seenMs + 2);
  expect(checker.wrong).toBe(1);
});
