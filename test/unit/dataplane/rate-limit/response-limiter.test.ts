/** Rate limits in a worker: what is alike, who is exempt, what is sent, counted and told. */
import { describe, expect, test } from 'vitest';
import { Answerer } from '../../../../src/answer/answerer.ts';
import { Transport } from '../../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../../src/answer/response-cache.ts';
import { putQueryMessage } from '../../../../src/control/log/query-line.ts';
import { FaultReporter } from '../../../../src/dataplane/fault-reporter.ts';
import { Responder } from '../../../../src/dataplane/responder.ts';
import { defaultAccessTable } from '../../../../src/plane/access/access-list-table.ts';
import type { AnswerSettings } from '../../../../src/plane/answer-settings.ts';
import { CounterBlock, createCounters, sumCounters } from '../../../../src/plane/counters.ts';
import type { RateLimit } from '../../../../src/plane/rate-limit/rate-limit.ts';
import { createRateLimitTable } from '../../../../src/plane/rate-limit/rate-limit-table.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../../src/plane/rings/log-ring.ts';
import { buildQuery, type Question } from '../../../interop/lib/dns-client.ts';
import { defaultSettings, Served } from '../../answer/served.ts';

const text = `$TTL 300
@ SOA ns1 admin 5 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.2
www TXT "text"
alias CNAME www
lost CNAME none
*.wild A 192.0.2.4
cut NS ns.cut
ns.cut A 192.0.2.5
`;
const start = 1_700_000_000_000;

function limitOf(changes: Partial<RateLimit> = {}): RateLimit {
  return {
    perSecond: [3, 3, 3, 3, 3, 0],
    windowSeconds: 15,
    slip: 0,
    qpsScale: 0,
    ipv4PrefixBits: 24,
    ipv6PrefixBits: 56,
    exempt: 1,
    isLogOnly: false,
    maxEntries: 1000,
    table: createRateLimitTable(1000, Int32Array.of(11, 12)),
    ...changes,
  };
}

/** A worker's responder over the zone `limit.test`. */
class Limited {
  readonly counters = createCounters(1);
  readonly ring = createLogRing(65_536);
  readonly responder: Responder;
  readonly response = new Uint8Array(8192);
  private readonly reader = new LogRingReader(this.ring);

  constructor(settings: Partial<AnswerSettings>) {
    const served = new Served([{ apex: 'limit.test.', text }]);
    served.reader.enter();
    this.responder = new Responder(
      (all, client) => new Answerer(served.reader, all, new ResponseCache(served.reader), client),
      { ...defaultSettings, ...settings },
      new CounterBlock(this.counters, 0),
      new LogRingWriter(this.ring),
      new FaultReporter(() => undefined),
    );
    this.responder.loggingSecurity = true;
    this.at(start);
  }

  at(nowMs: number): void {
    this.responder.record.timeMs = nowMs;
    this.responder.setTime(Math.floor(nowMs / 1000));
  }

  /** Octets of the response to a client, 0 where it is dropped. */
  ask(question: Question | Uint8Array, address: readonly number[] = [192, 0, 2, 1]): number {
    const message = question instanceof Uint8Array ? question : buildQuery(question);
    const { client } = this.responder;
    client.family = address.length === 4 ? 4 : 6;
    client.octets = Uint8Array.from(address);
    const transport = !(question instanceof Uint8Array) && question.tcp === true ? Transport.tcp : Transport.udp;
    return this.responder.respond(message, 0, message.length, client.family, transport, this.response, 0);
  }

  /** How many of twelve questions are answered. */
  answered(make: (i: number) => Question, address?: (i: number) => readonly number[]): number {
    let sum = 0;
    for (let i = 0; i < 12; i++) if (this.ask(make(i), address?.(i)) > 0) sum++;
    return sum;
  }

  lines(): readonly string[] {
    this.responder.publishLog();
    const out = new Uint8Array(8192);
    const lines: string[] = [];
    this.reader.readStored((record) => {
      const end = putQueryMessage(out, 0, record, new TextEncoder().encode('client @0x1 '));
      lines.push(new TextDecoder().decode(out.subarray(0, end)).replace(/ \([0-9a-f]{8}\)/, ''));
    });
    return lines;
  }

  get counts() {
    return sumCounters(this.counters).named;
  }
}

const www: Question = { name: 'www.limit.test', type: 'A' };

