/** The zones of the soak: small, and with something of everything that the answer algorithm knows. */
import { type ModelRecord, ZoneContent } from './zone-content.ts';

/** Seconds. */
const ttl = 300;

function soa(apex: string, serial: number): ModelRecord {
  // Short refresh and retry: a NOTIFY that is lost is made good soon.
  return { owner: apex, type: 'SOA', ttl, rdata: `ns1.${apex} root.${apex} ${serial} 20 5 86400 60` };
}

function record(apex: string) {
  return (name: string, type: string, rdata: string): ModelRecord => ({
    owner: name === '@' ? apex : `${name}.${apex}`,
    type,
    ttl,
    rdata,
  });
}

/** Hosts, aliases, a wildcard, an empty non-terminal, a delegation, a set that is truncated, and SRV. */
export function largeZone(apex: string, hosts: number): ZoneContent {
  const add = record(apex);
  const target = (name: string) => `${name}.${apex}`;
  return new ZoneContent(apex, [
    soa(apex, 1),
    add('@', 'NS', target('ns1')),
    add('@', 'NS', target('ns2')),
    add('ns1', 'A', '192.0.2.1'),
    add('ns2', 'A', '192.0.2.2'),
    add('ns2', 'AAAA', '2001:db8::2'),
    add('@', 'MX', `10 ${target('mail')}`),
    add('mail', 'A', '192.0.2.25'),
    add('counter', 'TXT', '"1"'),
    add('alias', 'CNAME', target('mail')),
    add('alias-of-alias', 'CNAME', target('alias')),
    add('alias-of-nothing', 'CNAME', target('nothing')),
    add('*.wild', 'TXT', '"wild"'),
    add('held.wild', 'A', '192.0.2.7'),
    add('a.b.empty', 'A', '192.0.2.8'),
    add('cut', 'NS', target('ns.cut')),
    add('cut', 'NS', target('ns2')),
    add('ns.cut', 'A', '192.0.2.9'),
    ...Array.from({ length: 12 }, (_, i) => add('big', 'TXT', `"${String(i).padStart(200, 'x')}"`)),
    add('_sip._udp', 'SRV', `0 40 5060 ${target('sip1')}`),
    add('_sip._udp', 'SRV', `0 60 5060 ${target('sip2')}`),
    add('_sip._udp', 'SRV', `1 5 5060 ${target('backup')}`),
    add('sip1', 'A', '192.0.2.11'),
    add('sip2', 'A', '192.0.2.12'),
    add('backup', 'A', '192.0.2.13'),
    ...Array.from({ length: hosts }, (_, i) => add(`h${i}`, 'A', `10.0.${i >> 8}.${i & 255}`)),
  ]);
}

/** A zone as one that is added: `number` is in it. */
export function smallZone(apex: string, number: number): ZoneContent {
  const add = record(apex);
  return new ZoneContent(apex, [
    soa(apex, number),
    add('@', 'NS', `ns1.${apex}`),
    add('ns1', 'A', '192.0.2.1'),
    add('www', 'A', `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`),
  ]);
}

/** RRsets that go, and records that come. */
export interface ZoneStep {
  readonly removed: readonly { readonly owner: string; readonly type: string }[];
  readonly added: readonly ModelRecord[];
}

/** A step to the next version of a zone as `largeZone` has it: its counter, and a host that gets another address or goes. */
export function nextStep(zone: ZoneContent, random: () => number): ZoneStep {
  const { apex } = zone;
  const serial = zone.serial + 1;
  const add = record(apex);
  const host = `h${Math.floor(random() * 400)}`;
  const isKept = random() < 0.7;
  return {
    removed: [
      { owner: `counter.${apex}`, type: 'TXT' },
      { owner: `${host}.${apex}`, type: 'A' },
    ],
    added: [
      add('counter', 'TXT', `"${serial}"`),
      ...(isKept ? [add(host, 'A', `10.1.${(serial >> 8) & 255}.${serial & 255}`)] : []),
    ],
  };
}

/** The version that the step leads to, under the next serial. */
export function applyStep(zone: ZoneContent, { removed, added }: ZoneStep): ZoneContent {
  const isRemoved = ({ owner, type }: ModelRecord) => removed.some((set) => set.owner === owner && set.type === type);
  return zone.changed(zone.serial + 1, isRemoved, added);
}

/** SRV whose targets are probed. */
export function callsZone(apex: string, targets: number): ZoneContent {
  const add = record(apex);
  return new ZoneContent(apex, [
    soa(apex, 1),
    add('@', 'NS', `ns1.${apex}`),
    add('ns1', 'A', '192.0.2.1'),
    ...Array.from({ length: targets }, (_, i) =>
      add('_sip._udp', 'SRV', `${i === targets - 1 ? 1 : 0} ${10 + i} 5060 t${i}.${apex}`),
    ),
    ...Array.from({ length: targets }, (_, i) => add(`t${i}`, 'A', `192.0.2.${20 + i}`)),
  ]);
}
