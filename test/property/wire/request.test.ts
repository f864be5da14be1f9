import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Request, RequestStatus } from '../../../src/wire/request.ts';
import { decodeMessage } from '../../interop/lib/decode-message.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';

const request = new Request();
const statuses: readonly number[] = Object.values(RequestStatus);

function parseBounded(octets: Uint8Array): number {
  // The octets stand in the middle of others, which would show if they were read: each is a pointer.
  const around = new Uint8Array(octets.length + 200).fill(0xc0);
  around.set(octets, 100);
  const status = request.parse(around, 100, octets.length);
  expect(statuses).toContain(status);
  expect(request.steps).toBeLessThanOrEqual(octets.length);
  expect(request.qnameOctets).toBeLessThanOrEqual(255);
  if (request.cookieOctets > 0)
    expect(request.cookieOffset + request.cookieOctets).toBeLessThanOrEqual(100 + octets.length);
  return status;
}

const label = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), minLength: 1, maxLength: 20 });
const query = fc
  .record({
    name: fc.array(label, { maxLength: 5 }).map((labels) => `${labels.join('.')}.`),
    type: fc.nat(65_535),
    class: fc.nat(65_535),
    flags: fc.nat(0x7ff),
    edns: fc.option(
      fc.record({
        udpOctets: fc.nat(65_535),
        dnssecOk: fc.boolean(),
        version: fc.constantFrom(0, 0, 0, 1),
        options: fc.array(fc.record({ code: fc.nat(20), data: fc.uint8Array({ maxLength: 45 }) }), { maxLength: 4 }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ edns, ...question }) => ({ ...question, ...(edns === undefined ? {} : { edns }) }));

describe('Request.parse', () => {
  test('ends in bounded steps on any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (octets) => void parseBounded(octets)),
      { numRuns: 5000 },
    );
  });

  test('ends in bounded steps on queries with octets changed, and on each of their beginnings', () => {
    const change = fc.tuple(fc.nat(500), fc.nat(255));
    fc.assert(
      fc.property(query, fc.array(change, { maxLength: 4 }), fc.nat(500), (question, changes, cut) => {
        const octets = buildQuery(question);
        for (const [at, value] of changes) octets[at % octets.length] = value;
        parseBounded(octets);
        parseBounded(octets.slice(0, cut % (octets.length + 1)));
      }),
      { numRuns: 3000 },
    );
  });

  test('reads what another decoder reads', () => {
    fc.assert(
      fc.property(query, (question) => {
        const octets = buildQuery(question);
        const decoded = decodeMessage(octets);
        const status = parseBounded(octets);
        if (status !== RequestStatus.ok) return;
        expect(request.qtype).toBe(decoded.question[0]?.type);
        expect(request.qclass).toBe(decoded.question[0]?.class);
        const qname = [...request.qname.slice(0, request.qnameOctets)];
        expect(qname).toEqual([...octets.slice(12, 12 + qname.length)]);
        expect(request.hasEdns).toBe(decoded.edns !== undefined);
        expect(request.dnssecOk).toBe(decoded.edns?.dnssecOk ?? false);
        expect(request.wantsNsid).toBe(decoded.edns?.options.some((each) => each.code === 3) ?? false);
      }),
      { numRuns: 2000 },
    );
  });
});
