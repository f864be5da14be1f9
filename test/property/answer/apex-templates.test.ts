/**
 * What answers of a zone end with is kept as templates: every answer is octet for octet what an answerer gives that has none.
 * RINGZONE_SEED takes other cases.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Answerer } from '../../../src/answer/answerer.ts';
import { Transport } from '../../../src/answer/outcome.ts';
import { RecordTemplate } from '../../../src/answer/record-template.ts';
import type { AnswerSettings } from '../../../src/plane/answer-settings.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { Random } from '../../interop/differential/random.ts';
import { randomZone } from '../../interop/differential/random-zone.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';

const seed = Number(process.env.RINGZONE_SEED ?? 20_261_123);
const types = ['A', 'AAAA', 'TXT', 'SRV', 'MX', 'NS', 'SOA', 'CNAME', 'PTR', 'NAPTR', 'DS', 'DNSKEY', 'ANY', 'NSEC'];
const settings: AnswerSettings = {
  ednsUdpOctets: 4096,
  minimalResponses: 'no',
  version: undefined,
  hostname: undefined,
  serverId: undefined,
};

/** Name servers that share labels with each other, with questions and with the apex, in several cases; one is the apex. */
const nameServers = (random: Random, apex: string): string =>
  [
    '@ NS Ns2.sub',
    'ns2.sub AAAA 2001:db8::2',
    '@ NS a.ns1',
    'a.ns1 A 192.0.2.77',
    '@ NS ns.else.TEST.',
    `@ NS ${apex}`,
    '@ A 192.0.2.78',
    `@ NS ${apex.toUpperCase()}`,
    '@ NS _sip.b',
  ]
    .filter(() => random.chance(40))
    .map((line) => `${line}\n`)
    .join('');

interface TestZone {
  readonly apex: string;
  readonly text: string;
  readonly names: readonly string[];
}

class Compared {
  private readonly store = ZoneStore.create();
  private readonly reader = new ZoneReader(this.store.arena, 0);
  private readonly answerer = new Answerer(this.reader, settings);
  private readonly numbers: readonly number[];
  private readonly outputs = [new Uint8Array(70_000), new Uint8Array(70_000)] as const;

  constructor(apexes: readonly string[]) {
    this.numbers = this.store.declareZones(apexes.map((apex) => ({ view: 0, class: 1, apex: wireNameFrom(apex) })));
  }

  publish(index: number, zone: TestZone): void {
    const apex = wireNameFrom(zone.apex);
    const builder = this.store.startZone(apex, 1);
    const open = openFromMemory(new Map([['zone', zone.text]]));
    parseZone({ file: 'zone', apex, open, sink: builder, onDiagnostic: () => undefined });
    this.store.publish(this.numbers[index] as number, builder.finish());
  }

  ask(query: Uint8Array, transport: Transport, offset: number): void {
    this.reader.enter();
    // Before the one that keeps templates, and after it: neither may leave anything behind for the other.
    const expected = this.answerBy(new Answerer(this.reader, settings), 0, query, transport, offset);
    const got = this.answerBy(this.answerer, 1, query, transport, offset);
    this.reader.leave();
    expect(Buffer.from(got).toString('hex'), `seed ${seed}`).toBe(Buffer.from(expected).toString('hex'));
  }

  private answerBy(
    answerer: Answerer,
    output: 0 | 1,
    query: Uint8Array,
    transport: Transport,
    offset: number,
  ): Uint8Array {
    const out = this.outputs[output];
    const octets = answerer.answer(query, 0, query.length, transport, 0, out, offset);
    return out.subarray(offset, offset + octets);
  }
}

