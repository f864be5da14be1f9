import { formatAge } from '../../base/format-age.ts';
import type { AddressReport, TargetReport } from './health-report.ts';
import { padColumns } from './pad-columns.ts';

const headings = ['target', 'address', 'state', 'since', 'last reply', 'latency', 'share'] as const;

/**
 * A table for each owner: `target address state since last reply latency share`, and where servers must agree what peers see. `nowMs`:
 * milliseconds since 1970.
 */
export function formatHealth(targets: readonly TargetReport[], nowMs: number): string {
  const owners = new Map<string, TargetReport[]>();
  for (const target of targets) {
    const title = `${target.owner} (zone ${target.zone})`;
    const of = owners.get(title);
    if (of === undefined) owners.set(title, [target]);
    else of.push(target);
  }
  const isAgreed = targets.some(({ addresses }) => addresses.some(({ peers }) => peers !== undefined));
  const head: Row = isAgreed ? [...headings, 'peers'] : headings;
  const all = targets.flatMap((target) => rowsOf(target, nowMs));
  const tables = [...owners].map(([title, of]) => {
    const rows = of.flatMap((target) => rowsOf(target, nowMs));
    return [title, ...padColumns([head, ...rows], all)].join('\n');
  });
  return tables.join('\n\n');
}

type Row = readonly string[];

/** A row for each address; one for a target that has none. */
function rowsOf(target: TargetReport, nowMs: number): readonly Row[] {
  const name = `${target.target}:${target.port}/${target.transport}`;
  const share = `${Math.round(target.share * 100)} %`;
  const drained = describeDrain(target.drainedUntilMs, nowMs);
  if (target.addresses.length === 0) return [[name, '-', target.state, '-', drained ?? 'not probed', '-', share]];
  return target.addresses.map((address, i) => {
    const isFirst = i === 0;
    const last = (isFirst ? drained : undefined) ?? describeLast(address, nowMs);
    // A drain is the target's state, whatever its addresses are.
    const state = drained === undefined ? describeState(address) : target.state;
    return [
      isFirst ? name : '',
      formatPlace(address, target.port),
      state,
      formatAge(nowMs - address.sinceMs),
      last,
      address.latencyMs === undefined ? '-' : `${address.latencyMs.toFixed(1)} ms`,
      isFirst ? share : '',
      ...(address.peers === undefined ? [] : [describePeers(address.peers)]),
    ];
  });
}

/** What holds, and where servers agree on something else what this one sees. */
function describeState({ state, agreedState = state }: AddressReport): string {
  return agreedState === state ? state : `${agreedState} (${state} here)`;
}

/** `192.0.2.2#53 down, 192.0.2.3#53 -` */
function describePeers(peers: NonNullable<AddressReport['peers']>): string {
  return peers.map(({ peer, opinion }) => `${peer} ${opinion ?? '-'}`).join(', ');
}

function describeDrain(untilMs: number | null | undefined, nowMs: number): string | undefined {
  if (untilMs === undefined) return undefined;
  return untilMs === null ? 'drained' : `drained for ${formatAge(untilMs - nowMs)} more`;
}

function describeLast({ last, failures, heldUntilMs }: AddressReport, nowMs: number): string {
  const counted = failures > 1 ? `${last} (${failures} times)` : last;
  return heldUntilMs === undefined ? counted : `${counted}, held for ${formatAge(heldUntilMs - nowMs)} more`;
}

function formatPlace({ address, port }: AddressReport, usualPort: number): string {
  if (port === usualPort) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
