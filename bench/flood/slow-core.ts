/**
 * Gives a server a tenth of its core: a process that never waits runs on the same core, and the server has the lower priority. So the load,
 * which has no more than one core itself, can be ten times as much as the server can answer; and servers are slowed alike.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Of a weight of 110, where the usual one is 1,024. */
const niceness = 10;

export class SlowCore {
  private readonly child: ChildProcess;

  /** From now on the core has something else to do. */
  constructor(core: number) {
    this.child = spawn('taskset', ['-c', `${core}`, process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' });
    process.once('exit', this.end);
  }

  stop(): void {
    process.off('exit', this.end);
    this.end();
  }

  private readonly end = (): void => void this.child.kill('SIGKILL');
}

/** Take the lower priority for all threads of the server's processes, for good. */
export function lowerPriority(pids: readonly number[]): void {
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), niceness);
    // Where the kernel groups processes by session, priorities hold within a session alone, and sessions have their own.
    if (existsSync(`/proc/${pid}/autogroup`)) writeFileSync(`/proc/${pid}/autogroup`, `${niceness}`);
  }
}
