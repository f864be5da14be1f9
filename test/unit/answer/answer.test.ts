import { describe, expect, it } from 'vitest';
import { Outcome } from '../../../src/answer/outcome.ts';
import { Flag, Rcode, Type } from '../../../src/wire/codes.ts';
import { type Question, Served } from './served.ts';
import { allZones, chainZone, exampleZone, otherZone } from './zones.ts';

const soa = 'example.test. 900 SOA ns1.example.test. hostmaster.example.test. 1 7200 3600 604800 900';
const otherSoa = 'other.test. 60 SOA ns.other.test. hostmaster.other.test. 1 7200 3600 604800 900';

interface Case {
  readonly what: string;
  readonly rfc: string;
  readonly ask: readonly [string, number, Partial<Question>?];
  /** Default NOERROR. */
  readonly rcode?: number;
  /** AA; default true. */
  readonly authoritative?: boolean;
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
}

const subReferral = {
  authority: [
    'sub.example.test. 3600 NS ns2.sub.example.test.',
    'sub.example.test. 3600 NS ns.other.test.',
    'sub.example.test. 3600 NS ns3.second.example.test.',
  ],
  additional: ['ns2.sub.example.test. 3600 A 192.0.2.4', 'ns3.second.example.test. 3600 A 192.0.2.6'],
};

