/**
 * With the response cache every answer is octet for octet what the algorithm gives: cold, warm, and while zones change in
 * the middle of batches. RINGZONE_CACHE_QUESTIONS makes it longer, RINGZONE_SEED takes other cases.
 */
import { expect, it } from 'vitest';
import { Answerer } from '../../../src/answer/answerer.ts';
import { Transport } from '../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../src/answer/response-cache.ts';
import type { AnswerSettings } from '../../../src/plane/answer-settings.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { Random } from '../../interop/differential/random.ts';
import {
  type RandomQuestion,
  type RandomZone,
  randomQuestion,
  randomZone,
} from '../../interop/differential/random-zone.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';

const seed = Number(process.env.RINGZONE_SEED);
const questionCount = Number(process.env.RINGZONE_CACHE_QUESTIONS ?? 60_000);
const zoneCount = 12;
const batchMost = 20;
const settings: AnswerSettings = {
  ednsUdpOctets: 1232,
  minimalResponses: 'no-auth-recursive',
  version: 'test',
  hostname: undefined,
  serverId: 'cache-test',
};

/** One store, answered twice: by the algorithm alone and with the cache in front. */
class TwoAnswerers {
  readonly zones: RandomZone[] = [];
  private readonly store = ZoneStore.create();
  private readonly numbers: readonly number[];
  private readonly reader = new ZoneReader(this.store.arena, 0);
  private readonly plain = new Answerer(this.reader, settings);
  private readonly cache = new ResponseCache(this.reader);
  private readonly cached = new Answerer(this.reader, settings, this.cache);
  private readonly outputs = [new Uint8Array(70_000), new Uint8Array(70_000)] as const;

  constructor() {
    const keys = Array.from({ length: zoneCount }, (_, i) => ({ view: 0, class: 1, apex: wireNameFrom(apexOf(i)) }));
    this.numbers = this.store.declareZones(keys);
  }

  replace(index: number, random: Random): void {
    const apex = apexOf(index);
    const others = Array.from({ length: zoneCount }, (_, i) => apexOf(i)).filter((other) => other !== apex);
    const zone = withLargeSet(randomZone(random, apex, others, false));
    const builder = this.store.startZone(wireNameFrom(apex), 1);
    const open = openFromMemory(new Map([['zone', zone.text]]));
    const onDiagnostic = (): void => undefined;
    parseZone({ file: 'zone', apex: wireNameFrom(apex), open, sink: builder, onDiagnostic });
    this.store.publish(this.numbers[index] as number, builder.finish());
    this.zones[index] = zone;
  }

  forget(index: number): void {
    this.store.setState(this.numbers[index] as number, 0);
  }

  /** Ask within one `enter`, with what `between` does in the middle of it. */
  compareBatch(queries: readonly { octets: Uint8Array; tcp: boolean }[], between: () => void): void {
    this.reader.enter();
    for (const [i, { octets, tcp }] of queries.entries()) {
      if (i === queries.length >> 1) between();
      const transport = tcp ? Transport.tcp : Transport.udp;
      // An offset that is aligned to words, and one that isn't.
      const offset = i % 3;
      const expected = this.answerWith(this.plain, 0, octets, transport, offset);
      const got = this.answerWith(this.cached, 1, octets, transport, offset);
      expect(Buffer.from(got).toString('hex'), `seed ${seed}`).toBe(Buffer.from(expected).toString('hex'));
      const told = (answerer: Answerer) => [answerer.outcome, answerer.rcode, answerer.zoneNumber, answerer.truncated];
      expect(told(this.cached)).toEqual(told(this.plain));
    }
    this.reader.leave();
  }

  private answerWith(answerer: Answerer, output: 0 | 1, query: Uint8Array, transport: Transport, offset: number) {
    const out = this.outputs[output];
    const octets = answerer.answer(query, 0, query.length, transport, 0, out, offset);
    return out.subarray(offset, offset + octets);
  }
}

