/** A Ringzone as a process of its own, as its user starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlReply, control } from '../clients/control-client.ts';
import { Inspector, inspectable } from './inspector.ts';

const bin = join(import.meta.dirname, '../../../bin/ringzone.js');
const startMs = 60_000;
const stopMs = 30_000;
/** So much of the log is remembered. */
const logCharacters = 4_000_000;

export interface DaemonOptions {
  readonly config: string;
  readonly controlPath: string;
  readonly isInspectable: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** What runs the command instead of the system, as `ip netns exec NAME`: it becomes the server. */
  readonly wrapper?: readonly string[];
}

export interface DaemonEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export class Daemon {
  readonly child: ChildProcess;
  readonly exit: Promise<DaemonEnd>;
  readonly controlPath: string;
  /** The end of what it has said. */
  log = '';
  /** How many characters it has said since it began. */
  said = 0;
  /** Its first address. */
  port = 0;
  inspector: Inspector | undefined;
  ended: DaemonEnd | undefined;

  private constructor(options: DaemonOptions) {
    this.controlPath = options.controlPath;
    const env = { ...process.env, ...(options.isInspectable ? inspectable : {}), ...options.env };
    const [command = process.execPath, ...words] = [...(options.wrapper ?? []), process.execPath];
    this.child = spawn(command, [...words, bin, 'serve', '-c', options.config], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child.stderr?.on('data', (data: Buffer) => {
      const text = data.toString();
      this.said += text.length;
      this.log = (this.log + text).slice(-logCharacters);
    });
    this.exit = new Promise((resolve) =>
      this.child.on('close', (code, signal) => {
        this.ended = { code, signal };
        resolve(this.ended);
      }),
    );
  }

  /** Resolves when it answers. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const daemon = new Daemon(options);
    try {
      const ready = JSON.parse(await daemon.waitForLine(/"msg":"ready"/, startMs)) as { addresses: readonly string[] };
      daemon.port = Number(ready.addresses[0]?.split(':').at(-1));
      if (options.isInspectable) daemon.inspector = await Inspector.open(daemon.log);
      return daemon;
    } catch (error) {
      daemon.kill();
      throw error;
    }
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Lines that match, of what is remembered of the log since it had said `said` characters. */
  lines(wanted: RegExp, said = 0): readonly string[] {
    const count = Math.min(this.log.length, this.said - said);
    const lines = this.log.slice(this.log.length - count).split('\n');
    return lines.filter((line) => wanted.test(line));
  }

  async waitForLine(wanted: RegExp, timeoutMs: number): Promise<string> {
    for (const endMs = performance.now() + timeoutMs; performance.now() < endMs; await sleep(20)) {
      const [found] = this.lines(wanted);
      if (found !== undefined) return found;
      if (this.ended !== undefined) break;
    }
    throw new Error(`no ${wanted} in the log:\n${this.log.slice(-4000)}`);
  }

  control(...command: readonly string[]): Promise<ControlReply> {
    return control(this.controlPath, command);
  }

  /** Ask it to end; what it ended with. */
  async stop(): Promise<DaemonEnd> {
    this.inspector?.close();
    this.child.kill('SIGCONT');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), stopMs);
    const end = await this.exit;
    clearTimeout(timer);
    return end;
  }

  kill(): void {
    this.inspector?.close();
    this.child.kill('SIGKILL');
  }
}
