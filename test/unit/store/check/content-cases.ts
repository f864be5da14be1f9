/** Zones with one fault each. Shared by the unit test of the codes and the comparison with named-checkzone. */
import { goodHead } from './load-text.ts';

export interface ContentCase {
  readonly title: string;
  readonly lines: readonly string[];
  /** `line:column severity code`, in order. */
  readonly expected: readonly string[];
  /** What named-checkzone's output must contain; absent where it says nothing of the fault. */
  readonly bind?: RegExp;
  /** Why the verdict is another than BIND's. */
  readonly verdictDiffers?: string;
}

const soa = '@ SOA ns hm 1 3600 600 604800 300';
const digest = '0'.repeat(64);

function bad(title: string, added: readonly string[], expected: readonly string[], bind?: RegExp): ContentCase {
  return { title, lines: [...goodHead, ...added], expected, ...(bind === undefined ? {} : { bind }) };
}

export const contentCases: readonly ContentCase[] = [
  bad('good', [], []),
  {
    title: 'no SOA',
    lines: ['$TTL 300', '@ NS ns', 'ns A 192.0.2.1'],
    expected: ['-:- error ZC01'],
    bind: /has 0 SOA records/,
  },
  bad('two SOAs', ['@ SOA ns hm 2 3600 600 604800 300'], ['5:1 error ZC02'], /z\.test: multiple RRs of singleton type/),
  bad('SOA below the apex', ['www SOA ns hm 2 3600 600 604800 300'], ['5:1 error ZC03'], /SOA record not at top/),
  {
    title: 'no NS',
    lines: ['$TTL 300', soa, 'ns A 192.0.2.1'],
    expected: ['-:- error ZC04'],
    bind: /has no NS records/,
  },
  bad('CNAME before other data', ['a CNAME ns', 'a A 192.0.2.3'], ['5:1 error ZC05'], /CNAME and other data/),
  bad('CNAME behind other data', ['a A 192.0.2.3', 'a CNAME ns'], ['6:1 error ZC05'], /CNAME and other data/),
  bad('CNAME at the apex', ['@ CNAME b.'], ['5:1 error ZC05'], /CNAME and other data/),
  bad('CNAME with what may stand beside it', ['a CNAME ns', 'a NSEC ns A', 'a KEY 256 3 8 AwEAAcW5b/M='], []),
  bad('two CNAMEs', ['a CNAME ns', 'a CNAME b'], ['6:1 error ZC06'], /a\.z\.test: multiple RRs of singleton type/),
  bad('two DNAMEs', ['a DNAME x.', 'a DNAME y.'], ['6:1 error ZC06'], /a\.z\.test: multiple RRs of singleton type/),
  bad(
    'data below and beside a cut',
    ['sub NS ns', 'www.sub A 192.0.2.4', 'sub TXT hi', 'x.sub TXT x'],
    ['6:1 warning ZC07', '7:1 warning ZC07', '8:1 warning ZC07'],
  ),
  bad('glue of a cut', ['sub NS a.sub', 'sub NS b.sub', 'a.sub A 192.0.2.4', 'b.sub AAAA 2001:db8::1'], []),
  bad('glue of a cut inside of a cut', ['sub NS ns', 'sub2 NS a.sub', 'a.sub A 192.0.2.4'], []),
  bad('glue at the cut itself', ['sub NS sub', 'sub A 192.0.2.4'], []),
  bad('data below a DNAME', ['d DNAME x.', 'www.d A 192.0.2.4'], ['6:1 warning ZC07']),
  bad('NS of the zone is a CNAME', ['@ NS ali', 'ali CNAME ns'], ['5:6 error ZC08'], /NS 'ali\.z\.test' is a CNAME/),
  bad('NS of the zone below a DNAME', ['@ NS a.d', 'd DNAME x.'], ['5:6 error ZC08'], /is below a DNAME/),
  bad('NS of the zone without address', ['@ NS nope'], ['5:6 error ZC09'], /NS 'nope\.z\.test' has no address records/),
  bad('MX is a CNAME', ['@ MX 1 ali', 'ali CNAME ns'], ['5:6 warning ZC10'], /MX 'ali\.z\.test' is a CNAME/),
  bad('SRV is a CNAME', ['_s SRV 0 0 1 ali', 'ali CNAME ns'], ['5:8 warning ZC10'], /SRV 'ali\.z\.test' is a CNAME/),
  bad('SRV is a wildcard CNAME', ['_s SRV 0 0 1 x.w', '*.w CNAME ns'], ['5:8 warning ZC10'], /SRV .* is a CNAME/),
  bad('SRV below a DNAME', ['_s SRV 0 0 1 b.d', 'd DNAME y.'], ['5:8 warning ZC10'], /SRV .* is below a DNAME/),
  bad('NS of a cut is a CNAME', ['sub NS ali', 'ali CNAME ns'], ['5:8 warning ZC10'], /sub.*NS .* is a CNAME/),
  bad('MX without address', ['@ MX 1 nope'], ['5:6 warning ZC11'], /MX 'nope\.z\.test' has no address records/),
  bad('SRV without address', ['_s SRV 0 0 1 nope'], ['5:8 warning ZC11'], /SRV 'nope\.z\.test' has no address records/),
  bad('SRV to an empty non-terminal', ['_s SRV 0 0 1 b', 'x.b A 192.0.2.3'], ['5:8 warning ZC11'], /SRV .* no address/),
  bad(
    'KX, AFSDB and RT',
    ['@ KX 1 k', '@ AFSDB 1 k', '@ RT 1 k'],
    [5, 6, 7].map((n) => `${n}:${n === 6 ? 9 : 6} warning ZC11`),
  ),
  bad('SRV to a wildcard', ['_s SRV 0 0 1 x.w', '*.w A 192.0.2.3'], []),
  bad('SRV and MX that say no', ['_s SRV 0 0 0 .', '@ MX 0 .'], []),
  bad('SRV below a cut', ['_s SRV 0 0 1 b.sub', 'sub NS ns'], []),
  bad('required glue', ['sub NS ns.sub'], ['5:8 warning ZC12'], /has no REQUIRED GLUE/),
  bad('sibling glue', ['sub NS ns.other', 'other NS ns'], ['5:8 warning ZC12'], /has no SIBLING GLUE/),
  bad('NS outside', ['@ NS ns.other.example.'], ['5:6 note ZC13']),
  bad('address as MX', ['@ MX 1 192.0.2.3.'], ['5:6 warning ZC14'], /MX is an address/),
  bad('address as NS', ['sub NS 192.0.2.3.'], ['5:8 warning ZC14'], /appears to be an address/),
  bad('TTLs', ['a 60 A 192.0.2.3', 'a 90 A 192.0.2.4'], ['6:1 warning ZC15'], /TTL set to prior TTL \(60\)/),
  bad('TTLs, owner interrupted', ['a 60 A 192.0.2.3', 'b 9 A 192.0.2.3', 'A 90 A 192.0.2.4'], ['7:1 warning ZC15']),
  {
    ...bad('iterations', ['@ NSEC3PARAM 1 0 600 -'], ['5:1 warning ZC18', '5:14 error ZC16'], /excessive NSEC3PARAM/),
    verdictDiffers: 'BIND serves such a zone; hashing 600 times per answer is a gift to attackers (RFC 9276)',
  },
  bad('NSEC3 hash', ['@ NSEC3PARAM 3 0 1 -'], ['5:1 error ZC17'], /no supported nsec3 hash algorithm/),
  bad('signed in name only', ['@ DNSKEY 256 3 8 AwEAAcW5b/M='], ['5:1 warning ZC19', '5:1 warning ZC18']),
  bad('NS at a wildcard', ['*.w NS ns'], ['5:1 error ZC20'], /invalid NS owner name \(wildcard\)/),
  bad('DS at the apex', [`@ DS 1 8 2 ${digest}`], ['5:1 error ZC21'], /DS record at top of zone/),
  bad('DS without NS', [`a DS 1 8 2 ${digest}`], ['5:1 warning ZC22']),
  {
    title: 'SOA timers',
    lines: ['$TTL 300', '@ SOA ns hm 1 0 0 0 86401', '@ NS ns', 'ns A 192.0.2.1'],
    expected: ['2:7 warning ZC23', '2:7 warning ZC23', '2:7 warning ZC23', '2:7 warning ZC23'],
  },
  bad('duplicate', ['a 60 A 192.0.2.3', 'A 60 A 192.0.2.3'], ['6:1 note ZC24']),
  bad('CNAME in another case', ['a CNAME ns', 'a CNAME NS'], ['6:1 note ZC24']),
  bad('SRV in another case', ['_s SRV 0 0 1 ns', '_s SRV 0 0 1 NS'], ['6:1 note ZC24']),
  bad('TXT in another case', ['a TXT x', 'a TXT X'], []),
  bad('SVCB in another case', ['a SVCB 1 ns', 'a SVCB 1 NS'], []),
  bad('duplicate, owner interrupted', ['a TXT x', 'b TXT x', 'a TXT x'], ['7:1 note ZC24']),
  bad(
    'NSEC3 at no hash',
    ['foo NSEC3 1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A'],
    ['5:1 error ZC30'],
    /bad owner name/,
  ),
  bad('NSEC3 at a hash', ['2t7b4g4vsa5smi47k61mv5bv1a22bojr NSEC3 1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A'], []),
  {
    ...bad('a set over 65535 octets', longTexts(64), ['5:1 warning ZC31'], /ran out of space/),
    verdictDiffers: 'the zone is right, and all of it but this set can be answered',
  },
  bad('a set just below', longTexts(63), []),
  bad('no host name', ['a_b A 192.0.2.3', 'c/d MX 1 ns'], ['5:1 warning ZC25', '6:1 warning ZC25'], /bad owner name/),
  bad('inner asterisk', ['a.*.b A 192.0.2.3'], ['5:1 warning ZC25', '5:1 warning ZC26'], /bad owner name/),
  bad('SPF', ['@ SPF "v=spf1 -all"', '@ TXT "v=spf2"'], ['5:1 warning ZC27'], /found type SPF record but no SPF TXT/),
  bad('SPF with its twin', ['@ SPF "v=spf1 -all"', '@ TXT "V=spf1 -all"'], []),
  bad('many iterations', ['@ NSEC3PARAM 1 0 151 -'], ['5:1 warning ZC18', '5:14 warning ZC28'], /excessive NSEC3PARAM/),
];

/** So many records of 1024 octets, and one or two, at the name a. */
function longTexts(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `a TXT ${'"0123456789" '.repeat(93)}${i}`);
}
