import { TargetState } from '../../plane/steering/steering-policy.ts';
import type { Agreement } from '../agreement/agreement.ts';
import type { Opinion } from '../agreement/opinion.ts';
import type { PeerReport } from '../agreement/peer.ts';
import { type Drain, isDrained } from './drains.ts';
import type { Endpoint, StateWord } from './endpoint.ts';
import type { ProbeCounts } from './probe-runner.ts';
import type { TargetWatch } from './watches.ts';

/** How one address of a target is. */
export interface AddressReport {
  readonly address: string;
  readonly port: number;
  readonly state: StateWord;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** What the last probe has brought: `200 OK`, `no reply within 2 s`; empty before the first. */
  readonly last: string;
  /** Of the last reply. */
  readonly latencyMs: number | undefined;
  /** In a row. */
  readonly failures: number;
  /** The change that the last probes have shown is not believed before this, against flapping. */
  readonly heldUntilMs: number | undefined;
  /** Where servers must agree: how the address is by that, while `state` is how this server sees it. */
  readonly agreedState?: StateWord;
  /** The same: what each peer sees; `null`: nothing that counts. */
  readonly peers?: readonly { readonly peer: string; readonly opinion: Opinion | null }[];
}

/** How one SRV record is. */
export interface TargetReport {
  readonly zone: string;
  readonly owner: string;
  readonly target: string;
  readonly port: number;
  readonly transport: string;
  readonly priority: number;
  readonly weight: number;
  /** `disabled` too where an operator has drained it. */
  readonly state: StateWord;
  readonly addresses: readonly AddressReport[];
  /** Until when it is drained; `null` for ever, missing where it is not. */
  readonly drainedUntilMs?: number | null;
  /** Part of new calls that go to it by the weights, from 0 to 1. */
  readonly share: number;
}

export interface HealthTotals {
  readonly counts: ProbeCounts;
  readonly endpoints: number;
  readonly underWay: number;
  /** Missing where there are none. */
  readonly peers?: readonly PeerReport[];
}

export interface HealthReport extends HealthTotals {
  readonly targets: readonly TargetReport[];
}

export interface ReportSource {
  readonly watches: readonly TargetWatch[];
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly drains: readonly Drain[];
  readonly stateOf: (watch: TargetWatch) => TargetState;
  /** Of the timeline and of the time of day, at the same moment. */
  readonly nowMs: number;
  readonly wallMs: number;
  readonly agreement?: Pick<Agreement, 'stateOf' | 'peerOpinions'> | undefined;
}

/** So many records at a time, so that a long report does not hold up probes. */
const partTargets = 500;

/** The targets in parts; at least one part. */
export function* reportTargets(source: ReportSource): Generator<readonly TargetReport[], void> {
  const shares = countShares(source.watches, source.stateOf);
  let at = 0;
  do {
    const part = source.watches.slice(at, at + partTargets);
    yield part.map((watch) => reportTarget(watch, source, shares.get(watch) ?? 0));
    at += partTargets;
  } while (at < source.watches.length);
}

function reportTarget(watch: TargetWatch, source: ReportSource, share: number): TargetReport {
  const { zone, port, transport, priority, weight } = watch.target;
  const endpoints = watch.endpointKeys.flatMap((key) => source.endpoints.get(key) ?? []);
  const drain = source.drains.find((each) => isDrained([each], watch.name, port));
  return {
    zone,
    owner: watch.ownerName,
    target: watch.name,
    port,
    transport,
    priority,
    weight,
    state: wordOf(source.stateOf(watch), endpoints),
    addresses: endpoints.map((endpoint) => ({
      ...reportAddress(endpoint, source),
      ...reportAgreement(endpoint, watch.target.settings.agree, source),
    })),
    ...(drain === undefined ? {} : { drainedUntilMs: drain.untilMs ?? null }),
    share,
  };
}

function reportAddress(endpoint: Endpoint, { nowMs, wallMs }: ReportSource): AddressReport {
  const { task, verdict, word, lastTry, latencyMs, addedMs } = endpoint;
  const toWall = (ms: number) => Math.round(wallMs - (nowMs - ms));
  const heldUntilMs = verdict.heldUntil(task.settings);
  return {
    address: task.address,
    port: task.port,
    state: word,
    sinceMs: toWall(verdict.changedMs ?? addedMs),
    last: lastTry === undefined ? '' : describeOutcome(lastTry),
    latencyMs,
    failures: verdict.failures,
    heldUntilMs: heldUntilMs === undefined ? undefined : toWall(heldUntilMs),
  };
}

function reportAgreement(
  endpoint: Endpoint,
  needed: number,
  { agreement }: ReportSource,
): Pick<AddressReport, 'agreedState' | 'peers'> {
  if (needed <= 1 || agreement === undefined) return {};
  const state = agreement.stateOf(endpoint, needed);
  const peers = agreement.peerOpinions(endpoint);
  return {
    agreedState: wordOf(state, [endpoint]),
    peers: peers.map(({ peer, opinion }) => ({ peer, opinion: opinion ?? null })),
  };
}

function describeOutcome(outcome: NonNullable<Endpoint['lastTry']>): string {
  return outcome.kind === 'alive' || outcome.kind === 'draining' ? outcome.reply : outcome.reason;
}

/** `trying` while no address has shown that it is there. */
function wordOf(state: TargetState, endpoints: readonly Endpoint[]): StateWord {
  if (state === TargetState.down) return 'inactive';
  if (state === TargetState.drained) return 'disabled';
  return endpoints.length === 0 || endpoints.some(({ word }) => word === 'active') ? 'active' : 'trying';
}

/**
 * By RFC 2782: the lowest priority of which somebody is up takes all calls, by the weights. Where nobody is up, it is as if all were.
 */
export function countShares(
  watches: readonly TargetWatch[],
  stateOf: (watch: TargetWatch) => TargetState,
): Map<TargetWatch, number> {
  const shares = new Map<TargetWatch, number>();
  for (const set of groupBySet(watches).values()) {
    const up = set.filter((watch) => stateOf(watch) === TargetState.up);
    const usable = up.length > 0 ? up : set;
    const lowest = Math.min(...usable.map(({ target }) => target.priority));
    const first = usable.filter(({ target }) => target.priority === lowest);
    const sum = first.reduce((total, { target }) => total + target.weight, 0);
    for (const watch of first) shares.set(watch, sum === 0 ? 1 / first.length : watch.target.weight / sum);
  }
  return shares;
}

/** The records of one owner in one view, by a text that is the set's own. */
export function groupBySet(watches: readonly TargetWatch[]): Map<string, TargetWatch[]> {
  const sets = new Map<string, TargetWatch[]>();
  for (const watch of watches) {
    const text = setText(watch);
    const set = sets.get(text);
    if (set === undefined) sets.set(text, [watch]);
    else set.push(watch);
  }
  return sets;
}

export function setText({ target, ownerName }: TargetWatch): string {
  return `${target.view} ${ownerName}`;
}
