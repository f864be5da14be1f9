/** Rotation of a log file as BIND does it. What is lost of old files is told by nobody: the operator has said how many to keep. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { FileSuffix } from './logging-config.ts';

export interface Rotation {
  /** Old files kept; 0: none, `Infinity`: all. */
  readonly versions: number;
  readonly suffix: FileSuffix;
  /** Milliseconds since 1970, for the suffix `timestamp`. */
  readonly nowMs: number;
}

/** Put the file away and remove the oldest ones. Throws what the file system says. */
export function rotate(path: string, { versions, suffix, nowMs }: Rotation): void {
  if (versions === 0) rmSync(path, { force: true });
  else if (suffix === 'timestamp') putAwayByTime(path, versions, nowMs);
  else putAwayByNumber(path, versions);
}

/** f to f.0, f.0 to f.1 and so on. */
function putAwayByNumber(path: string, versions: number): void {
  const present = new Set<number>();
  for (const version of oldVersions(path)) {
    // Left over from a time when more were kept.
    if (Number(version) >= versions) rmSync(`${path}.${version}`, { force: true });
    else present.add(Number(version));
  }
  const last = versions === Number.POSITIVE_INFINITY ? firstGap(present) : lastMoved(present, versions);
  for (let version = last; version > 0; version--) {
    if (present.has(version - 1)) renameSync(`${path}.${version - 1}`, `${path}.${version}`);
  }
  renameSync(path, `${path}.0`);
}

function lastMoved(present: ReadonlySet<number>, versions: number): number {
  return Math.min(Math.max(-1, ...present) + 1, versions - 1);
}

/** Behind a gap nothing needs to move. */
function firstGap(present: ReadonlySet<number>): number {
  let version = 0;
  while (present.has(version)) version++;
  return version;
}

/** f to f.20261122204640614 (UTC). */
function putAwayByTime(path: string, versions: number, nowMs: number): void {
  const oldestFirst = oldVersions(path).toSorted(compareNumerals);
  const excess = oldestFirst.length - (versions - 1);
  for (const version of oldestFirst.slice(0, Math.max(0, excess))) rmSync(`${path}.${version}`, { force: true });
  let timeMs = nowMs;
  // BIND would write over the file of the same millisecond.
  while (existsSync(`${path}.${timestamp(timeMs)}`)) timeMs++;
  renameSync(path, `${path}.${timestamp(timeMs)}`);
}

function timestamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replaceAll(/[-T:.Z]/g, '');
}

/** A time in milliseconds has 17 digits, more than a number holds exactly. */
function compareNumerals(a: string, b: string): number {
  return a.length === b.length ? (a < b ? -1 : 1) : a.length - b.length;
}

/** What stands behind the file's name and a dot, where it is a number as we write it. */
function oldVersions(path: string): readonly string[] {
  const prefix = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((version) => /^(?:0|[1-9]\d*)$/.test(version));
}
