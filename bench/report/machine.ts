/** Where and of what a run's figures are. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    kernel: release(),
    loadAverage: loadavg()[0],
  };
}

/** The commit, and whether the tree differs from it. */
export function describeCommit() {
  const commit = git(['rev-parse', '--short=12', 'HEAD']);
  return {
    commit: commit === '' ? 'unknown' : commit,
    isChanged: git(['status', '--porcelain', '--', 'src', 'bench']) !== '',
  };
}

/** The first two cores that this process may use: servers on one, load on the other. */
export function findCores(): { readonly serverCore: number; readonly loadCore: number } {
  const status = readFileSync('/proc/self/status', 'utf8');
  const cores = parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '0');
  const [serverCore = 0, loadCore = serverCore] = cores;
  return { serverCore, loadCore };
}

/** `0-2,5` is 0, 1, 2, 5. */
export function parseCoreList(text: string): number[] {
  return text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

function git(args: readonly string[]): string {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
}
