/** All zones with what is wrong with each, so that a few of ten thousand can be shown. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Level, PublishedHealth, ZoneCounts, ZoneOrder, ZoneStateWord } from '../../page/page-data.ts';
import { zoneKeyText } from '../../store/image/zone-key.ts';
import type { ZoneConfig } from '../config/config.ts';
import type { ZoneFact } from '../http/zone-facts.ts';
import { publishes } from '../published/publishes.ts';
import type { SecondaryZone } from '../secondary/secondary-zone.ts';
import type { PageSource } from './page-source.ts';
import { publishedHealth } from './published-health.ts';
import { isTrouble, secondaryLines, type ZoneAudience } from './secondary-lines.ts';

export interface IndexedZone {
  readonly zone: ZoneConfig;
  /** Lower case. */
  readonly name: string;
  readonly fact: ZoneFact | undefined;
  readonly secondary: SecondaryZone | undefined;
  readonly audience: ZoneAudience;
  readonly state: ZoneStateWord;
  readonly level: Level;
  readonly published: PublishedHealth | undefined;
}

export interface ZoneIndex {
  readonly zones: readonly IndexedZone[];
  readonly counts: ZoneCounts;
  /** A few of those that are not served: `example.com (expired)`. */
  readonly unserved: readonly string[];
}

/** Main has other work: after so many it is the others' turn. */
const zonesPerTurn = 500;
const maxUnserved = 10;

export type ZoneIndexSource = Pick<
  PageSource,
  'zoneFacts' | 'told' | 'fetched' | 'config' | 'secondaries' | 'published'
>;

export async function indexZones(source: ZoneIndexSource): Promise<ZoneIndex> {
  const zones: IndexedZone[] = [];
  let served = 0;
  let troubled = 0;
  const unserved: string[] = [];
  for (const zone of source.config().zones) {
    const indexed = indexZone(zone, source);
    zones.push(indexed);
    if (indexed.state === 'served') served++;
    else if (unserved.length < maxUnserved) unserved.push(describeUnserved(indexed));
    if (indexed.level === 'warning') troubled++;
    if (zones.length % zonesPerTurn === 0) await nextTurn();
  }
  return { zones, counts: { total: zones.length, served, troubled }, unserved };
}

/** As the log names it, without the class. */
function describeUnserved({ zone: { name, viewName }, state }: IndexedZone): string {
  const view = viewName === undefined ? '' : `/${viewName}`;
  return `${name}${view}${state === 'expired' ? ' (expired)' : ''}`;
}

function indexZone(zone: ZoneConfig, source: ZoneIndexSource): IndexedZone {
  const fact = source.zoneFacts.find(zone);
  const secondary =
    zone.type === 'secondary' ? source.secondaries()?.find(zone.view, zone.class, zone.apex) : undefined;
  const key = zoneKeyText(zone);
  const audience = { told: source.told(key), fetched: source.fetched.find(key) };
  const state = secondary?.isExpired === true ? 'expired' : fact === undefined ? 'unloaded' : 'served';
  const published = publishes(zone) ? publishedHealth(source.published?.(key)) : undefined;
  return {
    zone,
    name: zone.name.toLowerCase(),
    fact,
    secondary,
    audience,
    state,
    level: levelOf(state, secondary, audience, fact, published),
    published,
  };
}

function levelOf(
  state: ZoneStateWord,
  secondary: SecondaryZone | undefined,
  audience: ZoneAudience,
  fact: ZoneFact | undefined,
  published: PublishedHealth | undefined,
): Level {
  if (state !== 'served') return 'bad';
  if (published?.problem !== undefined) return 'warning';
  if ((secondary?.failures ?? 0) > 0) return 'warning';
  if (audience.told.length + audience.fetched.length === 0) return 'good';
  return secondaryLines(audience, fact, Date.now()).some(isTrouble) ? 'warning' : 'good';
}

const ranks: Readonly<Record<Level, number>> = { bad: 0, warning: 1, unknown: 2, good: 2 };

const orders: Readonly<Record<ZoneOrder, (a: IndexedZone, b: IndexedZone) => number>> = {
  trouble: (a, b) => ranks[a.level] - ranks[b.level],
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  changed: (a, b) => (b.fact?.changedAtMs ?? 0) - (a.fact?.changedAtMs ?? 0),
  records: (a, b) => (b.fact?.records ?? -1) - (a.fact?.records ?? -1),
};

/** Those that the text is in the name of, in that order; the rest in the order of the configuration. */
export function findZones({ zones }: ZoneIndex, search: string, order: ZoneOrder): readonly IndexedZone[] {
  const text = search.trim().toLowerCase();
  const found = text === '' ? zones : zones.filter(({ name }) => name.includes(text));
  return found.toSorted(orders[order]);
}
