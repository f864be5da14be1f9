/** What the real servers that judge answers have in common: a folder, a port, a process, and an end. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRaw, buildQuery } from './dns-client.ts';
import { findFreePort } from './free-port.ts';

export interface JudgeZone {
  /** Presentation format; the final dot may be missing. */
  readonly name: string;
  /** Absolute path of its master file. */
  readonly file: string;
}

export interface JudgeOptions {
  /** Lines of the server's own language that go into its options (BIND), `server:` section (NSD, Knot). */
  readonly extra?: string;
  /** Ready is when each zone answers with something else than SERVFAIL; after so long the rest is `notLoaded`. */
  readonly readyMs?: number;
  /** What is not ready when the log has this is `notLoaded`, without waiting any longer. */
  readonly hopeless?: RegExp;
}

export interface Judge {
  readonly name: string;
  /** UDP and TCP on 127.0.0.1. */
  readonly port: number;
  /** Zones that the server refused to load. */
  readonly notLoaded: readonly string[];
  /** What the server has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface JudgeProgram {
  readonly name: string;
  readonly command: string;
  /** Write the configuration into `folder` and return the command's arguments. */
  configure(folder: string, port: number, zones: readonly JudgeZone[], extra: string): string[];
}

/** Start the server; `undefined`, and a line that says so, where it is not installed. */
export async function startJudge(
  program: JudgeProgram,
  zones: readonly JudgeZone[],
  options: JudgeOptions = {},
): Promise<Judge | undefined> {
  const command = findCommand(program.command);
  if (command === undefined) {
    console.warn(`skipped: ${program.name} is not installed (no ${program.command} in PATH or /usr/sbin)`);
    return undefined;
  }
  for (let attempt = 1; ; attempt++) {
    const judge = await tryStart(program, command, zones, options);
    if (judge !== undefined) return judge;
    // Another process may have taken the port between our look and the server's bind.
    if (attempt === 3) throw new Error(`${program.name} did not start`);
  }
}

async function tryStart(
  program: JudgeProgram,
  command: string,
  zones: readonly JudgeZone[],
  options: JudgeOptions,
): Promise<Judge | undefined> {
  const port = await findFreePort();
  const folder = mkdtempSync(join(tmpdir(), `ringzone-${program.name.toLowerCase()}-`));
  const logFile = join(folder, 'log');
  const logFd = openSync(logFile, 'w');
  const argumentList = program.configure(folder, port, zones, options.extra ?? '');
  const child = spawn(command, argumentList, { cwd: folder, stdio: ['ignore', logFd, logFd] });
  closeSync(logFd);
  // A test run that dies must not leave servers behind.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const log = (): string => readFileSync(logFile, 'utf8');
  const { readyMs = 10_000, hopeless } = options;
  const isHopeless = () => hopeless?.test(log()) === true;
  const notLoaded = await waitUntilReady(child, port, zones, readyMs, isHopeless);
  const stop = (): Promise<void> => stopChild(child, folder);
  if (notLoaded !== undefined) return { name: program.name, port, notLoaded, log, stop };
  console.warn(`${program.name} ended at its start:\n${log().slice(-2000)}`);
  await stop();
  return undefined;
}

/** The zones that still give SERVFAIL or nothing when the time is over; `undefined` where the process ended. */
async function waitUntilReady(
  child: ChildProcess,
  port: number,
  zones: readonly JudgeZone[],
  readyMs: number,
  isHopeless: () => boolean,
): Promise<string[] | undefined> {
  const end = Date.now() + readyMs;
  let left = zones.length === 0 ? ['.'] : zones.map((zone) => zone.name);
  while (Date.now() < end) {
    while (left[0] !== undefined && (await isServed(port, left[0]))) left = left.slice(1);
    if (child.exitCode !== null || child.signalCode !== null) return undefined;
    if (left.length === 0 || isHopeless()) return left;
    await new Promise((resolve) => setTimeout(resolve, 25));
    // A zone that stays unloaded must not hide those behind it.
    left = [...left.slice(1), left[0] as string];
  }
  return left;
}

async function isServed(port: number, zone: string): Promise<boolean> {
  const response = await askRaw(port, buildQuery({ name: zone, type: 'SOA' }), { timeoutMs: 100 });
  return response !== undefined && ((response[3] as number) & 15) !== 2;
}

async function stopChild(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(timer);
  }
  rmSync(folder, { recursive: true, force: true });
}

export function findCommand(command: string): string | undefined {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin`;
  const found = spawnSync('/bin/sh', ['-c', `command -v ${command}`], { env: { PATH: path }, encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

export function writeConfig(folder: string, file: string, lines: readonly string[]): string {
  const path = join(folder, file);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
