/** Other Ringzones as the page shows them, and what the verdict says of them. */
import type { PeerLine, PeerWord } from '../../page/page-data.ts';
import type { PeerReport } from '../agreement/peer.ts';

/** So many are shown. */
const maxPeers = 16;

/** What there is to say of them; those that are not heard first. */
export function peerLines(reports: readonly PeerReport[]): {
  readonly peers: readonly PeerLine[];
  readonly otherPeers: number;
} {
  const lines = reports.map(peerLine).sort((a, b) => ranks[a.state] - ranks[b.state]);
  return { peers: lines.slice(0, maxPeers), otherPeers: Math.max(0, lines.length - maxPeers) };
}

const ranks: Readonly<Record<PeerWord, number>> = { silent: 0, asking: 1, heard: 2 };

function peerLine(report: PeerReport): PeerLine {
  const { peer, heardMs, opinions, drains = [] } = report;
  const state = wordOf(report);
  return {
    peer,
    state,
    ...(heardMs === undefined ? {} : { heardMs }),
    ...(state === 'silent' ? { problem: problemOf(report) } : {}),
    opinions,
    drains: drains.length,
  };
}

function wordOf({ isHeard, problem, heardMs }: PeerReport): PeerWord {
  if (isHeard) return 'heard';
  return problem === undefined && heardMs === undefined ? 'asking' : 'silent';
}

/** It answers and does not count without a problem where another entry leads to the same server. */
function problemOf({ problem }: PeerReport): string {
  return problem ?? 'another peer, or this server itself, is the same server';
}

/** What calls depend on of peers. */
export interface PeerFacts {
  readonly total: number;
  /** `192.0.2.3#53 (timed out)` */
  readonly silent: readonly string[];
}

export function peerFacts(reports: readonly PeerReport[]): PeerFacts {
  const silent = reports.filter((report) => wordOf(report) === 'silent');
  return { total: reports.length, silent: silent.map((report) => `${report.peer} (${problemOf(report)})`) };
}

/** Which peer has told of the drain that takes this target out; `undefined`: it was ordered here, or nobody knows any more. */
export function drainedFrom(reports: readonly PeerReport[], name: string, port: number): string | undefined {
  const isMeant = (drain: { readonly name: string; readonly port: number | undefined }) =>
    drain.name === name && (drain.port === undefined || drain.port === port);
  return reports.find(({ drains = [] }) => drains.some(isMeant))?.peer;
}
