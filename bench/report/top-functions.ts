/** Where the time of the busiest thread goes, from the CPU profiles that Node writes. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Ids of nodes, one per sample. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

const topCount = 20;

/** Lines: the share of a function itself in the thread's time, without what it calls. */
export function formatTopFunctions(folder: string): string[] {
  const profiles = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => sumByFunction(JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile));
  const [busiest] = profiles.sort((a, b) => sumOf(b) - sumOf(a));
  if (busiest === undefined) return ['no profile was written'];
  const total = sumOf(busiest);
  return [...busiest]
    .sort(([, a], [, b]) => b - a)
    .slice(0, topCount)
    .map(([name, micros]) => `${((micros / total) * 100).toFixed(1).padStart(5)} %  ${name}`);
}

function sumByFunction({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const sums = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const name = names.get(id) ?? '?';
    // Waiting is no work.
    if (name !== '(idle)') sums.set(name, (sums.get(name) ?? 0) + (timeDeltas[i] ?? 0));
  }
  return sums;
}

function nameOf({ functionName, url, lineNumber }: ProfileNode['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${basename(url)}:${lineNumber + 1}`;
}

function sumOf(sums: ReadonlyMap<string, number>): number {
  return [...sums.values()].reduce((sum, micros) => sum + micros, 0);
}
