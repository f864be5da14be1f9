/** How each of the servers that must agree sees an address. */
import type { OpinionWord, ServersLine } from '../../page/page-data.ts';
import type { PeerReport } from '../agreement/peer.ts';
import type { StateWord } from '../health/endpoint.ts';
import type { AddressReport } from '../health/health-report.ts';

const noOpinion: OpinionWord = 'none';

/** `undefined`: this server decides alone. `isKnown`: the target has been heard. `needed`: so many must see it down. */
export function serversLine(
  { state, peers }: Pick<AddressReport, 'state' | 'peers'>,
  isKnown: boolean,
  needed: number,
  reports: readonly PeerReport[],
): ServersLine | undefined {
  if (peers === undefined || needed <= 1) return undefined;
  const isHeard = (name: string) => reports.some(({ peer, isHeard: counts }) => peer === name && counts);
  return {
    needed,
    opinions: [
      // Who has answered is up until enough probes have failed.
      { opinion: state === 'trying' && isKnown ? 'up' : words[state] },
      ...peers.map(({ peer, opinion }) => ({ peer, opinion: opinion ?? (isHeard(peer) ? noOpinion : 'silent') })),
    ],
  };
}

const words: Readonly<Record<StateWord, OpinionWord>> = {
  active: 'up',
  trying: 'trying',
  inactive: 'down',
  disabled: 'drained',
};

/** This server sees the address out, and it is not, for too few others do. */
export function isDoubted({ state, agreedState = state }: Pick<AddressReport, 'state' | 'agreedState'>): boolean {
  return isOut(state) && !isOut(agreedState);
}

function isOut(state: StateWord): boolean {
  return state === 'inactive' || state === 'disabled';
}
