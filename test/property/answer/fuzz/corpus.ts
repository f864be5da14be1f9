/** What the fuzzer begins with: the zones and the questions of all golden cases, malformed ones among them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnswerSettings } from '../../../../src/plane/answer-settings.ts';
import { parseCaseFile } from '../../../golden/case-file.ts';
import { buildGoldenQuestion, type GoldenQuestion } from '../../../golden/golden-question.ts';
import { Served, type ServedZone } from '../../../unit/answer/served.ts';
import { allZones, chainZone, wideZone } from '../../../unit/answer/zones.ts';

const folder = join(import.meta.dirname, '../../../golden');

export interface Corpus {
  /** Sets of zones, each served by itself: several topics have a zone of the same name. */
  readonly worlds: readonly Served[];
  readonly questions: readonly Uint8Array[];
}

export function loadCorpus(): Corpus {
  const { worlds, questions } = loadGolden();
  return {
    worlds: worlds.map((zones, i) => new Served(zones, settingsOf(i))),
    questions: questions.map(({ octets }) => octets),
  };
}

/** Settings by turns, so that each is met. */
export function settingsOf(world: number): Partial<AnswerSettings> {
  return settings[world % settings.length] as Partial<AnswerSettings>;
}

const settings: readonly Partial<AnswerSettings>[] = [
  { serverId: 'node', minimalResponses: 'no' },
  { ednsUdpOctets: 4096 },
  {},
];

/** The zones of all golden cases and of the unit tests, in sets that hold no apex twice; and all questions. */
export function loadGolden(): {
  readonly worlds: readonly (readonly ServedZone[])[];
  readonly questions: readonly GoldenQuestion[];
} {
  const questions: GoldenQuestion[] = [];
  const zones: ServedZone[] = [...allZones, chainZone(30), wideZone(25)];
  for (const topic of readdirSync(folder)) {
    const path = join(folder, topic, `${topic}.case`);
    if (!existsSync(path)) continue;
    const file = parseCaseFile(readFileSync(path, 'utf8'));
    for (const { name, file: zone } of file.zones) zones.push(readZone(name, join(folder, topic, zone)));
    questions.push(...file.cases.map((golden) => buildGoldenQuestion(golden.ask)));
  }
  return { worlds: partition(zones), questions };
}

function readZone(name: string, path: string): ServedZone {
  return { apex: name.endsWith('.') ? name : `${name}.`, text: readFileSync(path, 'utf8') };
}

/** As few sets as hold no apex twice. The root is by itself: with it no question would be refused. */
function partition(zones: readonly ServedZone[]): ServedZone[][] {
  const worlds: ServedZone[][] = [];
  for (const zone of zones) {
    const fits = (world: ServedZone[]): boolean =>
      world.every(({ apex }) => apex !== zone.apex && apex !== '.' && zone.apex !== '.');
    const world = worlds.find(fits);
    if (world === undefined) worlds.push([zone]);
    else world.push(zone);
  }
  return worlds;
}
