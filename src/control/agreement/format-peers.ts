import { formatAge } from '../../base/format-age.ts';
import { padColumns } from '../health/pad-columns.ts';
import type { PeerReport } from './peer.ts';

const headings = ['peer', 'heard', 'answered', 'addresses', 'questions', 'without answer'];

/** A table of the peers; nothing where there are none. `nowMs`: milliseconds since 1970. */
export function formatPeers(peers: readonly PeerReport[], nowMs: number): string {
  if (peers.length === 0) return '';
  const rows = peers.map(({ peer, isHeard, problem, heardMs, opinions, asked, failed }) => [
    peer,
    isHeard ? 'yes' : `no: ${problem ?? 'not yet'}`,
    heardMs === undefined ? 'never' : `${formatAge(nowMs - heardMs)} ago`,
    String(opinions),
    String(asked),
    String(failed),
  ]);
  return ['peers', ...padColumns([headings, ...rows])].join('\n');
}
