/** BIND or Ringzone, run with the same channels, and what files it makes of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../lib/free-port.ts';
import { findCommand } from '../lib/judge.ts';

const bin = resolve(import.meta.dirname, '../../../bin/ringzone.js');
const patienceMs = 15_000;
const zone = '$TTL 60\n@ SOA ns root 1 60 60 60 60\n@ NS ns\nns A 192.0.2.1\n';

export type Product = 'BIND' | 'Ringzone';

/** Files by name, each with its lines. */
export type Files = Readonly<Record<string, readonly string[]>>;

export class FileServer {
  readonly port: number;
  private readonly folder: string;
  private readonly child: ChildProcess;
  private output = '';

  private constructor(folder: string, port: number, [program = '', ...args]: readonly string[]) {
    this.folder = folder;
    this.port = port;
    this.child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (data: Buffer) => {
        this.output += data;
      });
    process.once('exit', () => this.child.kill('SIGKILL'));
  }

  /** Start it with these statements of the logging block, and files of the runs before. `wrapper`: the program that runs it. */
  static async start(
    product: Product,
    logging: string,
    before: Files = {},
    wrapper: readonly string[] = [],
  ): Promise<FileServer> {
    for (let attempt = 0; ; attempt++) {
      const server = await FileServer.tryStart(product, logging, before, wrapper);
      try {
        await server.saysAfter(/: (?:running|ready)\n/, 0);
        return server;
      } catch (error) {
        await server.stop();
        if (attempt === 2) throw error;
      }
    }
  }

  private static async tryStart(
    product: Product,
    logging: string,
    before: Files,
    wrapper: readonly string[],
  ): Promise<FileServer> {
    const folder = mkdtempSync(join(tmpdir(), 'ringzone-log-files-'));
    const port = await findFreePort();
    writeFileSync(join(folder, 'a.zone'), zone);
    for (const [name, lines] of Object.entries(before)) writeFileSync(join(folder, name), lines.join(''));
    const file = join(folder, 'named.conf');
    writeFileSync(file, namedConf(folder, port, logging));
    const named = [findCommand('named') ?? '', '-f', '-4', '-n', '1', '-U', '1', '-c', file];
    const paths = ['--data-dir', 'data', '--control', join(folder, 'control.sock')];
    const serve = [process.execPath, bin, 'serve', '-c', file, '--workers', '1', ...paths];
    return new FileServer(folder, port, [...wrapper, ...(product === 'BIND' ? named : serve)]);
  }

  /** Read the configuration again. */
  async reload(): Promise<void> {
    const from = this.read('progress').length;
    this.child.kill('SIGHUP');
    await this.saysAfter(/reloading zones succeeded/, from);
  }

  /** The files of channels, without those of which `isOther` says so. A time in a name is `TIME`, with its place in their order. */
  files(): Files {
    const files: Record<string, readonly string[]> = {};
    let times = 0;
    for (const name of readdirSync(this.folder).toSorted()) {
      if (!name.startsWith('f-')) continue;
      const shown = name.replace(/\d{17}$/, () => `TIME-${times++}`);
      files[shown] = this.read(name).split(/(?<=\n)/);
    }
    return files;
  }

  /** Empty where there is none now: rotation makes it anew. */
  read(name: string): string {
    try {
      return readFileSync(join(this.folder, name), 'utf8');
    } catch {
      return '';
    }
  }

  /** Wait until the files are what `isSo` waits for. */
  async until(isSo: () => boolean): Promise<void> {
    for (const end = Date.now() + patienceMs; !isSo(); await sleep(20)) {
      if (Date.now() > end || this.child.exitCode !== null)
        throw new Error(
          `not in time:\n${this.read('progress')}\n${this.output}\n${JSON.stringify(this.files(), null, 1)}`,
        );
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = new Promise((done) => this.child.once('exit', done));
      this.child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private saysAfter(text: RegExp, from: number): Promise<void> {
    return this.until(() => text.test(this.read('progress').slice(from)));
  }
}

function namedConf(folder: string, port: number, logging: string): string {
  return `options {
  directory "${folder}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  pid-file none; session-keyfile none; lock-file none;
  recursion no; dnssec-validation no; empty-zones-enable no; notify no; allow-transfer { none; };
};
${findCommand('named') === undefined ? '' : 'controls { };'}
zone a.test { type primary; file "a.zone"; };
logging {
  channel progress { file "progress"; print-category yes; };
  category default { progress; };
  category query-errors { null; };
${logging}
};
`;
}
