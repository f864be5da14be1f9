import { describe, expect, it } from 'vitest';
import { isRight } from '../../../bench/generator/check-response.ts';
import { Outstanding } from '../../../bench/generator/outstanding.ts';
import { findMessages, minQuestions, packQuestions } from '../../../bench/generator/question-file.ts';
import { parseDnsperf } from '../../../bench/scenes/parse-dnsperf.ts';
import { listPhonesQuestions } from '../../../bench/zones/phones.ts';
import { drawSiteQuestions } from '../../../bench/zones/sites.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';

describe('the packed questions', () => {
  const [message = 0] = findMessages(
    packQuestions([{ name: '_sip._udp.example.', type: 'SRV', rcode: 0, answers: 2 }], true),
  );

  it('are what another writer of queries makes of them', () => {
    const packed = packQuestions([{ name: '_sip._udp.example.', type: 'SRV', rcode: 0, answers: 2 }], true);
    const expected = buildQuery({ name: '_sip._udp.example.', type: 'SRV', id: 0, edns: { dnssecOk: true } });
    expect(packed.subarray(message, message + expected.length)).toEqual(expected);
  });

  it('are repeated until a batch holds none twice', () => {
    const packed = packQuestions([{ name: 'a.', type: 'A', rcode: 0, answers: 1 }]);
    expect(findMessages(packed).length).toBe(minQuestions);
  });
});

describe('the check of a response', () => {
  const packed = packQuestions([{ name: 'a.example.', type: 'A', rcode: 0, answers: 2 }]);
  const [message = 0] = findMessages(packed);
  const right = Uint8Array.from(buildQuery({ name: 'a.example.', type: 'A' }));
  right[2] = 0x84;
  right[7] = 2;
  const changed = (at: number, value: number) => Uint8Array.from(right, (octet, i) => (i === at ? value : octet));
  const check = (response: Uint8Array, isEcho = false) =>
    isRight(packed, message, response, 0, response.length, isEcho);

  it('takes the right one', () => {
    expect(check(right)).toBe(true);
  });

  it.each([
    ['a query', changed(2, 0)],
    ['a truncated one', changed(2, 0x86)],
    ['another rcode', changed(3, 3)],
    ['an answer that lacks a record', changed(7, 1)],
    ['another name', changed(13, 0x62)],
    ['another type', changed(right.length - 3, 28)],
    ['one cut short', right.subarray(0, right.length - 1)],
  ])('refuses %s', (_, response) => {
    expect(check(response)).toBe(false);
  });

  it('wants of an echo the question alone', () => {
    expect(check(changed(7, 0), true)).toBe(true);
    expect(check(changed(7, 0))).toBe(false);
  });
});

describe('the mix', () => {
  it('of the phones has 1 in 7 name errors', () => {
    const questions = listPhonesQuestions();
    expect(questions.filter(({ rcode }) => rcode === 3).length * 7).toBe(questions.length);
  });

  it('of the sites has 1 in 10, and is the same each time', () => {
    const questions = drawSiteQuestions(1000, 50);
    expect(questions.filter(({ rcode }) => rcode === 3).length).toBe(100);
    expect(drawSiteQuestions(1000, 50)).toEqual(questions);
    expect(new Set(questions.map(({ name }) => name)).size).toBeGreaterThan(100);
  });
});

describe('outstanding questions', () => {
  it('are found by their id until they are answered', () => {
    const outstanding = new Outstanding();
    const id = outstanding.add(7, 100);
    expect(outstanding.find(id)).toBe(7);
    expect(outstanding.sentAtMs(id)).toBe(100);
    outstanding.remove(id);
    expect(outstanding.find(id)).toBe(-1);
    expect(outstanding.count).toBe(0);
  });

  it('give up the old ones, whose responses are then not taken for those of the next question', () => {
    const outstanding = new Outstanding();
    const old = outstanding.add(7, 100);
    expect(outstanding.removeOlder(100)).toBe(0);
    expect(outstanding.removeOlder(101)).toBe(1);
    const next = outstanding.add(8, 200);
    expect(next).not.toBe(old);
    expect(outstanding.find(old)).toBe(-1);
    expect(outstanding.find(next)).toBe(8);
  });

  it('have an end', () => {
    const outstanding = new Outstanding();
    for (let i = 0; i < 2048; i++) expect(outstanding.add(i, 0)).toBeGreaterThanOrEqual(0);
    expect(outstanding.add(1, 0)).toBe(-1);
  });
});

describe("dnsperf's report", () => {
  const report = `
  Queries sent:         1400
  Queries completed:    1399 (99.93%)
  Queries lost:         1 (0.07%)

  Response codes:       NOERROR 1199 (85.70%), NXDOMAIN 200 (14.30%)
  Run time (s):         2.002100
  Queries per second:   698.766295

  Average Latency (s):  0.001250 (min 0.000100, max 0.019000)
`;

  it('is read', () => {
    expect(parseDnsperf(report)).toEqual({
      completed: 1399,
      lost: 1,
      seconds: 2.0021,
      meanMs: 1.25,
      latenciesMs: [],
      codes: { NOERROR: 1199, NXDOMAIN: 200 },
    });
  });

  it('has the latency of each query where dnsperf printed them', () => {
    const lines = '> NOERROR example.com SOA 0.000250\n> NXDOMAIN no.example.com A 0.001000\n';
    expect(parseDnsperf(`${lines}${report}`).latenciesMs).toEqual([0.25, 1]);
  });

  it('without an answer is an error', () => {
    expect(() => parseDnsperf('Queries completed:    0 (0%)')).toThrow(/no answer/);
  });
});
