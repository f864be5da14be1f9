import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outcome } from '../../../src/answer/outcome.ts';
import { Flag, Rcode, Type } from '../../../src/wire/codes.ts';
import { type DecodedMessage, decode, lineOf } from '../../unit/answer/decode.ts';
import { type Question, questionOctets, Served, type ServedZone } from '../../unit/answer/served.ts';
import { allZones, chainZone, wideZone } from '../../unit/answer/zones.ts';

function signedZone(apex: string, topic: string, file: string): ServedZone {
  return { apex, text: readFileSync(join(import.meta.dirname, '../../golden', topic, file), 'utf8') };
}

const served = new Served(
  [
    ...allZones,
    chainZone(30),
    wideZone(25),
    signedZone('signed.test.', 'signed-nsec', 'signed.zone'),
    signedZone('signed3.test.', 'signed-nsec3', 'signed3.zone'),
  ],
  { serverId: 'node', minimalResponses: 'no' },
);

const apexes = [
  'example.test',
  'other.test',
  'kid.example.test',
  'chain.test',
  'wide.test',
  'signed.test',
  'signed3.test',
];
const owners =
  'ns1 www web sub x.sub ns2.sub _sip._udp _udp wild a.wild tosub tonx toother q.wc q.wd q.wn dn a.dn x.circle rev.rev any n0 n9'
    .split(' ')
    .concat(['sub.wide', 'x.sib', 'mail', 'host', 'deleg', 'x.deleg', 'secure', '_sip._tcp', '', 'nope', 'a.b.c']);

const label = fc.constantFrom('a', 'WILD', 'sub', 'xn--x', '\\000', '\\046', 'l'.repeat(63));
const qname = fc
  .tuple(
    fc.array(label, { maxLength: 2 }),
    fc.constantFrom(...owners),
    fc.constantFrom(...apexes, 'elsewhere', 'broken.test'),
  )
  .map(([front, owner, apex]) => `${[...front, owner, apex].filter((part) => part !== '').join('.')}.`);
const qtype = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom(...Object.values(Type).filter((type) => type !== Type.axfr && type !== Type.ixfr)),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 65_535 }) },
);
const question: fc.Arbitrary<Question> = fc.record(
  {
    qname,
    qtype,
    edns: fc.constantFrom(0, 512, 600, 700, 900, 1232, 4096),
    dnssecOk: fc.boolean(),
    nsid: fc.boolean(),
    flags: fc.constantFrom(0, Flag.rd, Flag.rd | Flag.cd | Flag.ad),
  },
  { requiredKeys: ['qname', 'qtype'] },
);

function limitOf({ edns }: Question): number {
  return edns === undefined ? 512 : Math.min(Math.max(edns, 512), 1232);
}

/**
 * What the client must get, as lines: answer, authority, and the addresses of name servers inside a delegated domain. The apex
 * NS of a positive answer is not required, nor are its signatures.
 */
function requiredOf(message: DecodedMessage): Set<string> {
  const isNegative = message.authority.some((record) => record.type === Type.soa);
  const isReferral = !isNegative && (message.flags & Flag.aa) === 0;
  const authority = message.authority.filter(
    (record) => isNegative || isReferral || !isApexNs(message, record.type, record.rdataOctets),
  );
  const cuts = new Map(
    authority.filter((record) => record.type === Type.ns).map((record) => [record.rdata.toLowerCase(), record.owner]),
  );
  const glue = message.additional.filter((record) => {
    const cut = cuts.get(record.owner.toLowerCase());
    return cut !== undefined && `.${record.owner}`.toLowerCase().endsWith(`.${cut}`.toLowerCase());
  });
  return new Set([...message.answer, ...authority, ...glue].map((record) => lineOf(record).toLowerCase()));
}

/** NS, or the signature of NS, of the zone in which a chain ended: a chain into a delegation has AA and NS too, not at an apex. */
function isApexNs(message: DecodedMessage, type: number, rdata: Uint8Array): boolean {
  const ns = message.authority.find((record) => record.type === Type.ns);
  if (ns === undefined || !apexes.includes(ns.owner.slice(0, -1).toLowerCase())) return false;
  return type === Type.ns || (type === Type.rrsig && (rdata[0] as number) * 256 + (rdata[1] as number) === Type.ns);
}