describe('what is alike', () => {
  test.each<[string, (i: number) => Question, number]>([
    ['one question', () => www, 3],
    [
      'one question, with whatever EDNS and flags',
      (i) => ({ ...www, flags: (i & 1) << 8, ...(i > 5 ? { edns: {} } : {}) }),
      3,
    ],
    ['one name in any case', (i) => ({ name: i & 1 ? 'WWW.limit.test' : 'www.LIMIT.test', type: 'A' }), 3],
    ['two types of a name', (i) => ({ name: 'www.limit.test', type: i & 1 ? 'A' : 'TXT' }), 6],
    ['names that do not exist', (i) => ({ name: `n${i}.limit.test`, type: 'A' }), 3],
    [
      'an alias to one that does not exist is an answer',
      (i) => ({ name: i & 1 ? 'lost.limit.test' : `n${i}.limit.test`, type: 'A' }),
      6,
    ],
    ['names of a wildcard', (i) => ({ name: `n${i}.wild.limit.test`, type: 'A' }), 3],
    ['names below a cut', (i) => ({ name: `n${i}.cut.limit.test`, type: i & 1 ? 'A' : 'MX' }), 3],
    ['types that a name has not', (i) => ({ name: 'www.limit.test', type: i & 1 ? 'MX' : 'AAAA' }), 3],
    ['errors', (i) => ({ name: `n${i}.example`, type: 'A' }), 3],
  ])('%s', (_, make, expected) => {
    expect(new Limited({ rateLimits: [limitOf()] }).answered(make)).toBe(expected);
  });

  test('a network is its prefix', () => {
    const limited = new Limited({ rateLimits: [limitOf()] });
    expect(
      limited.answered(
        () => www,
        (i) => [192, 0, 2, i],
      ),
    ).toBe(3);
    expect(
      limited.answered(
        () => www,
        (i) => [192, 0, 3 + i, 1],
      ),
    ).toBe(12);
    const host = (i: number, net: number) => [0x20, 1, 0xd, 0xb8, 0, 0, net, i, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(
      limited.answered(
        () => www,
        (i) => host(i, 1),
      ),
    ).toBe(3);
    expect(
      limited.answered(
        () => www,
        (i) => host(1, 2 + i),
      ),
    ).toBe(12);
  });
});

describe('who is not limited', () => {
  test('those who are exempt, come over TCP, or have a cookie of ours', () => {
    const access = {
      lists: [
        ...defaultAccessTable.lists,
        [{ kind: 'prefix', negated: false, family: 4, octets: Uint8Array.of(192, 0, 2, 9), bits: 32 }],
      ],
    } as const;
    const cookies = { secrets: [new Uint8Array(16)], isRequired: false };
    const limited = new Limited({ rateLimits: [limitOf({ exempt: 2 })], access, cookies });
    expect(limited.answered(() => www)).toBe(3);
    expect(
      limited.answered(
        () => www,
        () => [192, 0, 2, 9],
      ),
    ).toBe(12);
    expect(limited.answered(() => ({ ...www, tcp: true }))).toBe(12);
    const withCookie = (data: Uint8Array): Question => ({ ...www, edns: { options: [{ code: 10, data }] } });
    const octets = limited.ask({ ...withCookie(new Uint8Array(8)), tcp: true });
    const cookie = limited.response.slice(octets - 24, octets);
    expect(limited.answered(() => withCookie(cookie))).toBe(12);
    expect(limited.answered(() => withCookie(cookie.slice(0, 8)))).toBe(0);
  });

  test('a view without a limit, and a view has its own', () => {
    expect(new Limited({ rateLimits: [undefined, limitOf()] }).answered(() => www)).toBe(12);
  });
});

test('all-per-second holds for all kinds together, and lets nothing slip', () => {
  const limited = new Limited({ rateLimits: [limitOf({ perSecond: [0, 0, 0, 0, 0, 5], slip: 1 })] });
  expect(limited.answered((i) => ({ name: `n${i}.limit.test`, type: i }))).toBe(5);
  expect(limited.lines()[0]).toBe('limit all responses to 192.0.2.0/24');
});

test('log-only tells, and sends', () => {
  const limited = new Limited({ rateLimits: [limitOf({ isLogOnly: true })] });
  expect(limited.answered(() => www)).toBe(12);
  expect(limited.counts).toMatchObject({ RateDropped: 0, QryDropped: 0, QrySuccess: 12 });
  expect(limited.lines().slice(0, 2)).toEqual([
    'would limit responses to 192.0.2.0/24 for www.limit.test IN A ',
    'client @0x1 192.0.2.1#0 (www.limit.test): would rate limit drop response to 192.0.2.0/24 for www.limit.test IN A ',
  ]);
});

test('what slips is question and TC, or BADCOOKIE to who knows cookies', () => {
  const cookies = { secrets: [new Uint8Array(16)], isRequired: false };
  const limited = new Limited({ rateLimits: [limitOf({ slip: 1 })], cookies });
  limited.answered(() => www);
  const plain = buildQuery(www);
  expect(limited.ask(www)).toBe(plain.length);
  expect([...limited.response.subarray(2, 12)]).toEqual([0x86, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const octets = limited.ask({
    ...www,
    edns: { options: [{ code: 10, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }] },
  });
  expect(octets).toBe(plain.length + 11 + 28);
  // RCODE 23: 7 in the header, 1 in the OPT.
  expect([...limited.response.subarray(2, 12), limited.response[plain.length + 5]]).toEqual([
    0x80, 7, 0, 1, 0, 0, 0, 0, 0, 1, 1,
  ]);
  expect(limited.counts).toMatchObject({ RateSlipped: 11, RateDropped: 0, QryBADCOOKIE: 1, TruncatedResp: 10 });
});

test('the beginning and the end are told of once, and what goes on again', () => {
  const limited = new Limited({ rateLimits: [limitOf()] });
  for (let second = 0; second <= 1800; second++) {
    limited.at(start + second * 1000);
    for (let i = 0; i < 5; i++) limited.ask({ name: `n${i}.limit.test`, type: 'A' });
    if (second % 20 === 19) limited.lines();
  }
  const isOfLimit = (line: string) => !line.startsWith('client');
  expect(limited.lines().filter(isOfLimit)).toEqual([
    'continue limiting NXDOMAIN responses to 192.0.2.0/24 for limit.test ',
  ]);
  limited.at(start + 1_900_000);
  expect(limited.lines()).toEqual(['stop limiting NXDOMAIN responses to 192.0.2.0/24 for limit.test ']);
  limited.at(start + 2_000_000);
  expect(limited.lines()).toEqual([]);
});

test('the end of a limit is told of under the settings after those that it began with', () => {
  const limit = limitOf();
  const settings = { ...defaultSettings, rateLimits: [limit] };
  const limited = new Limited(settings);
  limited.answered(() => www);
  expect(limited.lines()[0]).toBe('limit responses to 192.0.2.0/24 for www.limit.test IN A ');
  // As main sends them: the memory is the same, what it is seen through is not.
  const sent = structuredClone(settings);
  limited.responder.apply(sent);
  // Nothing is forgotten, nor told again.
  expect(limited.ask(www)).toBe(0);
  expect(limited.lines()).toHaveLength(1);
  limited.at(start + 100_000);
  expect(limited.lines()).toEqual(['stop limiting responses to 192.0.2.0/24 for www.limit.test IN A ']);
  limited.answered(() => www);
  expect(limited.lines()[0]).toBe('limit responses to 192.0.2.0/24 for www.limit.test IN A ');
});

test('what was told of a table that is no more is forgotten', () => {
  const limited = new Limited({ rateLimits: [limitOf()] });
  limited.answered(() => www);
  limited.lines();
  const table = createRateLimitTable(500, Int32Array.of(13, 14));
  limited.responder.apply({ ...defaultSettings, rateLimits: [limitOf({ maxEntries: 500, table })] });
  limited.at(start + 100_000);
  expect(limited.lines()).toEqual([]);
});

test('what is told in a second is bounded', () => {
  const limited = new Limited({ rateLimits: [limitOf({ perSecond: [1, 1, 1, 1, 1, 0], ipv4PrefixBits: 32 })] });
  let lines = 0;
  for (let i = 0; i < 6000; i++) {
    limited.ask(www, [10, 0, (i >> 8) & 3, i & 255]);
    if (i % 100 === 0) lines += limited.lines().length;
  }
  expect(lines + limited.lines().length).toBeLessThanOrEqual(1000);
});

test('with qps-scale limits shrink under load, but not for who has used TCP', () => {
  const limited = new Limited({ rateLimits: [limitOf({ perSecond: [100, 100, 100, 100, 100, 0], qpsScale: 50 })] });
  // One window of 1,000 a second.
  for (let second = 0; second <= 16; second++) {
    limited.at(start + second * 1000);
    for (let i = 0; i < 1000; i++) limited.ask({ name: 'ns1.limit.test', type: 'A' }, [10, i & 255, i >> 8, 1]);
  }
  const answered = (address: readonly number[]) => {
    let sum = 0;
    for (let i = 0; i < 100; i++) if (limited.ask(www, address) > 0) sum++;
    return sum;
  };
  expect(answered([198, 51, 100, 1])).toBeLessThan(10);
  limited.ask({ ...www, tcp: true }, [203, 0, 113, 1]);
  expect(answered([203, 0, 113, 1])).toBe(100);
});