it('never changes an octet', { timeout: 60_000 + questionCount }, () => {
  const random = new Random(seed);
  const two = new TwoAnswerers();
  for (let i = 0; i < zoneCount; i++) two.replace(i, random);
  for (let asked = 0; asked < questionCount; ) {
    const questions = Array.from({ length: random.between(1, batchMost) }, () => {
      return randomQuestion(random, random.pick(two.zones), two.zones);
    });
    // Each question several times over, so that it is missed, kept and found, each time in another case and size.
    const repeated = [0, 1, 2, 3].flatMap(() => questions.map((question) => randomForm(random, question)));
    two.compareBatch(repeated, () => {
      if (random.chance(20)) two.replace(random.below(zoneCount), random);
      else if (random.chance(2)) two.forget(random.below(zoneCount));
    });
    asked += repeated.length;
  }
});

it('finds what is asked again, and is what answers it', () => {
  const { reader, answerer, cache, query } = oneZone();
  const out = new Uint8Array(4096);
  const find = (): boolean => {
    reader.enter();
    answerer.answer(query, 0, query.length, Transport.udp, 0, out, 0);
    const isFound = cache.find(answerer.request, 0, 1232);
    reader.leave();
    return isFound;
  };
  expect([find(), find(), find()]).toEqual([false, true, true]);
});

function oneZone() {
  const store = ZoneStore.create();
  const apex = wireNameFrom('a.test.');
  const [number] = store.declareZones([{ view: 0, class: 1, apex }]) as [number];
  const builder = store.startZone(apex, 1);
  const open = openFromMemory(new Map([['zone', '@ 60 SOA a a 1 1 1 1 1\n@ 60 NS ns.b.\n']]));
  parseZone({ file: 'zone', apex, open, sink: builder, onDiagnostic: () => undefined });
  store.publish(number, builder.finish());
  const reader = new ZoneReader(store.arena, 0);
  const cache = new ResponseCache(reader);
  return {
    reader,
    cache,
    answerer: new Answerer(reader, settings, cache),
    query: buildQuery({ name: 'a.test.', type: 'SOA' }),
  };
}

/** Around 512 and 1232 octets: with and without its addresses, truncated and whole. */
function withLargeSet(zone: RandomZone): RandomZone {
  const owner = `_sip._udp.large.${zone.apex}`;
  const lines = Array.from({ length: 14 }, (_, i) => {
    const target = `t${i}.large.${zone.apex}`;
    return `${owner} SRV 0 ${i} 5060 ${target}\n${target} A 192.0.2.${i}\n${target} AAAA 2001:db8::${i}\n`;
  });
  return { ...zone, text: `${zone.text}${lines.join('')}`, owners: [...zone.owners, owner, owner, owner] };
}

function apexOf(index: number): string {
  return `z${index}.test.`;
}

/** A message that asks the question; what is drawn here must not change what a cache may give. */
function randomForm(random: Random, question: RandomQuestion): { octets: Uint8Array; tcp: boolean } {
  const { name, type, recursionDesired, edns } = question;
  const options = random.chance(5) ? [{ code: 3, data: new Uint8Array(0) }] : [];
  const udpOctets = random.pick([512, 600, 900, 1232, 4096]);
  const flags = (recursionDesired ? 0x0100 : 0) | (random.chance(10) ? 0x0010 : 0);
  const octets = buildQuery({
    name: randomCase(random, name),
    type: random.chance(3) ? 'ANY' : type,
    class: random.chance(3) ? 'CH' : 'IN',
    flags,
    id: random.below(65_536),
    ...(edns === 'none' ? {} : { edns: { udpOctets, dnssecOk: edns === 'do', options } }),
  });
  return { octets, tcp: random.chance(15) };
}

function randomCase(random: Random, name: string): string {
  if (random.chance(50)) return name;
  return [...name].map((letter) => (random.chance(50) ? letter.toUpperCase() : letter)).join('');
}
