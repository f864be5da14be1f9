import { type KnownZone, stateOf, type ZoneState } from './known-zones.ts';

/** What all zones are together. */
export interface ZoneTotals {
  readonly count: number;
  readonly primary: Readonly<Record<ZoneState, number>>;
  readonly secondary: Readonly<Record<ZoneState, number>>;
  /** Secondary zones of which nothing is served and no primary has been asked to the end. */
  readonly untried: number;
  /** When the first of the copies that are served is too old, in seconds since 1970; `Infinity` where there are none. */
  readonly firstExpiry: number;
}

export function sumZones(zones: readonly KnownZone[]): ZoneTotals {
  const sums = {
    primary: { served: 0, expired: 0, unloaded: 0 },
    secondary: { served: 0, expired: 0, unloaded: 0 },
  };
  let untried = 0;
  let firstExpiry = Number.POSITIVE_INFINITY;
  for (const zone of zones) {
    const state = stateOf(zone);
    sums[zone.config.type][state]++;
    const { secondary } = zone;
    if (secondary === undefined) continue;
    if (state !== 'served' && secondary.failures === 0) untried++;
    if (state === 'served' && secondary.expiresAt > 0) firstExpiry = Math.min(firstExpiry, secondary.expiresAt);
  }
  return { count: zones.length, ...sums, untried, firstExpiry };
}
