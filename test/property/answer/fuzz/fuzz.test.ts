/**
 * Mutated messages through the whole answer algorithm, over UDP and TCP and several sets of zones.
 *
 * RINGZONE_SEED takes other cases, RINGZONE_FUZZ_SECONDS makes it longer.
 */
import { expect, it } from 'vitest';
import { Random } from '../../../interop/differential/random.ts';
import type { Served } from '../../../unit/answer/served.ts';
import { brokenRules } from './check.ts';
import { loadCorpus } from './corpus.ts';
import { hostileMessage } from './mutate.ts';

const seed = Number(process.env.RINGZONE_SEED);
const seconds = Number(process.env.RINGZONE_FUZZ_SECONDS ?? 4);
/** More in one message than any needed before; ten times less than would be felt. */
const maxLookups = 600;

/** Count the steps that an answer may take many of: looking up names and sets, parsing. */
function countLookups(served: Served): () => number {
  let count = 0;
  for (const method of [
    'findNode',
    'findWildcard',
    'findRrset',
    'findNsecAtOrBefore',
    'findNsec3AtOrBefore',
  ] as const) {
    const original = served.reader[method] as (...args: unknown[]) => number;
    const counted = (...args: unknown[]): number => {
      count++;
      return original.apply(served.reader, args);
    };
    Object.defineProperty(served.reader, method, { value: counted });
  }
  return () => {
    const taken = count;
    count = 0;
    return taken;
  };
}

it('answers whatever it is asked, in bounded steps, with what another decoder reads', {
  timeout: seconds * 1000 + 30_000,
}, () => {
  const { worlds, questions } = loadCorpus();
  const random = new Random(seed);
  const lookupsOf = worlds.map(countLookups);
  const rcodes = new Map<number, number>();
  const endMs = performance.now() + seconds * 1000;
  let runs = 0;
  let mostLookups = 0;
  while (performance.now() < endMs) {
    const message = hostileMessage(random, questions);
    const world = random.below(worlds.length);
    const served = worlds[world] as Served;
    const tcp = random.chance(30);
    const mostUdpOctets = served.settings.ednsUdpOctets;
    const told = () => `seed ${seed}, run ${runs}, world ${world}, tcp ${tcp}: ${Buffer.from(message).toString('hex')}`;
    let broken: string[];
    try {
      broken = brokenRules(message, tcp, mostUdpOctets, served.answerOctets(message, tcp));
    } catch (error) {
      throw new Error(told(), { cause: error });
    }
    const lookups = (lookupsOf[world] as () => number)();
    if (lookups > maxLookups) broken.push(`${lookups} look-ups`);
    if (served.answerer.request.steps > message.length) broken.push('more steps of parsing than octets');
    if (broken.length > 0) expect(broken, told()).toEqual([]);
    mostLookups = Math.max(mostLookups, lookups);
    rcodes.set(served.answerer.rcode, (rcodes.get(served.answerer.rcode) ?? 0) + 1);
    runs++;
  }
  const shown = [...rcodes].map(([rcode, count]) => `${rcode}: ${count}`).join(', ');
  console.info(`seed ${seed}: ${runs} messages, at most ${mostLookups} look-ups each; RCODEs ${shown}`);
  // Of each kind enough: a fuzzer that gets FORMERR only tests the parser alone.
  expect([0, 1, 3, 4, 5].filter((rcode) => (rcodes.get(rcode) ?? 0) < runs / 200)).toEqual([]);
});
