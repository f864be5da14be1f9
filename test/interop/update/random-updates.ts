import { Random } from '../differential/random.ts';
import type { Update } from './nsupdate.ts';

/** Not those of the zone's servers: an update that leaves one without an address is refused as a whole. */
const labels = ['www', 'a', 'b', 'a.b', 'x.a.b', 'sip-udp', 'sip1', 'alias', 'MiXed', '*', '*.w', 'd'];

/** Updates of a few names again and again, so that most meet something. The same ones for the same RINGZONE_SEED. */
export function randomUpdates(zone: string, count: number): readonly Update[] {
  const random = new Random(Number(process.env.RINGZONE_SEED ?? 1) + count + zone.length);
  return Array.from({ length: count }, () => randomUpdate(random, zone));
}

function randomUpdate(random: Random, zone: string): Update {
  const prerequisites = random.chance(30) ? [prerequisite(random, zone)] : [];
  const changes = Array.from({ length: random.between(1, 4) }, () => change(random, zone));
  return [...prerequisites, ...changes];
}

function owner(random: Random, zone: string): string {
  return random.chance(6) ? zone : `${random.pick(labels)}.${zone}`;
}

function prerequisite(random: Random, zone: string): string {
  const name = owner(random, zone);
  const [type, data] = typeAndData(random, zone);
  return random.pick([
    `prereq nxdomain ${name}`,
    `prereq yxdomain ${name}`,
    `prereq nxrrset ${name} ${type}`,
    `prereq yxrrset ${name} ${type}`,
    `prereq yxrrset ${name} ${type} ${data}`,
  ]);
}

function change(random: Random, zone: string): string {
  const name = owner(random, zone);
  const [drawn, data] = typeAndData(random, zone);
  if (name === zone && drawn === 'NS') return `update add ${name} 60 TXT "t0"`;
  const type = drawn;
  const ttl = random.pick([60, 60, 60, 300]);
  switch (random.below(10)) {
    case 0:
      return `update delete ${name}`;
    case 1:
      return `update delete ${name} ${type}`;
    case 2:
    case 3:
      return `update delete ${name} ${type} ${data}`;
    default:
      return `update add ${name} ${ttl} ${type} ${data}`;
  }
}

function typeAndData(random: Random, zone: string): readonly [string, string] {
  const target = `${random.pick(['sip1', 'SIP1', 'www', 'b'])}.${zone}.`;
  return random.pick([
    ['A', `192.0.2.${random.between(1, 6)}`],
    ['A', `192.0.2.${random.between(1, 6)}`],
    ['AAAA', `2001:db8::${random.between(1, 4)}`],
    ['TXT', `"t${random.below(4)}"`],
    ['SRV', `${random.below(2)} ${random.below(2)} 5060 ${target}`],
    ['MX', `${random.below(2)} ${target}`],
    ['CNAME', target],
    ['NS', target],
    ['NAPTR', `1 ${random.below(2)} "s" "SIP+D2U" "" _sip._udp.${zone}.`],
    ['TYPE65280', `\\# 2 000${random.below(3)}`],
  ] as const);
}
