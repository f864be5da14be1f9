/** The share of each server, beside what the zone says it is to be. */
import { type ExpectedShare, expectedShares, type ServerTally } from '../../../sip/calls/server-tally.ts';
import type { ExpectedWeight } from '../resolve-request.ts';
import type { ProfileResult } from '../run-calls.ts';

export interface ServerShare {
  readonly server: string;
  /** Calls that tried it first. */
  readonly first: number;
  /** Calls that it answered. */
  readonly reached: number;
  /** Of all calls, 0 to 1. */
  readonly firstShare: number;
  readonly reachedShare: number;
  /** By the zone's weights, 0 to 1; `undefined` where they are not known. */
  readonly expectedShare: number | undefined;
  /** `firstShare` against `expectedShare`, in percentage points. */
  readonly errorPoints: number | undefined;
}

/** By name. */
export function sharesOf(result: ProfileResult, expected: readonly ExpectedWeight[]): ServerShare[] {
  const { tally } = result;
  const wanted = wantedShares(result, expected);
  return tally.counts.map(({ server, first, reached }) => {
    const expectedShare =
      wanted === undefined ? undefined : (wanted.find((share) => share.server === server)?.share ?? 0);
    const firstShare = first / tally.calls;
    const errorPoints = expectedShare === undefined ? undefined : 100 * (firstShare - expectedShare);
    return { server, first, reached, firstShare, reachedShare: reached / tally.calls, expectedShare, errorPoints };
  });
}

/** Those that nobody was sent to, nor could have been: a slip of the pen, most likely. */
export function unmetExpectations(
  results: readonly ProfileResult[],
  expected: readonly ExpectedWeight[],
): readonly ExpectedWeight[] {
  const servers = results.flatMap(({ tally }) => tally.counts.map(({ server }) => server));
  return expected.filter(({ host }) => !servers.some((server) => isServer(server, host)));
}

/** The largest error of a profile, without its sign. */
export function worstErrorPoints(shares: readonly ServerShare[]): number | undefined {
  const errors = shares.flatMap(({ errorPoints }) => (errorPoints === undefined ? [] : [Math.abs(errorPoints)]));
  return errors.length === 0 ? undefined : Math.max(...errors);
}

/** Weights that the server rewrites say nothing of the zone's; then the operator can. */
function wantedShares(
  { location, tally }: ProfileResult,
  expected: readonly ExpectedWeight[],
): ExpectedShare[] | undefined {
  if (expected.length > 0) return sharesByHand(tally, expected);
  if (location.srvSet.length === 0 || tally.hasRewrittenWeights) return undefined;
  return expectedShares(location.srvSet);
}

function sharesByHand(tally: ServerTally, expected: readonly ExpectedWeight[]): ExpectedShare[] {
  const sum = expected.reduce((total, { weight }) => total + weight, 0);
  return tally.counts.map(({ server }) => {
    const weight = expected.find(({ host }) => isServer(server, host))?.weight ?? 0;
    return { server, share: sum === 0 ? 0 : weight / sum };
  });
}

/** The host with or without its port, or the first label of it alone. */
function isServer(server: string, host: string): boolean {
  const name = server.replace(/:\d+$/, '');
  return host === server || host === name || (!host.includes('.') && name.startsWith(`${host}.`));
}
