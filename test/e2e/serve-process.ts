/** `ringzone serve` as a process of its own, and two clients to ask it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import DNS from 'dns2';

const bin = join(import.meta.dirname, '../../bin/ringzone.js');

/** A line of the log on stderr. */
export interface LogLine {
  readonly level: string;
  readonly category: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export class ServeProcess {
  readonly child: ChildProcess;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** The same, though others that it has started go on and write where it did. */
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(
    args: readonly string[],
    options: {
      readonly cwd?: string;
      readonly wrapper?: readonly string[];
      readonly env?: NodeJS.ProcessEnv;
      /** Descriptors that it has from 3 on. */
      readonly passed?: readonly number[];
    } = {},
  ) {
    const [command = process.execPath, ...rest] = [...(options.wrapper ?? []), process.execPath, bin, 'serve', ...args];
    this.child = spawn(command, rest, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', ...(options.passed ?? [])],
    });
    this.child.stdout?.on('data', (data: Buffer) => {
      this.stdout += data;
    });
    this.child.stderr?.on('data', (data: Buffer) => {
      this.stderr += data;
    });
    this.ended = new Promise((resolve) => this.child.on('exit', resolve));
    this.exit = new Promise((resolve) => this.child.on('close', (code, signal) => resolve({ code, signal })));
  }

  /** The lines of JSON on stderr so far. */
  get log(): readonly LogLine[] {
    const lines = this.stderr.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** Wait for a log line with such a message, the `count`-th one. */
  async waitFor(message: RegExp, count = 1): Promise<LogLine> {
    for (let i = 0; i < 1000; i++) {
      const found = this.log.filter(({ msg }) => message.test(msg))[count - 1];
      if (found !== undefined) return found;
      if (this.child.exitCode !== null) break;
      await sleep(20);
    }
    throw new Error(`no ${message} in the log:\n${this.stderr}`);
  }

  /** Wait until it answers; the port of its first address. */
  async ready(): Promise<number> {
    const { addresses } = await this.waitFor(/^ready$/);
    return Number((addresses as string[])[0]?.split(':').at(-1));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    this.kill('SIGTERM');
    return await this.exit;
  }
}

/** A folder with files, made for one test. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'ringzone-serve-'));

  write(name: string, text: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A small zone of one serial; `www` has an address that tells it. */
export function zoneText(serial: number): string {
  return `$TTL 300
@ IN SOA ns.a.test. root.a.test. ${serial} 1800 600 604800 300
@ IN NS ns
ns IN A 192.0.2.1
www IN A 192.0.2.${serial % 250}
`;
}

export interface Reply {
  readonly header: { readonly rcode: number; readonly aa: number };
  readonly answers: readonly Record<string, unknown>[];
  readonly additionals: readonly Record<string, unknown>[];
}

/** Ask through dns2, an independent client. */
export async function ask(port: number, name: string, type: string, transport: 'udp' | 'tcp' = 'udp'): Promise<Reply> {
  const options = { dns: '127.0.0.1', port, timeout: 3000, retryOverTCP: false };
  const resolve = transport === 'udp' ? DNS.UDPClient(options) : DNS.TCPClient(options);
  return (await resolve(name, type as 'A')) as unknown as Reply;
}

/** The serial that is served of a zone. */
export async function serialOf(port: number, zone = 'a.test'): Promise<unknown> {
  return (await ask(port, zone, 'SOA')).answers[0]?.serial;
}
