/**
 * With the response cache every answer is octet for octet what the algorithm gives: the golden questions and requests made
 * of them, with the cache cold and warm, while zones are loaded, changed, dropped and declared between and in the
 * middle of batches.
 *
 * RINGZONE_CACHE_QUESTIONS makes it longer, RINGZONE_SEED takes other cases.
 */
import { expect, it } from 'vitest';
import { ZoneReader } from '../../../../src/store/zone-reader.ts';
import { Random } from '../../../interop/differential/random.ts';
import { buildQuery } from '../../../interop/lib/dns-client.ts';
import { defaultSettings, type ServedZone } from '../../../unit/answer/served.ts';
import { loadGolden, settingsOf } from '../fuzz/corpus.ts';
import { hostileMessage } from '../fuzz/mutate.ts';
import { ChangingZones } from './changing-zones.ts';
import { type Manner, randomForm, randomManner } from './forms.ts';
import { type AskedMessage, TwoAnswerers } from './two-answerers.ts';

const seed = Number(process.env.RINGZONE_SEED);
const questionCount = Number(process.env.RINGZONE_CACHE_QUESTIONS ?? 40_000);
/** Questions of a batch before they are asked in several forms. */
const batchMost = 12;
const formsEach = 4;
const recentMost = 60;
/** Five times what the cache has places for. */
const manyNames = 40_000;
const manyQuestions = 40_000;
/** So many messages, and the cache is cold again. */
const coldAgain = 5000;

const golden = loadGolden();

/** A question, and how it is asked mostly. */
interface Base {
  readonly octets: Uint8Array;
  readonly manner: Manner;
  readonly isAsItIs: boolean;
}

class World {
  readonly zones: ChangingZones;
  readonly answerers: TwoAnswerers;
  /** Questions that some zone of this world has an answer to, and all others. */
  readonly own: readonly Uint8Array[];
  readonly rcodes = new Map<number, number>();
  /** What was asked lately, and is asked again after changes. */
  readonly recent: Base[] = [];
  private readonly reader: ZoneReader;

  constructor(served: readonly ServedZone[], index: number) {
    this.zones = new ChangingZones(served);
    this.reader = new ZoneReader(this.zones.store.arena, 0);
    this.answerers = new TwoAnswerers(this.reader, { ...defaultSettings, ...settingsOf(index) });
    const isOwn = (octets: Uint8Array): boolean => {
      this.ask([{ octets, tcp: false, view: 0 }]);
      return this.answerers.plain.zoneNumber >= 0;
    };
    this.own = golden.questions.map(({ octets }) => octets).filter(isOwn);
  }

  /** Ask all within one `enter`, with what `between` does in the middle of it. */
  ask(messages: readonly AskedMessage[], between: () => void = () => undefined): void {
    this.reader.enter();
    for (const [i, message] of messages.entries()) {
      if (i === messages.length >> 1) between();
      // An offset that is aligned to words, and ones that aren't.
      const difference = this.answerers.compare(message, i % 4);
      if (difference !== undefined) expect.unreachable(`seed ${seed}: ${shown(message)}\n${difference}`);
      const { rcode } = this.answerers.plain;
      this.rcodes.set(rcode, (this.rcodes.get(rcode) ?? 0) + 1);
    }
    this.reader.leave();
  }
}

it('never changes an octet of the golden answers, cold and warm', () => {
  for (const [index, served] of golden.worlds.entries()) {
    const { answerers, ask } = bound(new World(served, index));
    answerers.cool();
    for (const { octets, tcp } of golden.questions) {
      const message = { octets, tcp, view: 0 };
      ask([message, message, message, message]);
    }
    expect(answerers.foundCount).toBeGreaterThan(golden.questions.length / 20);
  }
});

