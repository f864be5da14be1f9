/** BIND or Ringzone, run with the same named.conf, and its log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../lib/free-port.ts';
import { findCommand } from '../lib/judge.ts';
import { run } from '../update/nsupdate.ts';
import { namedConf, writeZones } from './zones.ts';

const bin = resolve(import.meta.dirname, '../../../bin/ringzone.js');
const patienceMs = 20_000;

export type Product = 'BIND' | 'Ringzone';

/** As `named -v` says it, without the distribution's suffix; `undefined` where it is not installed. */
export async function bindVersion(): Promise<string | undefined> {
  const named = findCommand('named');
  if (named === undefined || findCommand('rndc') === undefined) return undefined;
  return /BIND (\d+\.\d+\.\d+)/.exec(await run(named, ['-v']))?.[1];
}

export class LoggingServer {
  readonly folder: string;
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly control: readonly string[];
  private output = '';

  private constructor(folder: string, port: number, command: readonly string[], control: readonly string[]) {
    this.folder = folder;
    this.port = port;
    this.control = control;
    const [program = '', ...args] = command;
    this.child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (data: Buffer) => {
      this.output += data;
    };
    this.child.stdout?.on('data', take);
    this.child.stderr?.on('data', take);
    process.once('exit', () => this.child.kill('SIGKILL'));
  }

  /** Start it; it may take a little until it answers. `peerPort` is the scripted peer's. */
  static async start(product: Product, peerPort: number): Promise<LoggingServer> {
    for (let attempt = 0; ; attempt++) {
      const server = await LoggingServer.tryStart(product, peerPort);
      try {
        await server.until(() => server.lines().some((line) => /: (?:running|ready)$/.test(line)));
        return server;
      } catch (error) {
        await server.stop();
        if (attempt === 2) throw error;
      }
    }
  }

  private static async tryStart(product: Product, peerPort: number): Promise<LoggingServer> {
    const folder = mkdtempSync(join(tmpdir(), 'ringzone-log-lines-'));
    const port = await findFreePort();
    const controlPort = await findFreePort();
    writeZones(folder);
    mkdirSync(join(folder, 'data'));
    const file = join(folder, 'named.conf');
    if (product === 'BIND') {
      const key = `key rndc-key { algorithm hmac-sha256; secret "${Buffer.from('controls').toString('base64')}"; };`;
      const controls = `controls { inet 127.0.0.1 port ${controlPort} allow { 127.0.0.1; } keys { rndc-key; }; };`;
      writeFileSync(join(folder, 'rndc.key'), key);
      writeFileSync(file, `${key}\n${controls}\n${namedConf(folder, port, peerPort)}`);
      const rndc = [findCommand('rndc') ?? '', '-s', '127.0.0.1', '-p', String(controlPort), '-k', 'rndc.key'];
      const named = findCommand('named') ?? '';
      return new LoggingServer(folder, port, [named, '-f', '-4', '-n', '1', '-U', '1', '-c', file], rndc);
    }
    writeFileSync(file, namedConf(folder, port, peerPort));
    const socket = join(folder, 'control.sock');
    const serve = ['serve', '-c', file, '--data-dir', 'data', '--control', socket, '--workers', '1', '--http', 'false'];
    const command = [process.execPath, bin, ...serve];
    return new LoggingServer(folder, port, command, [process.execPath, bin, 'ctl', '--control', socket]);
  }

  /** All of the log, whole lines. */
  lines(): readonly string[] {
    try {
      return readFileSync(join(this.folder, 'log'), 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }

  /** What it has said on stdout and stderr, for who looks for the reason of a failure. */
  get printed(): string {
    return this.output;
  }

  /** Have it do one of rndc's words. */
  async say(words: string): Promise<string> {
    const [program = '', ...args] = this.control;
    return await this.runIn(program, [...args, ...words.split(' ')]);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  async until(isSo: () => boolean, patience = patienceMs): Promise<void> {
    for (const end = Date.now() + patience; !isSo(); await sleep(20)) {
      if (Date.now() > end || this.child.exitCode !== null)
        throw new Error(`not in time:\n${this.lines().join('\n')}\n${this.output}`);
    }
  }

  /** Wait until it has ended of itself, as after `stop`. */
  async ended(): Promise<void> {
    for (const end = Date.now() + patienceMs; this.child.exitCode === null && Date.now() < end; ) await sleep(20);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const exited = new Promise((done) => this.child.once('exit', done));
      this.child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async runIn(program: string, args: readonly string[]): Promise<string> {
    const words = args.map((word) => (word === 'rndc.key' ? join(this.folder, word) : word));
    return await run(program, words);
  }
}
