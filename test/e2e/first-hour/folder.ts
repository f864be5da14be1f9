/** The empty folder of docs/first-hour.md: its two ports are others, and what goes to the background is a server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askRaw, buildQuery } from '../../interop/lib/dns-client.ts';
import { findFreePort } from '../../interop/lib/free-port.ts';

const bin = resolve(import.meta.dirname, '../../../bin/ringzone.js');

export interface Said {
  readonly code: number;
  /** stderr before stdout, as the guide shows them. */
  readonly output: string;
}

export class ReaderFolder {
  readonly #root = mkdtempSync(join(tmpdir(), 'ringzone-first-hour-'));
  readonly #ports: ReadonlyMap<string, number>;
  readonly #servers: ChildProcess[] = [];

  private constructor(ports: ReadonlyMap<string, number>) {
    this.#ports = ports;
    for (const folder of ['bin', 'home', 'empty']) mkdirSync(join(this.#root, folder));
    const program = join(this.#root, 'bin/ringzone');
    // The default of init is a port that others may have.
    const lines = [
      '#!/bin/sh',
      `if [ "$1" = init ]; then set -- "$@" --listen 127.0.0.1:${ports.get('5300')}; fi`,
      `exec ${process.execPath} ${bin} "$@"`,
    ];
    writeFileSync(program, `${lines.join('\n')}\n`);
    chmodSync(program, 0o755);
  }

  static async make(): Promise<ReaderFolder> {
    return new ReaderFolder(
      new Map([
        ['5300', await findFreePort()],
        ['5301', await findFreePort()],
      ]),
    );
  }

  writeFile(path: string, text: string): void {
    const place = join(this.#root, 'empty', path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, this.#mapped(text));
  }

  async run(command: string): Promise<Said> {
    if (command.endsWith(' &')) return await this.#serve(command.slice(0, -' &'.length));
    const child = this.#shell(this.#mapped(command));
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (data) => (stdout += data));
    child.stderr?.on('data', (data) => (stderr += data));
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code: code ?? -1, output: this.#unmapped(stderr + stdout) };
  }

  /** Until it answers with the zone. */
  async #serve(command: string): Promise<Said> {
    const port = this.#ports.get(command.includes('secondary') ? '5301' : '5300') as number;
    const child = this.#shell(`exec ${command}`);
    let said = '';
    child.stdout?.on('data', (data) => (said += data));
    child.stderr?.on('data', (data) => (said += data));
    this.#servers.push(child);
    for (let i = 0; i < 1200 && child.exitCode === null; i++) {
      const reply = await askRaw(port, buildQuery({ name: 'example.com', type: 'SOA' }), { timeoutMs: 100 });
      if (reply !== undefined && ((reply[3] as number) & 15) === 0) return { code: 0, output: '' };
      await sleep(25);
    }
    return { code: 1, output: `${command} does not answer:\n${said}` };
  }

  #shell(command: string): ChildProcess {
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env;
    return spawn('/bin/sh', ['-c', command], {
      cwd: join(this.#root, 'empty'),
      env: { ...env, HOME: join(this.#root, 'home'), PATH: `${this.#root}/bin:${env.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  #mapped(text: string): string {
    return text.replaceAll(/(?<=127\.0\.0\.1(?: -p |:))530[01]\b/g, (port) => String(this.#ports.get(port)));
  }

  #unmapped(text: string): string {
    let result = text;
    for (const [shown, port] of this.#ports) result = result.replaceAll(String(port), shown);
    return result;
  }

  /** The codes with which the servers ended; those that still run are killed. */
  async end(): Promise<(number | null)[]> {
    return await Promise.all(
      this.#servers.map(async (child) => {
        for (let i = 0; i < 400 && child.exitCode === null && child.signalCode === null; i++) await sleep(25);
        if (child.exitCode === null) child.kill('SIGKILL');
        return child.exitCode;
      }),
    );
  }

  async remove(): Promise<void> {
    for (const child of this.#servers) if (child.exitCode === null) child.kill('SIGKILL');
    await this.end();
    rmSync(this.#root, { recursive: true, force: true });
  }
}