describe('the answer algorithm', () => {
  it('answers any octets with silence or a message that decodes, within the limits', () => {
    const junk = fc.uint8Array({ maxLength: 600 });
    const header = fc.tuple(junk, fc.constantFrom(0, 1, 2)).map(([octets, questions]) => {
      if (octets.length >= 12) octets.set([0, 0, 0, questions, 0, 0, 0, 0, 0, 0], 2);
      return octets;
    });
    const broken = fc
      .tuple(question, fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }), fc.nat(80))
      .map(([asked, changes, cut]) => {
        const octets = questionOctets(asked);
        for (const [at, value] of changes) if (at < octets.length) octets[at] = value;
        return cut < octets.length ? octets.slice(0, octets.length - Math.max(0, cut - 40)) : octets;
      });
    fc.assert(
      fc.property(fc.oneof(junk, header, broken), fc.boolean(), (octets, tcp) => {
        const response = served.answerOctets(octets, tcp);
        if (response.length === 0) {
          const isOthers = served.answerer.outcome === Outcome.deferred;
          expect(isOthers || octets.length < 12 || (octets[2] as number) >= 0x80).toBe(true);
          return;
        }
        const message = decode(response);
        expect(response.length).toBeLessThanOrEqual(tcp ? 65_535 : 1232);
        expect(message.id).toBe((octets[0] as number) * 256 + (octets[1] as number));
        expect(message.flags & (Flag.qr | Flag.ra | Flag.ad | Flag.cd)).toBe(Flag.qr);
        expect(message.answer.filter((record) => record.type === Type.cname).length).toBeLessThanOrEqual(17);
      }),
      { numRuns: 3000 },
    );
  });

  it('sets TC exactly when something required was left out', () => {
    let truncations = 0;
    fc.assert(
      fc.property(question, (asked) => {
        // Over UDP, ANY is another answer by itself (RFC 8482).
        fc.pre(asked.qtype !== Type.any);
        const udp = served.ask(asked);
        const whole = served.ask({ ...asked, tcp: true });
        expect(udp.octets).toBeLessThanOrEqual(limitOf(asked));
        expect(whole.message.flags & Flag.tc).toBe(0);
        expect(udp.message.rcode).toBe(whole.message.rcode);
        const required = requiredOf(whole.message);
        const got = new Set(
          [...udp.message.answer, ...udp.message.authority, ...udp.message.additional].map((record) =>
            lineOf(record).toLowerCase(),
          ),
        );
        const missing = [...required].filter((line) => !got.has(line));
        const isTruncated = (udp.message.flags & Flag.tc) !== 0;
        expect(isTruncated, JSON.stringify({ asked, missing })).toBe(missing.length > 0);
        expect(served.answerer.truncated).toBe(false);
        const known = new Set(
          [...whole.message.answer, ...whole.message.authority, ...whole.message.additional].map((record) =>
            lineOf(record).toLowerCase(),
          ),
        );
        expect([...got].filter((line) => !known.has(line))).toEqual([]);
        if (isTruncated) truncations++;
      }),
      { numRuns: 3000 },
    );
    expect(truncations).toBeGreaterThan(20);
  });

  it('writes no record twice, and no record of DNSSEC unless DO or the type asks for it', () => {
    fc.assert(
      fc.property(question, fc.boolean(), (asked, tcp) => {
        const { message } = served.ask({ ...asked, tcp });
        // RFC 4035 §3.1.1: signatures go with their sets, also when RRSIG was asked for and they stand in the answer already.
        const lines = [...message.answer, ...message.authority, ...message.additional]
          .filter(({ type }) => type !== Type.rrsig || asked.qtype !== Type.rrsig)
          .map((record) => lineOf(record).toLowerCase());
        expect(new Set(lines).size, lines.join('\n')).toBe(lines.length);
        if (asked.dnssecOk === true && asked.edns !== undefined) return;
        const proofs = [Type.rrsig, Type.nsec, Type.nsec3] as readonly number[];
        const types = [...message.answer, ...message.authority, ...message.additional].map(({ type }) => type);
        expect(types.filter((type) => type !== asked.qtype && proofs.includes(type))).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('proves each name error and each no data of a signed zone', () => {
    fc.assert(
      fc.property(fc.constantFrom('signed.test', 'signed3.test'), qname, qtype, (apex, front, type) => {
        const asked = `${front.split('.')[0]}.${apex}.`;
        const { message } = served.ask({ qname: asked, qtype: type, edns: 4096, dnssecOk: true, tcp: true });
        const isNegative = message.authority.some((record) => record.type === Type.soa);
        if (!isNegative) return;
        const proof = apex === 'signed.test' ? Type.nsec : Type.nsec3;
        const types = message.authority.map((record) => record.type);
        expect(types.filter((t) => t === proof).length).toBeGreaterThanOrEqual(1);
        // Each set of the authority section is signed; sets here have one record.
        expect(types.filter((t) => t === Type.rrsig).length).toBe(types.filter((t) => t !== Type.rrsig).length);
        if (message.rcode === Rcode.nxDomain) expect(message.answer.filter((r) => r.type === type)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
