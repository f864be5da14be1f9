/**
 * Small random zones made to collide: few labels, so that wildcards, empty non-terminals, cuts, aliases and their
 * targets meet each other often. They keep the rules that BIND, NSD and Knot all insist on at load (no CNAME beside other
 * data, nothing below a DNAME, no wildcard NS), because a zone that one of them refuses compares nothing.
 */
import type { Random } from './random.ts';

export interface RandomZone {
  /** Absolute, with the final dot. */
  readonly apex: string;
  readonly text: string;
  /** Absolute owners, and the names that records point at. */
  readonly owners: readonly string[];
  readonly targets: readonly string[];
}

type Kind = 'data' | 'cname' | 'dname' | 'cut';

const labels = ['a', 'b', 'c', '_sip', '_udp'];
const outside = ['ext.invalid.', 'ns.elsewhere.invalid.'];

export function randomZone(random: Random, apex: string, others: readonly string[], signed: boolean): RandomZone {
  const owners = chooseOwners(random, apex);
  const kinds = chooseKinds(random, owners);
  const lines = [`$ORIGIN ${apex}`, '$TTL 300', `@ 600 SOA ns1 admin 1 3600 600 86400 ${random.pick([60, 300, 900])}`];
  const targets: string[] = [];
  const target = (): string => {
    const name = randomTarget(random, apex, [...kinds.keys()], others);
    targets.push(name);
    return name;
  };

  lines.push('@ NS ns1', `ns1 A 192.0.2.${random.between(1, 9)}`);
  if (random.chance(40)) lines.push(`@ NS ${random.pick(outside)}`);
  if (random.chance(30)) lines.push(`@ MX 10 ${target()}`);
  for (const [owner, kind] of kinds) {
    if (kind === 'cname') lines.push(`${owner} CNAME ${target()}`);
    if (kind === 'dname') lines.push(`${owner} DNAME ${target()}`);
    if (kind === 'cut') lines.push(...cutLines(random, owner, apex, signed));
    if (kind === 'data') lines.push(...dataLines(random, owner, target));
  }
  return { apex, text: `${lines.join('\n')}\n`, owners: [apex, `ns1.${apex}`, ...kinds.keys()], targets };
}

function chooseOwners(random: Random, apex: string): string[] {
  const owners = new Set<string>();
  const count = random.between(4, 22);
  for (let i = 0; i < count; i++) {
    const depth = random.between(1, 4);
    let owner = apex;
    for (let level = 1; level <= depth; level++) {
      const label = level === depth && random.chance(25) ? '*' : random.chance(3) ? '*' : random.pick(labels);
      owner = `${label}.${owner}`;
    }
    owners.add(owner);
  }
  return [...owners];
}

/** Give each owner a kind; owners that a cut or a DNAME above them hides are left out. */
function chooseKinds(random: Random, owners: readonly string[]): Map<string, Kind> {
  const kinds = new Map<string, Kind>();
  // Shorter names first, so that what hides is known before what is hidden.
  for (const owner of [...owners].sort((a, b) => a.length - b.length)) {
    const hidden = [...kinds].some(
      ([above, kind]) => (kind === 'cut' || kind === 'dname') && owner.endsWith(`.${above}`),
    );
    if (hidden) continue;
    const roll = random.below(100);
    if (owner.startsWith('*.')) kinds.set(owner, roll < 25 ? 'cname' : 'data');
    else if (roll < 15) kinds.set(owner, 'cname');
    else if (roll < 23) kinds.set(owner, 'dname');
    else if (roll < 38) kinds.set(owner, 'cut');
    else kinds.set(owner, 'data');
  }
  return kinds;
}

function randomTarget(random: Random, apex: string, owners: readonly string[], others: readonly string[]): string {
  const roll = random.below(100);
  if (roll < 50) {
    const owner = random.pick(owners);
    return owner.startsWith('*.') ? `${random.pick(labels)}.${owner.slice(2)}` : owner;
  }
  if (roll < 75) return `${random.pick(labels)}.${random.chance(50) ? apex : random.pick(owners).replaceAll('*', 'x')}`;
  if (roll < 85 && others.length > 0) return `${random.pick(labels)}.${random.pick(others)}`;
  return random.pick(outside);
}

