/** A server as a session of processes of its own, pinned to one core, in a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askRaw, buildQuery } from '../../test/interop/lib/dns-client.ts';
import { findFreePort } from '../../test/interop/lib/free-port.ts';
import { findCommand } from '../../test/interop/lib/judge.ts';
import { type CpuTime, readCpuTime } from '../measure/proc-stat.ts';
import type { ServerProgram, ServerSettings } from './server-program.ts';

/** A question is asked again after so long; the time to the first answer is not told finer. */
const askAgainMs = 5;
const readyMs = 60_000;
const stopMs = 5000;

export class BenchServer {
  readonly program: ServerProgram;
  readonly port: number;
  readonly folder: string;
  /** From exec to the first answer. */
  readonly startMs: number;
  private readonly child: ChildProcess;

  /** Resolves when each zone is answered with NOERROR. */
  static async start(
    program: ServerProgram,
    settings: ServerSettings,
    parent: string,
    core: number,
  ): Promise<BenchServer> {
    const port = await findFreePort();
    const folder = join(parent, `${program.name}-${port}`);
    mkdirSync(folder);
    const startedMs = performance.now();
    const child = launch(program, program.configure(folder, port, settings), folder, core);
    const server = new BenchServer(program, port, folder, child, 0);
    try {
      await server.waitUntilReady(settings);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return new BenchServer(program, port, folder, child, performance.now() - startedMs);
  }

  private constructor(program: ServerProgram, port: number, folder: string, child: ChildProcess, startMs: number) {
    this.program = program;
    this.port = port;
    this.folder = folder;
    this.child = child;
    this.startMs = startMs;
  }

  get name(): string {
    return this.program.name;
  }

  /** The id of its first process and of its session. */
  get pid(): number {
    return this.child.pid as number;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  readCpu(): CpuTime {
    return readCpuTime(this.pid);
  }

  /** Tell it to read its zones again. */
  reload(): void {
    this.child.kill('SIGHUP');
  }

  async stop(): Promise<void> {
    if (this.isRunning) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await Promise.race([exited, sleep(stopMs)]);
    }
    killGroup(this.pid);
  }

  private async waitUntilReady({ zones }: ServerSettings): Promise<void> {
    const endMs = performance.now() + readyMs;
    const names = zones.length === 0 ? ['.'] : zones.map(({ name }) => name);
    for (const name of names) {
      while (!(await answers(this.port, name))) {
        if (this.isRunning && performance.now() < endMs) continue;
        throw new Error(`${this.name} did not start:\n${readFileSync(join(this.folder, 'log'), 'utf8').slice(-2000)}`);
      }
    }
  }
}

/** Where it is installed. */
export function findProgram(program: ServerProgram): string | undefined {
  return existsSync(program.command) ? program.command : findCommand(program.command);
}

export function readVersion(program: ServerProgram): string {
  const { stdout, stderr } = spawnSync(findProgram(program) ?? '', program.versionArguments, { encoding: 'utf8' });
  return program.versionPattern.exec(`${stdout}${stderr}`)?.[1] ?? 'unknown';
}

function launch(program: ServerProgram, args: readonly string[], folder: string, core: number): ChildProcess {
  const log = openSync(join(folder, 'log'), 'w');
  const command = ['-c', `${core}`, findProgram(program) ?? program.command, ...args];
  const child = spawn('taskset', command, { cwd: folder, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const kill = (): void => killGroup(child.pid as number);
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

/** Children that outlive the first process belong to its group still. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // None is left.
  }
}

async function answers(port: number, zone: string): Promise<boolean> {
  const response = await askRaw(port, buildQuery({ name: zone, type: 'SOA' }), { timeoutMs: askAgainMs });
  return response !== undefined && ((response[3] as number) & 15) === 0;
}
