/** Zones. Times are seconds since 1970: an age is `time() - x`. */
import { type KnownZone, stateOf, zoneStates } from '../http/known-zones.ts';
import type { SecondaryZone } from '../secondary/secondary-zone.ts';
import { expireDelay } from '../secondary/zone-timing.ts';
import type { MetricFamily, MetricsSource, Sample } from './metric-family.ts';
import type { Scrape } from './scrape.ts';
import { zoneLabels } from './zone-labels.ts';

function* countZones({ totals }: Scrape): Generator<Sample> {
  for (const type of ['primary', 'secondary'] as const)
    for (const state of zoneStates) yield { labels: { type, state }, value: totals[type][state] };
}

/** A family with one sample at most for each zone. */
function perZone(
  name: string,
  help: string,
  find: (zone: KnownZone, nowSeconds: number) => number | undefined,
): MetricFamily {
  return {
    name,
    type: 'gauge',
    help,
    labels: ['zone', 'view', 'class'],
    isLong: true,
    *samples({ zones, nowSeconds }) {
      for (const zone of zones) {
        const value = find(zone, nowSeconds);
        if (value !== undefined) yield { labels: zoneLabels(zone), value };
      }
    },
  };
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms / 1000);
}

/**
 * Whether a copy grows old instead of being refreshed. Less than half of its time is a sign of its own: a primary that is a secondary
 * itself and lost its primary answers, but says how little is left (RFC 7314), and one with a lower serial answers, but vouches for nothing.
 */
function isAging({ expiresAt, failures, soa }: SecondaryZone, nowSeconds: number): boolean {
  if (expiresAt === 0) return false;
  return failures > 0 || soa === undefined || expiresAt - nowSeconds < expireDelay(soa) / 2;
}

export const zoneMetrics: MetricsSource = {
  title: 'Zones',
  families: [
    {
      name: 'ringzone_zones',
      type: 'gauge',
      help: 'Zones by what became of them; for those that are not served the answer is SERVFAIL',
      labels: ['type', 'state'],
      samples: countZones,
    },
    {
      name: 'ringzone_zones_refused',
      type: 'gauge',
      help: 'Zones that the last load of the configuration refused; what was served of them before still is',
      labels: [],
      samples: ({ vitals }) => [{ value: vitals.refusedZones }],
    },
    {
      name: 'ringzone_first_expiry_time_seconds',
      type: 'gauge',
      help: 'When the first of all copies of secondary zones is too old to be served, unless a primary answers before',
      labels: [],
      samples: ({ totals: { firstExpiry } }) => (Number.isFinite(firstExpiry) ? [{ value: firstExpiry }] : []),
    },
    perZone('ringzone_zone_serial', 'Serial of the version that is served', (zone) =>
      stateOf(zone) === 'served' ? zone.fact?.serial : undefined,
    ),
    perZone(
      'ringzone_zone_loaded_time_seconds',
      'When the zone was last loaded or transferred; updates do not count',
      ({ fact }) => secondsOf(fact?.loadedAtMs),
    ),
    perZone(
      'ringzone_zone_expiry_time_seconds',
      'When the copy of a secondary zone is too old to be served, unless a primary answers before; none where the last look was answered and more than half of the time is left',
      ({ secondary }, nowSeconds) =>
        secondary !== undefined && isAging(secondary, nowSeconds) ? secondary.expiresAt : undefined,
    ),
    perZone(
      'ringzone_zone_refresh_failures',
      'Looks in a row at which no primary of a secondary zone answered; none where the last one was answered',
      ({ secondary }) => (secondary === undefined || secondary.failures === 0 ? undefined : secondary.failures),
    ),
  ],
};