/** A message about a name of the zone or beside one. */
function randomQuery(random: Random, names: readonly string[]): Uint8Array {
  let name = random.pick(names);
  if (random.chance(30)) name = `${random.pick(['a', 'gone', '_sip', 'ns1', 'SUB'])}.${name === '.' ? '' : name}`;
  if (random.chance(30)) name = [...name].map((c) => (random.chance(50) ? c.toUpperCase() : c)).join('');
  const edns = { udpOctets: random.pick([512, 600, 700, 900, 1232, 4096]), dnssecOk: random.chance(60), options: [] };
  return buildQuery({
    name,
    type: random.pick(types),
    id: random.below(65_536),
    flags: random.chance(30) ? 0x0100 : 0,
    ...(random.chance(75) ? { edns } : {}),
  });
}

function compare(random: Random, compared: Compared, names: readonly string[], count: number): void {
  for (let i = 0; i < count; i++) {
    const transport = random.chance(20) ? Transport.tcp : Transport.udp;
    compared.ask(randomQuery(random, names), transport, random.below(4));
  }
}

it('changes no answer of random zones, one below the other, that are replaced', { timeout: 60_000 }, () => {
  const random = new Random(seed);
  const apexes = ['test.', 'a.test.', 'b.a.test.', 'other.'];
  const compared = new Compared(apexes);
  const zones: TestZone[] = [];
  for (let round = 0; round < 40; round++) {
    const index = round < apexes.length ? round : random.below(apexes.length);
    const apex = apexes[index] as string;
    const { text, owners, targets } = randomZone(random, apex, [], false);
    const zone = { apex, text: `${text}${nameServers(random, apex)}`, names: [...owners, ...targets] };
    zones[index] = zone;
    compared.publish(index, zone);
    compare(
      random,
      compared,
      zones.flatMap(({ names }) => names),
      120,
    );
  }
});

it.each([
  ['nsec/example.zone', 'example.'],
  ['nsec3/example.zone', 'example.'],
  ['signed-nsec/signed.zone', 'signed.test.'],
  ['signed-nsec3/signed3.zone', 'signed3.test.'],
])('changes no answer of the signed zone %s', (file, apex) => {
  const random = new Random(seed);
  const text = readFileSync(join(import.meta.dirname, '../../golden', file), 'utf8');
  const owners = [...text.matchAll(/^([^\s;$@]\S*)\s/gm)].map(([, owner]) => owner as string);
  const names = [apex, ...owners.map((owner) => (owner.endsWith('.') ? owner : `${owner}.${apex}`))];
  const compared = new Compared([apex]);
  compared.publish(0, { apex, text, names });
  compare(random, compared, names, 800);
});

it('makes none of what was left out for want of room', () => {
  const compared = new Compared(['test.']);
  const text = `@ 60 SOA a b 1 1 1 1 1\n@ 60 NS ns\n@ 60 NS ns.sub\nns 60 A 192.0.2.1\nns.sub 60 A 192.0.2.2\nlong 60 TXT ${'x'.repeat(200)} ${'y'.repeat(245)}\n`;
  compared.publish(0, { apex: 'test.', text, names: [] });
  const query = (name: string, udpOctets: number) =>
    buildQuery({ name, type: 'TXT', edns: { udpOctets, dnssecOk: false, options: [] } });
  for (const udpOctets of [512, 512, 512, 530, 545, 550, 560, 570, 580, 4096, 4096, 512]) {
    compared.ask(query('long.test.', udpOctets), Transport.udp, 0);
    compared.ask(query('gone.test.', udpOctets), Transport.udp, 0);
  }
});

it('uses templates in these tests', () => {
  let used = 0;
  const { write } = RecordTemplate.prototype;
  RecordTemplate.prototype.write = function (...args) {
    const isWritten = write.apply(this, args);
    if (isWritten) used++;
    return isWritten;
  };
  try {
    const random = new Random(seed);
    const compared = new Compared(['test.']);
    const { text, owners } = randomZone(random, 'test.', [], false);
    compared.publish(0, { apex: 'test.', text, names: owners });
    compare(random, compared, owners, 200);
  } finally {
    RecordTemplate.prototype.write = write;
  }
  expect(used).toBeGreaterThan(100);
});
