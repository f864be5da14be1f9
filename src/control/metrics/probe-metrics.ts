/** How SIP servers are asked whether they are there. */
import type { HealthTotals } from '../health/health-report.ts';
import type { MetricFamily, MetricsSource, MetricType } from './metric-family.ts';

const results = ['alive', 'draining', 'failed', 'void'] as const;

function single(name: string, type: MetricType, help: string, read: (totals: HealthTotals) => number): MetricFamily {
  return {
    name,
    type,
    help,
    labels: [],
    *samples({ source }) {
      const totals = source.probes();
      if (totals !== undefined) yield { value: read(totals) };
    },
  };
}

export const probeMetrics: MetricsSource = {
  title: 'Probes',
  families: [
    {
      name: 'ringzone_probes_total',
      type: 'counter',
      help: 'Probes that have ended: the server is alive, wants no calls (503), has failed, or nothing is known because this machine was late or had a fault',
      labels: ['result'],
      *samples({ source }) {
        const counts = source.probes()?.counts;
        if (counts === undefined) return;
        for (const result of results) yield { labels: { result }, value: counts[result] };
      },
    },
    single(
      'ringzone_probe_answer_seconds_total',
      'counter',
      'Time from questions to answers; with the probes alive and draining it gives the mean',
      ({ counts }) => counts.answerMs / 1000,
    ),
    single(
      'ringzone_probe_changes_total',
      'counter',
      'Addresses that went down, came back or began or ended to refuse calls',
      ({ counts }) => counts.changes,
    ),
    single(
      'ringzone_probes_put_off_total',
      'counter',
      'Probes that waited because too many were under way',
      ({ counts }) => counts.putOff,
    ),
    single('ringzone_probes_under_way', 'gauge', 'Probes that wait for an answer now', ({ underWay }) => underWay),
    single(
      'ringzone_probed_addresses',
      'gauge',
      'Addresses that are asked, by port and transport',
      (totals) => totals.endpoints,
    ),
  ],
};
