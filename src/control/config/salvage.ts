/**
 * What is left of a configuration without its faulty values, so that the checks that need the whole (undefined channels,
 * zones given twice) can still be made and all problems are told at once.
 */
import type { z } from 'zod';
import type { Path } from './yaml-source.ts';

type Container = Record<PropertyKey, unknown>;

/** A copy of `value` without what `issues` complain of. */
export function withoutFaults(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(value);
  // From the back, so that the places of list items before stay right.
  for (const issue of issues.toReversed()) {
    if (issue.code === 'invalid_type' && issue.expected !== 'array') replaceByEmpty(copy, issue.path);
    else for (const path of faultsOf(issue)) remove(copy, path);
  }
  return copy;
}

/** Whether a problem found in the rest may come from what was taken away: it stands at the same zone, channel or list. */
export function isConsequence(path: Path, issues: readonly z.core.$ZodIssue[]): boolean {
  const depth = depthOf(path);
  const isHit = (fault: Path) => path.slice(0, depth).every((step, i) => i >= fault.length || fault[i] === step);
  return issues.flatMap(faultsOf).some(isHit);
}

/** So many steps name a zone, a view, a key, a channel, or else a setting. */
function depthOf([first, , third]: Path): number {
  if (first === 'views') return third === 'zones' ? 4 : 3;
  return first === 'zones' || first === 'keys' ? 2 : first === 'logging' ? 3 : 1;
}

function faultsOf(issue: z.core.$ZodIssue): readonly Path[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
}

function remove(value: unknown, path: Path): void {
  const parent = parentOf(value, path);
  const last = path.at(-1);
  if (parent === undefined || last === undefined) return;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}

function replaceByEmpty(value: unknown, path: Path): void {
  const parent = parentOf(value, path);
  const last = path.at(-1);
  if (parent !== undefined && last !== undefined) parent[last] = {};
}

function parentOf(value: unknown, path: Path): Container | undefined {
  let at = value;
  for (const step of path.slice(0, -1)) at = (at as Container | undefined)?.[step];
  return typeof at === 'object' && at !== null ? (at as Container) : undefined;
}
