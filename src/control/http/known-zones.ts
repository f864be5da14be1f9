/**
 * The configured zones with what main knows of each. It is kept from one question to the next, because each scrape goes through all zones,
 * and looking up ten thousand takes more of main's time than telling of them.
 */
import type { ZoneConfig } from '../config/config.ts';
import type { LabelText } from '../metrics/metric-family.ts';
import type { SecondaryZone } from '../secondary/secondary-zone.ts';
import type { HttpSource } from './http-source.ts';
import type { ZoneFact } from './zone-facts.ts';

type ZoneSource = Pick<HttpSource, 'config' | 'zoneFacts' | 'secondaries'>;

export interface KnownZone {
  readonly config: ZoneConfig;
  /** `undefined`: nothing of it is served. */
  fact: ZoneFact | undefined;
  /** `undefined` of a primary zone, and of a secondary zone that the loader has not told of yet. */
  secondary: SecondaryZone | undefined;
  /** Those of its metrics, once somebody has asked for them. */
  labels: LabelText | undefined;
}

export const zoneStates = ['served', 'expired', 'unloaded'] as const;
export type ZoneState = (typeof zoneStates)[number];

export function stateOf({ fact, secondary }: KnownZone): ZoneState {
  if (secondary?.isExpired === true) return 'expired';
  return fact === undefined ? 'unloaded' : 'served';
}

interface KnownZones {
  readonly zones: readonly KnownZone[];
  /** Of the facts, when they were looked up. */
  changes: number;
}

/** By the list of a configuration: another one has another list. */
const kept = new WeakMap<readonly ZoneConfig[], KnownZones>();

/** As they are now, in the order of the configuration. */
export function knownZones(source: ZoneSource): readonly KnownZone[] {
  const { zones: configs } = source.config();
  const known = kept.get(configs) ?? { zones: configs.map(unknownZone), changes: -1 };
  kept.set(configs, known);
  findFacts(known, source);
  findSecondaries(known, source);
  return known.zones;
}

function unknownZone(config: ZoneConfig): KnownZone {
  return { config, fact: undefined, secondary: undefined, labels: undefined };
}

/** All of them where one has changed: that one is not told. */
function findFacts(known: KnownZones, { zoneFacts }: ZoneSource): void {
  if (known.changes === zoneFacts.changes) return;
  known.changes = zoneFacts.changes;
  for (const zone of known.zones) zone.fact = zoneFacts.find(zone.config);
}

/** Each stays the same object until it is gone. */
function findSecondaries(known: KnownZones, source: ZoneSource): void {
  const secondaries = source.secondaries();
  for (const zone of known.zones) {
    const { type, view, class: zoneClass, apex } = zone.config;
    if (type !== 'secondary' || zone.secondary?.isGone === false) continue;
    zone.secondary = secondaries?.find(view, zoneClass, apex);
  }
}
