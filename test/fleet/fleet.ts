/** The nodes of docs/fleet.md, started from the files of deploy/fleet; only folders are others here. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Folder, ServeProcess } from '../e2e/serve-process.ts';
import { findCommand } from '../interop/lib/judge.ts';
import { Network } from './network.ts';

const project = resolve(import.meta.dirname, '../..');
const files = join(project, 'deploy/fleet');
const program = join(project, 'bin/ringzone.js');

/** As deploy/fleet/hidden-primary has them. */
export const addresses = {
  primary: '192.0.2.1',
  a: '192.0.2.11',
  b: '192.0.2.12',
  bind: '192.0.2.13',
  knot: '192.0.2.14',
} as const;
export type Host = keyof typeof addresses;

export class Fleet {
  readonly folder = new Folder();
  readonly network = new Network(addresses);
  private readonly key: string;
  private readonly children: ChildProcess[] = [];
  private logs = '';

  constructor() {
    this.key = this.folder.write('fleet.key', this.keygen('bind'));
  }

  /** A Ringzone: what `copy` has brought into the host's folder. */
  startRingzone(host: Host): ServeProcess {
    const path = join(this.folder.path, host);
    const config = join(path, 'ringzone.yaml');
    const server = new ServeProcess(['-c', config, '--control', join(path, 'control.sock')], {
      cwd: path,
      wrapper: this.network.on(host),
    });
    this.children.push(server.child);
    return server;
  }

  /** Bring files of deploy/fleet into a host's folder, with its paths and, where given, other changes. */
  copy(host: Host, from: string, changes: readonly (readonly [string, string])[] = []): void {
    const path = join(this.folder.path, host);
    const source = join(files, from);
    cpSync(source, path, { recursive: true });
    mkdirSync(join(path, 'data'), { recursive: true });
    for (const name of ['ringzone.yaml', 'named.conf', 'knot.conf', 'bird.conf']) {
      this.edit(host, name, [
        ['/etc/ringzone/fleet.key', this.key],
        ['/etc/bind/fleet.key', this.key],
        ['/var/lib/ringzone', join(path, 'data')],
        ['/var/cache/bind', join(path, 'data')],
        ['/var/lib/knot', join(path, 'data')],
        ['/run/knot', join(path, 'data')],
        ...changes,
      ]);
    }
  }

  /** Replace text in a file of a host; a file that is not there is left. */
  edit(host: Host, name: string, changes: readonly (readonly [string, string])[]): void {
    const path = join(this.folder.path, host, name);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return;
    }
    for (const [before, after] of changes) text = text.replaceAll(before, after);
    writeFileSync(path, text);
  }

  startBind(host: Host): void {
    // What is the whole machine's is shared with the other tests'.
    const own = 'options {\n  pid-file none; session-keyfile none; lock-file none;';
    this.copy(host, 'secondary-bind', [['options {', `controls { };\n${own}`]]);
    this.start(host, 'named', '-g', '-n', '1', '-U', '1', '-c', join(this.folder.path, host, 'named.conf'));
  }

  startKnot(host: Host): void {
    const key = this.folder.write('knot.key', this.keygen('knot'));
    this.copy(host, 'secondary-knot', [['/etc/knot/fleet.key', key]]);
    this.start(host, 'knotd', '-c', join(this.folder.path, host, 'knot.conf'));
  }

  /** Start any program on a host; its output goes to `log`. */
  start(host: Host | 'router', command: string, ...words: readonly string[]): ChildProcess {
    const [first = '', ...rest] = [...this.network.on(host), findCommand(command) ?? command, ...words];
    const child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        this.logs += `${host}: ${data}`;
      });
    }
    this.children.push(child);
    return child;
  }

  /** What programs that are none of ours have said. */
  get log(): string {
    return this.logs;
  }

  async remove(): Promise<void> {
    const running = this.children.filter((child) => child.exitCode === null && child.signalCode === null);
    const ends = running.map((child) => new Promise((done) => child.once('close', done)));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ends);
    this.network.remove();
    this.folder.remove();
  }

  /** The same secret for all, in another form. */
  private keygen(format: string): string {
    const words = [program, 'tsig-keygen', '--format', format, 'fleet-key'];
    const text = execFileSync(process.execPath, words, { encoding: 'utf8' });
    if (format === 'bind') return text;
    const secret = /secret "([^"]+)"/.exec(readFileSync(this.key, 'utf8'))?.[1] as string;
    return text.replace(/secret: .*/, `secret: ${secret}`);
  }
}
