/** The process may open no further descriptor for a while: no connection, no file. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const withoutMs = 4000;
/** All numbers below are in use since the start, so that none is left whatever is closed meanwhile. */
export const fewDescriptors = 16;

export const takeDescriptors: Fault = {
  name: 'no descriptors are left',
  losses: ['tcp'],
  isTrouble: true,
  inflict: async ({ daemon: { pid } }) => {
    const before = readLimit(pid);
    setLimit(pid, fewDescriptors);
    await sleep(withoutMs);
    setLimit(pid, before);
  },
};

/** The soft limit on open files. */
export function readLimit(pid: number): number {
  const { stdout } = spawnSync('prlimit', ['--pid', `${pid}`, '--nofile', '--output=SOFT', '--noheadings', '--raw'], {
    encoding: 'utf8',
  });
  return Number(stdout.trim());
}

export function setLimit(pid: number, limit: number): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', `${pid}`, `--nofile=${limit}:`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}
