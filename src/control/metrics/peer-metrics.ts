/** Other Ringzones that this one agrees with on the health of targets. */
import type { PeerReport } from '../agreement/peer.ts';
import type { MetricFamily, MetricsSource, MetricType } from './metric-family.ts';

/** One sample for each peer of which there is a value. */
function family(
  name: string,
  type: MetricType,
  help: string,
  read: (report: PeerReport) => number | undefined,
): MetricFamily {
  return {
    name,
    type,
    help,
    labels: ['peer'],
    *samples({ source }) {
      for (const report of source.peers()) {
        const value = read(report);
        if (value !== undefined) yield { labels: { peer: report.peer }, value };
      }
    },
  };
}

export const peerMetrics: MetricsSource = {
  title: 'Peers',
  families: [
    family(
      'ringzone_peer_up',
      'gauge',
      '1 where the opinions of a peer count, 0 where it is not heard or refuses to tell',
      ({ isHeard }) => (isHeard ? 1 : 0),
    ),
    family(
      'ringzone_peer_answer_timestamp_seconds',
      'gauge',
      'When the question was asked to which a peer has last told all, in seconds since 1970; a few seconds old at most',
      ({ heardMs }) => (heardMs === undefined ? undefined : heardMs / 1000),
    ),
    family(
      'ringzone_peer_questions_total',
      'counter',
      'Questions to a peer, of which each is signed and tells where this server stands',
      ({ asked }) => asked,
    ),
    family(
      'ringzone_peer_failures_total',
      'counter',
      'Questions to a peer that came to nothing',
      ({ failed }) => failed,
    ),
    family('ringzone_peer_opinions', 'gauge', 'Addresses that a peer tells of', ({ opinions }) => opinions),
  ],
};
