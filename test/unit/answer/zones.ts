/** The zones of the answer tests, with something in every corner. */
import { AccessList } from '../../../src/plane/access/access-list-table.ts';
import type { ServedZone } from './served.ts';

const longLabel = 'a'.repeat(60);

export const exampleZone: ServedZone = {
  apex: 'example.test.',
  text: `
$TTL 3600
@            SOA   ns1 hostmaster 1 7200 3600 604800 900
@            NS    ns1
@            NS    ns2.Sub
@            MX    10 mail
@            MX    20 mail.sub
ns1          A     192.0.2.1
ns1          AAAA  2001:db8::1
mail         A     192.0.2.2
www          CNAME Web
web          A     192.0.2.3
web          AAAA  2001:db8::3
sub          NS    ns2.sub
sub          NS    ns.other.test.
sub          NS    ns3.second
ns2.sub      A     192.0.2.4
mail.sub     A     192.0.2.5
second       NS    ns3.second
ns3.second   A     192.0.2.6
_sip._udp    SRV   0 40 5060 Sip1
_sip._udp    SRV   0 60 5060 sip2
_sip._udp    SRV   1 5 5060 sip3.wild
_sip._tcp    SRV   0 0 5060 sip1
_sip._tcp    SRV   0 0 5061 sip1
_sips._tcp   SRV   0 0 0 .
_ext._tcp    SRV   0 0 5061 sip.other.test.
sip1         A     192.0.2.11
sip1         AAAA  2001:db8::11
sip2         A     192.0.2.12
*.wild       A     192.0.2.13
*.wild       TXT   "wild"
deep.ent.wild A    192.0.2.14
tosub        CNAME x.sub
tonx         CNAME nope
toother      CNAME www.other.test.
toothernx    CNAME nx.other.test.
toout        CNAME www.elsewhere.
tobroken     CNAME www.broken.test.
loop1        CNAME loop2
loop2        CNAME loop1
*.wc         CNAME web
*.wd         DNAME web
*.wn         NS    ns1
dn           DNAME target
a.target     A     192.0.2.20
rev          DNAME @
circle       DNAME elsewhere.circle2
elsewhere.circle2 DNAME circle
long         DNAME ${longLabel}.${longLabel}.${longLabel}
any          A     192.0.2.40
any          TXT   "x"
any          MX    10 mail
`,
};

export const otherZone: ServedZone = {
  apex: 'other.test.',
  text: `
$TTL 60
@    SOA ns hostmaster 1 7200 3600 604800 900
@    NS  ns
ns   A   192.0.2.50
www  A   192.0.2.51
sip  A   192.0.2.52
back CNAME web.example.test.
`,
};

export const childZone: ServedZone = {
  apex: 'kid.example.test.',
  text: `
$TTL 60
@    SOA ns hostmaster 1 7200 3600 604800 900
@    NS  ns
ns   A   192.0.2.60
`,
};

/** Configured, not loaded. */
export const brokenZone: ServedZone = { apex: 'broken.test.', text: undefined };

export const allZones: readonly ServedZone[] = [
  { ...exampleZone, allowTransfer: AccessList.any },
  otherZone,
  childZone,
  brokenZone,
];

/** A chain of `count` CNAMEs, n0 to n<count - 1>, to an address. */
export function chainZone(count: number): ServedZone {
  const links = Array.from({ length: count }, (_, i) => `n${i} CNAME n${i + 1}`);
  return {
    apex: 'chain.test.',
    text: [
      '$TTL 60',
      '@ SOA ns hostmaster 1 7200 3600 604800 900',
      '@ NS ns.other.test.',
      ...links,
      `n${count} A 192.0.2.9`,
      '',
    ].join('\n'),
  };
}

/** A delegation whose `count` name servers lie in it, with a glue address each; a set of `count` SRV records beside it. */
export function wideZone(count: number): ServedZone {
  const lines = ['$TTL 60', '@ SOA ns hostmaster 1 7200 3600 604800 900', '@ NS ns.other.test.'];
  for (let i = 0; i < count; i++) {
    lines.push(
      `sub NS ns${i}.sub`,
      `ns${i}.sub A 192.0.2.${i}`,
      `_sip._udp SRV 0 ${i} 5060 proxy${i}`,
      `proxy${i} A 198.51.100.${i}`,
    );
    lines.push(`sib NS ns${i}.sibling`, `ns${i}.sibling A 203.0.113.${i}`, `sibling NS ns${i}.sibling`);
  }
  return { apex: 'wide.test.', text: `${lines.join('\n')}\n` };
}
