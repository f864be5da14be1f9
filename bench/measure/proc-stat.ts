/** What /proc tells of a session of processes: CPU time, resident memory. */

import { readdirSync, readFileSync } from 'node:fs';
import koffi from 'koffi';

/** USER_HZ: 100 on every architecture that Linux shows to programs as x86-64 or arm64. */
const ticksPerSecond = 100;

export interface CpuTime {
  /** Microseconds, in steps of 10,000. */
  readonly userMicros: number;
  readonly systemMicros: number;
}

export interface ProcessStat {
  readonly pid: number;
  readonly session: number;
  readonly time: CpuTime;
}

/**
 * A line of /proc/PID/stat (proc(5)). The time is that of all threads, those that ended too, and of the children that
 * ended and were waited for.
 */
export function parseProcessStat(line: string): ProcessStat {
  // The command's name stands in parentheses and may hold blanks and parentheses itself: fields count from the last one.
  const close = line.lastIndexOf(')');
  const fields = line.slice(close + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(line, 10),
    session: field(6),
    time: {
      userMicros: ((field(14) + field(16)) * 1e6) / ticksPerSecond,
      systemMicros: ((field(15) + field(17)) * 1e6) / ticksPerSecond,
    },
  };
}

/** All processes of a session, also those that ended and were not waited for (see `adoptOrphans`). */
export function findSession(session: number): ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const line = readIfThere(`/proc/${pid}/stat`);
      const stat = line === undefined ? undefined : parseProcessStat(line);
      return stat?.session === session ? [stat] : [];
    });
}

/**
 * Become the parent of orphans. NSD forks a new server at each reload and the old one ends: with no one to wait for it, it
 * stays in /proc as a zombie, with its CPU time, as long as the bench runs.
 */
export function adoptOrphans(): void {
  const prctl = koffi.load(null).func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)');
  prctl(setChildSubreaper, 1, 0, 0, 0);
}

/** PR_SET_CHILD_SUBREAPER of Linux. */
const setChildSubreaper = 36;

export function readCpuTime(session: number): CpuTime {
  const times = findSession(session).map(({ time }) => time);
  return {
    userMicros: times.reduce((sum, time) => sum + time.userMicros, 0),
    systemMicros: times.reduce((sum, time) => sum + time.systemMicros, 0),
  };
}

/** Resident memory of all processes of the session. What they share counts for each. */
export function readResidentOctets(session: number): number {
  return findSession(session).reduce((sum, { pid }) => sum + readStatusKibi(pid, 'VmRSS') * 1024, 0);
}

/** The sum of the greatest resident memory that each process has had. */
export function readPeakOctets(session: number): number {
  return findSession(session).reduce((sum, { pid }) => sum + readStatusKibi(pid, 'VmHWM') * 1024, 0);
}

/** CPU time of the living threads in nanoseconds: finer than the ticks, but without the threads that ended. */
export function readThreadNanos(session: number): number {
  return findSession(session).reduce((sum, { pid }) => sum + sumThreads(pid), 0);
}

function sumThreads(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const line = readIfThere(`/proc/${pid}/task/${thread}/schedstat`);
      return sum + Number(line?.split(' ')[0] ?? 0);
    }, 0);
  } catch {
    // It ended between the look at /proc and now.
    return 0;
  }
}

function readStatusKibi(pid: number, name: string): number {
  const status = readIfThere(`/proc/${pid}/status`) ?? '';
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