// All asked with RD, so that apex NS stay out of positive answers; the others are in settings.test.ts.
const cases: readonly Case[] = [
  {
    what: 'a host',
    rfc: 'RFC 1034 §4.3.2 3a',
    ask: ['WEB.example.test.', Type.a],
    answer: ['WEB.example.test. 3600 A 192.0.2.3'],
  },
  { what: 'no data', rfc: 'RFC 2308 §2.2', ask: ['web.example.test.', Type.txt], authority: [soa] },
  { what: 'an empty non-terminal', rfc: 'RFC 4592 §2.2.2', ask: ['_udp.example.test.', Type.a], authority: [soa] },
  {
    what: 'a name error',
    rfc: 'RFC 2308 §2.1',
    ask: ['nope.example.test.', Type.a],
    rcode: Rcode.nxDomain,
    authority: [soa],
  },
  {
    what: 'a name below a host that has none',
    rfc: 'RFC 4592 §3.3.1',
    ask: ['a.b.web.example.test.', Type.a],
    rcode: Rcode.nxDomain,
    authority: [soa],
  },
  {
    what: 'SRV with addresses in the order of the records, the owners in the targets’ case',
    rfc: 'RFC 2782',
    ask: ['_SIP._udp.example.test.', Type.srv],
    answer: [
      '_SIP._udp.example.test. 3600 SRV 0 40 5060 Sip1.example.test.',
      '_SIP._udp.example.test. 3600 SRV 0 60 5060 sip2.example.test.',
      '_SIP._udp.example.test. 3600 SRV 1 5 5060 sip3.wild.example.test.',
    ],
    additional: [
      'Sip1.example.test. 3600 A 192.0.2.11',
      'Sip1.example.test. 3600 AAAA 2001:db8:0:0:0:0:0:11',
      'sip2.example.test. 3600 A 192.0.2.12',
      'sip3.wild.example.test. 3600 A 192.0.2.13',
    ],
  },
  {
    what: 'SRV that names a target twice: its addresses once',
    rfc: 'RFC 2782',
    ask: ['_sip._tcp.example.test.', Type.srv],
    answer: [
      '_sip._tcp.example.test. 3600 SRV 0 0 5060 sip1.example.test.',
      '_sip._tcp.example.test. 3600 SRV 0 0 5061 sip1.example.test.',
    ],
    additional: ['sip1.example.test. 3600 A 192.0.2.11', 'sip1.example.test. 3600 AAAA 2001:db8:0:0:0:0:0:11'],
  },
  {
    what: 'SRV that says there is no service',
    rfc: 'RFC 2782',
    ask: ['_sips._tcp.example.test.', Type.srv],
    answer: ['_sips._tcp.example.test. 3600 SRV 0 0 0 .'],
  },
  {
    what: 'SRV into another served zone: no addresses from there',
    rfc: 'RFC 2181 §5.4.1',
    ask: ['_ext._tcp.example.test.', Type.srv],
    answer: ['_ext._tcp.example.test. 3600 SRV 0 0 5061 sip.other.test.'],
  },
  {
    what: 'MX: no addresses from below a cut',
    rfc: 'RFC 1034 §4.3.2 6',
    ask: ['example.test.', Type.mx],
    answer: ['example.test. 3600 MX 10 mail.example.test.', 'example.test. 3600 MX 20 mail.sub.example.test.'],
    additional: ['mail.example.test. 3600 A 192.0.2.2'],
  },
  {
    what: 'apex NS, with the glue that is known',
    rfc: 'RFC 1034 §4.3.2 6',
    ask: ['example.test.', Type.ns],
    answer: ['example.test. 3600 NS ns1.example.test.', 'example.test. 3600 NS ns2.Sub.example.test.'],
    additional: [
      'ns1.example.test. 3600 A 192.0.2.1',
      'ns1.example.test. 3600 AAAA 2001:db8:0:0:0:0:0:1',
      'ns2.Sub.example.test. 3600 A 192.0.2.4',
    ],
  },
  {
    what: 'a referral, in-domain glue first',
    rfc: 'RFC 1034 §4.3.2 3b, RFC 9471 §3',
    ask: ['a.b.sub.example.test.', Type.a],
    authoritative: false,
    ...subReferral,
  },
  {
    what: 'NS at the cut',
    rfc: 'RFC 1034 §4.3.2 3b',
    ask: ['sub.example.test.', Type.ns],
    authoritative: false,
    ...subReferral,
  },
  {
    what: 'glue asked for by name',
    rfc: 'RFC 1034 §4.3.2 3b',
    ask: ['ns2.sub.example.test.', Type.a],
    authoritative: false,
    ...subReferral,
  },
  { what: 'DS at the cut', rfc: 'RFC 4035 §3.1.4.1', ask: ['sub.example.test.', Type.ds], authority: [soa] },
  {
    what: 'DS of a zone whose parent is ours too',
    rfc: 'RFC 4035 §3.1.4.1',
    ask: ['kid.example.test.', Type.ds],
    rcode: Rcode.nxDomain,
    authority: [soa],
  },
  {
    what: 'DS of a zone whose parent is not ours',
    rfc: 'RFC 4035 §3.1.4.1',
    ask: ['example.test.', Type.ds],
    authority: [soa],
  },
  {
    what: 'the longest matching zone',
    rfc: 'RFC 1034 §4.3.2 2',
    ask: ['ns.kid.example.test.', Type.a],
    answer: ['ns.kid.example.test. 60 A 192.0.2.60'],
  },
  {
    what: 'a wildcard',
    rfc: 'RFC 4592 §3.3',
    ask: ['A.b.wild.example.test.', Type.txt],
    answer: ['A.b.wild.example.test. 3600 TXT "wild"'],
  },
  { what: 'no data at a wildcard', rfc: 'RFC 4592 §2.2.1', ask: ['a.wild.example.test.', Type.mx], authority: [soa] },
  {
    what: 'the wildcard itself',
    rfc: 'RFC 4592 §2.2.1',
    ask: ['*.wild.example.test.', Type.a],
    answer: ['*.wild.example.test. 3600 A 192.0.2.13'],
  },
  {
    what: 'an empty non-terminal beside a wildcard',
    rfc: 'RFC 4592 §2.2.2',
    ask: ['ent.wild.example.test.', Type.a],
    authority: [soa],
  },
  {
    what: 'a name below an empty non-terminal: the wildcard further up does not count',
    rfc: 'RFC 4592 §3.3.1',
    ask: ['x.ent.wild.example.test.', Type.a],
    rcode: Rcode.nxDomain,
    authority: [soa],
  },
  {
    what: 'a wildcard CNAME',
    rfc: 'RFC 4592 §4.3',
    ask: ['q.wc.example.test.', Type.a],
    answer: ['q.wc.example.test. 3600 CNAME web.example.test.', 'web.example.test. 3600 A 192.0.2.3'],
  },
  {
    what: 'a wildcard DNAME redirects nothing',
    rfc: 'RFC 4592 §4.4',
    ask: ['q.wd.example.test.', Type.a],
    authority: [soa],
  },
  {
    what: 'a wildcard DNAME is data',
    rfc: 'RFC 4592 §4.4',
    ask: ['q.wd.example.test.', Type.dname],
    answer: ['q.wd.example.test. 3600 DNAME web.example.test.'],
  },
  { what: 'a wildcard NS cuts nothing', rfc: 'RFC 4592 §4.2', ask: ['q.wn.example.test.', Type.a], authority: [soa] },
  {
    what: 'CNAME',
    rfc: 'RFC 1034 §3.6.2',
    ask: ['www.example.test.', Type.aaaa],
    answer: ['www.example.test. 3600 CNAME Web.example.test.', 'Web.example.test. 3600 AAAA 2001:db8:0:0:0:0:0:3'],
  },
  {
    what: 'CNAME asked for',
    rfc: 'RFC 1034 §3.6.2',
    ask: ['www.example.test.', Type.cname],
    answer: ['www.example.test. 3600 CNAME Web.example.test.'],
  },
  { what: 'NSEC at a CNAME', rfc: 'RFC 4034 §4', ask: ['www.example.test.', Type.nsec], authority: [soa] },
  {
    what: 'CNAME to a name with no data',
    rfc: 'RFC 2308 §2.2',
    ask: ['www.example.test.', Type.mx],
    answer: ['www.example.test. 3600 CNAME Web.example.test.'],
    authority: [soa],
  },
  {
    what: 'CNAME to a name that does not exist',
    rfc: 'RFC 2308 §2.1',
    ask: ['tonx.example.test.', Type.a],
    rcode: Rcode.nxDomain,
    answer: ['tonx.example.test. 3600 CNAME nope.example.test.'],
    authority: [soa],
  },
  {
    what: 'CNAME into a delegation',
    rfc: 'RFC 1034 §4.3.2',
    ask: ['tosub.example.test.', Type.a],
    answer: ['tosub.example.test. 3600 CNAME x.sub.example.test.'],
    ...subReferral,
  },
  {
    what: 'CNAME into another zone of ours',
    rfc: 'RFC 1034 §4.3.2 2',
    ask: ['toother.example.test.', Type.a],
    answer: ['toother.example.test. 3600 CNAME www.other.test.', 'www.other.test. 60 A 192.0.2.51'],
  },
  {
    what: 'CNAME to nothing in another zone of ours',
    rfc: 'RFC 2308 §2.1',
    ask: ['toothernx.example.test.', Type.a],
    rcode: Rcode.nxDomain,
    answer: ['toothernx.example.test. 3600 CNAME nx.other.test.'],
    authority: [otherSoa],
  },
  {
    what: 'CNAME out of our zones',
    rfc: 'RFC 1034 §4.3.2',
    ask: ['toout.example.test.', Type.a],
    answer: ['toout.example.test. 3600 CNAME www.elsewhere.'],
  },
  {
    what: 'CNAME into a zone that is not loaded',
    rfc: 'RFC 1034 §4.3.2',
    ask: ['tobroken.example.test.', Type.a],
    answer: ['tobroken.example.test. 3600 CNAME www.broken.test.'],
  },
  {
    what: 'CNAMEs in a circle, each once',
    rfc: 'RFC 1034 §3.6.2',
    ask: ['loop1.example.test.', Type.a],
    answer: [
      'loop1.example.test. 3600 CNAME loop2.example.test.',
      'loop2.example.test. 3600 CNAME loop1.example.test.',
    ],
  },
  {
    what: 'DNAME',
    rfc: 'RFC 6672 §3.1',
    ask: ['A.dn.example.test.', Type.a],
    answer: [
      'dn.example.test. 3600 DNAME target.example.test.',
      'A.dn.example.test. 3600 CNAME A.target.example.test.',
      'A.target.example.test. 3600 A 192.0.2.20',
    ],
  },
  { what: 'the owner of a DNAME itself', rfc: 'RFC 6672 §2.3', ask: ['dn.example.test.', Type.a], authority: [soa] },
  {
    what: 'DNAME, CNAME asked for',
    rfc: 'RFC 6672 §3.2',
    ask: ['z.dn.example.test.', Type.cname],
    answer: [
      'dn.example.test. 3600 DNAME target.example.test.',
      'z.dn.example.test. 3600 CNAME z.target.example.test.',
    ],
  },
  {
    what: 'DNAME to a name that does not exist',
    rfc: 'RFC 6672 §3.2',
    ask: ['z.dn.example.test.', Type.a],
    rcode: Rcode.nxDomain,
    answer: [
      'dn.example.test. 3600 DNAME target.example.test.',
      'z.dn.example.test. 3600 CNAME z.target.example.test.',
    ],
    authority: [soa],
  },
  {
    what: 'a chain back to the DNAME on its way, once',
    rfc: 'RFC 2181 §5',
    ask: ['rev.rev.example.test.', Type.dname],
    answer: ['rev.example.test. 3600 DNAME example.test.', 'rev.rev.example.test. 3600 CNAME rev.example.test.'],
  },
  {
    what: 'DNAMEs in a circle, each once',
    rfc: 'RFC 6672 §2.4',
    ask: ['q.circle.example.test.', Type.a],
    answer: [
      'circle.example.test. 3600 DNAME elsewhere.circle2.example.test.',
      'q.circle.example.test. 3600 CNAME q.elsewhere.circle2.example.test.',
      'elsewhere.circle2.example.test. 3600 DNAME circle.example.test.',
      'q.elsewhere.circle2.example.test. 3600 CNAME q.circle.example.test.',
    ],
  },
  {
    what: 'DNAME that makes a name too long',
    rfc: 'RFC 6672 §2.2',
    ask: [`${'b'.repeat(60)}.${'c'.repeat(60)}.long.example.test.`, Type.a],
    rcode: Rcode.yxDomain,
    answer: [`long.example.test. 3600 DNAME ${'a'.repeat(60)}.${'a'.repeat(60)}.${'a'.repeat(60)}.example.test.`],
  },
  {
    what: 'ANY over UDP',
    rfc: 'RFC 8482 §4.1',
    ask: ['any.example.test.', Type.any],
    answer: ['any.example.test. 3600 A 192.0.2.40'],
  },
  {
    what: 'ANY over TCP',
    rfc: 'RFC 1035 §3.2.3',
    ask: ['any.example.test.', Type.any, { tcp: true }],
    answer: [
      'any.example.test. 3600 A 192.0.2.40',
      'any.example.test. 3600 MX 10 mail.example.test.',
      'any.example.test. 3600 TXT "x"',
    ],
    additional: ['mail.example.test. 3600 A 192.0.2.2'],
  },
  {
    what: 'ANY at a CNAME',
    rfc: 'RFC 1034 §4.3.2 3a',
    ask: ['www.example.test.', Type.any],
    answer: ['www.example.test. 3600 CNAME Web.example.test.'],
  },
  { what: 'ANY at an empty non-terminal', rfc: 'RFC 4592', ask: ['_udp.example.test.', Type.any], authority: [soa] },
  { what: 'RRSIG where there is none', rfc: 'RFC 4035', ask: ['www.example.test.', Type.rrsig], authority: [soa] },
  { what: 'a type nobody knows', rfc: 'RFC 3597 §3', ask: ['web.example.test.', 65_280], authority: [soa] },
  {
    what: 'IXFR over UDP: the current SOA',
    rfc: 'RFC 1995 §2',
    ask: ['example.test.', Type.ixfr, { authority: true }],
    answer: [soa.replace('900', '3600')],
  },
];

