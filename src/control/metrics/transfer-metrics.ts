/** What secondaries are at; the counters of transfers are among the others. */
import type { MetricsSource } from './metric-family.ts';

export const transferMetrics: MetricsSource = {
  title: 'Secondaries at work',
  families: [
    {
      name: 'ringzone_refreshes',
      type: 'gauge',
      help: 'Secondary zones that look at their primaries now: asking for the serial, waiting for a place among transfers-in, transferring',
      labels: ['state'],
      samples: ({ source }) => {
        const activity = source.secondaries()?.activity ?? { running: 0, deferred: 0, soaQueries: 0 };
        return [
          { labels: { state: 'asking' }, value: activity.soaQueries },
          { labels: { state: 'waiting' }, value: activity.deferred },
          { labels: { state: 'transferring' }, value: activity.running },
        ];
      },
    },
  ],
};
