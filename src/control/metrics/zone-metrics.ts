/** Zones. Times are seconds since 1970: an age is `time() - x`. */
import type { MetricFamily, MetricsSource, Sample } from './metric-family.ts';
import type { Scrape } from './scrape.ts';
import { stateOf, type ZoneRow } from './zone-rows.ts';

const states = ['served', 'expired', 'unloaded'] as const;

function* countZones({ zones }: Scrape): Generator<Sample> {
  const counts = new Map<string, number>();
  for (const row of zones) {
    const key = `${row.type} ${stateOf(row)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const type of ['primary', 'secondary'] as const)
    for (const state of states) yield { labels: { type, state }, value: counts.get(`${type} ${state}`) ?? 0 };
}

/** A family with one sample at most for each zone. */
function perZone(name: string, help: string, find: (row: ZoneRow) => number | undefined): MetricFamily {
  return {
    name,
    type: 'gauge',
    help,
    labels: ['zone', 'view', 'class'],
    isLong: true,
    *samples({ zones }) {
      for (const row of zones) {
        const value = find(row);
        if (value !== undefined) yield { labels: row.labels, value };
      }
    },
  };
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms / 1000);
}

export const zoneMetrics: MetricsSource = {
  title: 'Zones',
  families: [
    {
      name: 'ringzone_zones',
      type: 'gauge',
      help: 'Zones by what became of them; for those that are not served the answer is SERVFAIL',
      labels: ['type', 'state'],
      isLong: true,
      samples: countZones,
    },
    {
      name: 'ringzone_zones_refused',
      type: 'gauge',
      help: 'Zones that the last load of the configuration refused; what was served of them before still is',
      labels: [],
      samples: ({ vitals }) => [{ value: vitals.refusedZones }],
    },
    perZone('ringzone_zone_serial', 'Serial of the version that is served', (row) =>
      stateOf(row) === 'served' ? row.fact?.serial : undefined,
    ),
    perZone(
      'ringzone_zone_loaded_time_seconds',
      'When the zone was last loaded or transferred; updates do not count',
      ({ fact }) => secondsOf(fact?.loadedAtMs),
    ),
    perZone(
      'ringzone_zone_expiry_time_seconds',
      'When the copy of a secondary zone is too old to be served, unless a primary answers before',
      ({ secondary }) => (secondary === undefined || secondary.expiresAt === 0 ? undefined : secondary.expiresAt),
    ),
    perZone(
      'ringzone_zone_refresh_failures',
      'Looks in a row at which no primary of a secondary zone answered; none where the last one was answered',
      ({ secondary }) => (secondary === undefined || secondary.failures === 0 ? undefined : secondary.failures),
    ),
  ],
};