it('never changes an octet of the answer to any request, while zones change', {
  timeout: 30_000 + questionCount,
}, () => {
  const random = new Random(seed);
  const worlds = golden.worlds.map((served, index) => new World(served, index));
  let asked = 0;
  let nextCold = coldAgain;
  while (asked < questionCount) {
    const world = random.pick(worlds);
    const messages = makeBatch(random, world);
    world.ask(messages, () => {
      if (random.chance(30)) world.zones.change(random);
    });
    if (random.chance(30)) world.zones.change(random);
    asked += messages.length;
    if (asked < nextCold) continue;
    for (const { answerers } of worlds) answerers.cool();
    nextCold += coldAgain;
  }
  report(worlds, asked);
});

it('never changes an octet while more is asked than the cache holds', () => {
  const random = new Random(seed);
  const text = '$TTL 60\n@ SOA ns h 1 1 1 1 60\n@ NS ns\nns A 192.0.2.1\n*.w A 192.0.2.2\n';
  const world = new World([{ apex: 'many.test.', text }], 0);
  const query = (name: number) => buildQuery({ name: `n${name}.w.many.test.`, type: 'A', id: random.below(65_536) });
  for (let asked = 0; asked < manyQuestions; asked += batchMost * formsEach) {
    const names = Array.from({ length: batchMost }, () => random.below(manyNames));
    const messages = Array.from({ length: formsEach }, () =>
      names.map((name) => ({ octets: query(name), tcp: false, view: 0 })),
    ).flat();
    world.ask(messages, () => {
      if (random.chance(1)) world.zones.change(random);
    });
  }
  expect(world.answerers.foundCount).toBeGreaterThan(manyQuestions / 4);
});

/** Some questions, each in several forms one after the other, so that it is missed, kept and found. */
function makeBatch(random: Random, world: World): AskedMessage[] {
  const { recent } = world;
  const bases = Array.from({ length: random.between(1, batchMost) }, () => {
    if (recent.length === recentMost && random.chance(60)) return random.pick(recent);
    const base = randomBase(random, world);
    if (recent.length < recentMost) recent.push(base);
    else recent[random.below(recentMost)] = base;
    return base;
  });
  const batch: AskedMessage[] = [];
  for (let form = 0; form < formsEach; form++) {
    for (const { octets, manner, isAsItIs } of bases) {
      const message = isAsItIs ? undefined : randomForm(random, octets, manner);
      batch.push(message ?? { octets, tcp: random.chance(15), view: random.chance(8) ? 1 : 0 });
    }
  }
  return batch;
}

function randomBase(random: Random, { own }: World): Base {
  const question = random.chance(85) ? random.pick(own) : random.pick(golden.questions).octets;
  const octets = random.chance(75) ? question : hostileMessage(random, [question, random.pick(own)]);
  return { octets, manner: randomManner(random), isAsItIs: random.chance(10) };
}

function report(worlds: readonly World[], asked: number): void {
  const sum = (count: (world: World) => number) => worlds.reduce((total, world) => total + count(world), 0);
  const found = sum(({ answerers }) => answerers.foundCount);
  const { load, change, state, declare } = {
    load: sum(({ zones }) => zones.changeCounts.load),
    change: sum(({ zones }) => zones.changeCounts.change),
    state: sum(({ zones }) => zones.changeCounts.state),
    declare: sum(({ zones }) => zones.changeCounts.declare),
  };
  console.info(
    `seed ${seed}: ${asked} requests, ${found} answered by the cache; ` +
      `${load} loads, ${change} changes of records, ${state} of state, ${declare} of the set of zones`,
  );
  // A cache that finds nothing changes nothing.
  expect(found).toBeGreaterThan(asked / 5);
  expect(Math.min(load, change, state, declare)).toBeGreaterThan(asked / 10_000);
  for (const rcode of [0, 1, 3, 5]) expect(sum(({ rcodes }) => rcodes.get(rcode) ?? 0)).toBeGreaterThan(asked / 1000);
}

function shown({ octets, tcp, view }: AskedMessage): string {
  return `${tcp ? 'TCP' : 'UDP'}, view ${view}: ${Buffer.from(octets).toString('hex')}`;
}

function bound(world: World) {
  return { answerers: world.answerers, ask: (messages: readonly AskedMessage[]) => world.ask(messages) };
}
