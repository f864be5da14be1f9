import type { AddressReport, TargetReport } from './health-report.ts';

const headings = ['target', 'address', 'state', 'since', 'last reply', 'latency', 'share'] as const;

/** A table for each owner: `target address state since last reply latency share`. `nowMs`: milliseconds since 1970. */
export function formatHealth(targets: readonly TargetReport[], nowMs: number): string {
  const owners = new Map<string, TargetReport[]>();
  for (const target of targets) {
    const title = `${target.owner} (zone ${target.zone})`;
    const of = owners.get(title);
    if (of === undefined) owners.set(title, [target]);
    else of.push(target);
  }
  const rows = targets.flatMap((target) => rowsOf(target, nowMs));
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => (row[i] ?? '').length)));
  const tables = [...owners].map(([title, of]) =>
    [title, ...[headings, ...of.flatMap((target) => rowsOf(target, nowMs))].map((row) => formatRow(row, widths))].join(
      '\n',
    ),
  );
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
    const state = drained === undefined ? address.state : target.state;
    return [
      isFirst ? name : '',
      formatPlace(address, target.port),
      state,
      formatAge(nowMs - address.sinceMs),
      last,
      address.latencyMs === undefined ? '-' : `${address.latencyMs.toFixed(1)} ms`,
      isFirst ? share : '',
    ];
  });
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

/** `4 s`, `12 min`, `3 h`, `2 d`. */
function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

function formatRow(row: Row, widths: readonly number[]): string {
  return `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd();
}