describe('answers', () => {
  const served = new Served(allZones);
  for (const { what, rfc, ask, rcode = Rcode.noError, authoritative = true, ...sections } of cases) {
    it(`${what} (${rfc})`, () => {
      const [qname, qtype, options] = ask;
      const reply = served.ask({ qname, qtype, flags: Flag.rd, edns: 4096, ...options });
      expect(reply.message.rcode).toBe(rcode);
      expect(reply.message.flags & ~15).toBe(Flag.qr | Flag.rd | (authoritative ? Flag.aa : 0));
      expect(reply.message.question?.name).toBe(qname);
      expect(reply.answer).toEqual(sections.answer ?? []);
      expect(reply.authority).toEqual(sections.authority ?? []);
      expect(reply.additional).toEqual(sections.additional ?? []);
      expect(served.answerer.outcome).toBe(Outcome.answered);
      expect(served.answerer.rcode).toBe(rcode);
      expect(served.answerer.truncated).toBe(false);
    });
  }

  it('says FORMERR to an IXFR that names no version of the client (RFC 1995 §3)', () => {
    const reply = served.ask({ qname: 'example.test.', qtype: Type.ixfr });
    expect(reply.message.rcode).toBe(Rcode.formErr);
    expect(served.answerer.outcome).toBe(Outcome.badTransfer);
  });

  it('numbers the zone that the question fell in', () => {
    served.ask({ qname: 'www.other.test.', qtype: Type.a });
    expect(served.answerer.zoneNumber).toBe(served.zoneNumbers[1]);
    served.ask({ qname: 'www.elsewhere.', qtype: Type.a });
    expect(served.answerer.zoneNumber).toBe(-1);
  });

  it('follows 16 aliases and no more (the bound of base/limits.ts)', () => {
    const whole = new Served([chainZone(16)]).ask({ qname: 'n0.chain.test.', qtype: Type.a, edns: 4096 });
    expect(whole.answer).toHaveLength(17);
    expect(whole.answer.at(-1)).toBe('n16.chain.test. 60 A 192.0.2.9');
    const cut = new Served([chainZone(40)]).ask({ qname: 'n0.chain.test.', qtype: Type.a, edns: 4096 });
    expect(cut.message.rcode).toBe(Rcode.noError);
    expect(cut.answer).toHaveLength(17);
    expect(cut.answer.at(-1)).toBe('n16.chain.test. 60 CNAME n17.chain.test.');
  });

  it('answers for the root zone', () => {
    const text = '$TTL 60\n. SOA a. b. 1 2 3 4 5\n. NS a.\na. A 192.0.2.1\ntld. NS ns.tld.\nns.tld. A 192.0.2.2\n';
    const root = new Served([{ apex: '.', text }]);
    expect(root.ask({ qname: '.', qtype: Type.ns }).answer).toEqual(['. 60 NS a.']);
    expect(root.ask({ qname: '.', qtype: Type.ds }).authority).toEqual(['. 5 SOA a. b. 1 2 3 4 5']);
    expect(root.ask({ qname: 'x.tld.', qtype: Type.a }).additional).toEqual(['ns.tld. 60 A 192.0.2.2']);
    expect(root.ask({ qname: 'x.', qtype: Type.a }).message.rcode).toBe(Rcode.nxDomain);
  });

  it('takes the SOA’s own TTL for negative answers where it is the lower one (RFC 2308 §3)', () => {
    const reply = new Served([exampleZone, otherZone]).ask({ qname: 'nx.other.test.', qtype: Type.a });
    expect(reply.authority).toEqual([otherSoa]);
  });
});
