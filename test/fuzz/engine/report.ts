/** What people read of a run. */
import type { Progress } from './fuzz-loop.ts';

export function formatProgress(progress: Progress): string {
  const { cpuSeconds, executions, corpus, places, mostSteps, mostPercent, slowestMs, growth, outcomes, failures } =
    progress;
  const all = Object.entries(outcomes).toSorted(([, a], [, b]) => b - a);
  const shown = all.map(([outcome, count]) => `${outcome} ${count}`).join(', ');
  const memory = growth === undefined ? '' : `, memory ${growth < 0 ? '' : '+'}${(growth / 1e6).toFixed(1)} MB`;
  return (
    `${executions} executions in ${cpuSeconds.toFixed(0)} s of CPU, ${failures} failures, corpus ${corpus}, places ${places}, ` +
    `at most ${mostSteps} steps (${mostPercent} % of those allowed) and ${slowestMs} ms${memory}; ${shown}`
  );
}

/** With fewer executions chance decides. */
const leastExecutions = 20_000;
const leastShare = 1 / 1000;

/** Where all inputs fare alike, what is behind is not tested. */
export function shareProblem({ executions, outcomes }: Progress, expected: readonly string[]): string | undefined {
  if (executions < leastExecutions) return undefined;
  const seldom = expected.filter((outcome) => (outcomes[outcome] ?? 0) < executions * leastShare);
  return seldom.length === 0 ? undefined : `too few inputs fare as ${seldom.join(', ')}`;
}

const mostShownOctets = 2000;

export function describeInput(input: Uint8Array): string {
  const shown = Buffer.from(input.subarray(0, mostShownOctets));
  const rest = input.length > mostShownOctets ? ` and ${input.length - mostShownOctets} more` : '';
  return `${input.length} octets: ${JSON.stringify(shown.toString('latin1'))}\nhex: ${shown.toString('hex')}${rest}`;
}