function cutLines(random: Random, owner: string, apex: string, signed: boolean): string[] {
  const lines: string[] = [];
  const glue = (name: string): void => {
    lines.push(`${name} A 192.0.2.${random.between(50, 99)}`);
    if (random.chance(40)) lines.push(`${name} AAAA 2001:db8::${random.between(1, 99)}`);
  };
  const choices = ['in', 'in2', 'out', 'sibling'];
  const count = random.between(1, 3);
  for (let i = 0; i < count; i++) {
    const choice = choices.splice(random.below(choices.length), 1)[0];
    if (choice === 'in' || choice === 'in2') {
      const name = choice === 'in' ? `ns.${owner}` : `x.ns2.${owner}`;
      lines.push(`${owner} NS ${name}`);
      glue(name);
    } else if (choice === 'out') lines.push(`${owner} NS ns.elsewhere.invalid.`);
    else lines.push(`${owner} NS ns1.${apex}`);
  }
  if (signed && random.chance(50)) lines.push(`${owner} DS 12345 13 2 ${'ab'.repeat(32)}`);
  return lines;
}

function dataLines(random: Random, owner: string, target: () => string): string[] {
  const lines: string[] = [];
  const add = (percent: number, line: () => string): void => {
    if (random.chance(percent)) lines.push(`${owner} ${line()}`);
  };
  add(50, () => `A 192.0.2.${random.between(100, 200)}`);
  add(20, () => `A 192.0.2.${random.between(201, 250)}`);
  add(30, () => `AAAA 2001:db8::${random.between(100, 999)}`);
  add(30, () => `TXT "text ${random.below(1000)}"`);
  add(25, () => `MX ${random.between(1, 20)} ${target()}`);
  add(25, () => `SRV ${random.between(0, 2)} ${random.between(0, 100)} 5060 ${target()}`);
  add(25, () => `SRV ${random.between(0, 2)} ${random.between(0, 100)} 5061 ${target()}`);
  add(15, () => `NAPTR 10 ${random.between(1, 50)} "${random.pick(['s', 'a', 'S'])}" "SIP+D2U" "" ${target()}`);
  if (lines.length === 0) lines.push(`${owner} TXT "only"`);
  return lines;
}

export interface RandomQuestion {
  readonly name: string;
  readonly type: string;
  readonly recursionDesired: boolean;
  readonly edns: 'none' | 'plain' | 'do';
  readonly tcp: boolean;
}

const questionTypes = 'A A A AAAA TXT MX SRV SRV NAPTR CNAME DNAME NS SOA DS HINFO NSEC TYPE65400'.split(' ');

export function randomQuestion(random: Random, zone: RandomZone, zones: readonly RandomZone[]): RandomQuestion {
  return {
    name: randomQname(random, random.chance(4) ? random.pick(zones) : zone),
    type: random.pick(questionTypes),
    recursionDesired: random.chance(70),
    edns: random.pick(['none', 'plain', 'do', 'do']),
    tcp: random.chance(15),
  };
}

function randomQname(random: Random, zone: RandomZone): string {
  const known = random.chance(25) && zone.targets.length > 0 ? random.pick(zone.targets) : random.pick(zone.owners);
  const roll = random.below(100);
  if (roll < 45) return known;
  if (roll < 65) return `${random.pick([...labels, 'x'])}.${known.replace(/^\*\./, '')}`;
  if (roll < 80) return `${random.pick([...labels, 'x'])}.${random.pick(labels)}.${known.replace(/^\*\./, '')}`;
  if (roll < 92 && known.endsWith(zone.apex) && known !== zone.apex) return known.slice(known.indexOf('.') + 1);
  return `${random.pick(labels)}.${zone.apex}`;
}
