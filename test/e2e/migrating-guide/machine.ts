/**
 * The machine of docs/migrating-from-bind.md, in a folder: its paths lie below `root`, its port 53 and the trial's 5300
 * are others, and a stand-in for systemd starts and stops the real named and the server under test. All that is not run as
 * it is printed stands in this file.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askRaw, buildQuery } from '../../interop/lib/dns-client.ts';
import { findFreePort } from '../../interop/lib/free-port.ts';

const project = resolve(import.meta.dirname, '../../..');
const ownGroup = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();

export interface Said {
  readonly code: number;
  /** stdout and stderr, as the guide would show them. */
  readonly output: string;
}

type Service = 'named' | 'ringzone';

export class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'ringzone-guide-'));
  readonly #port: number;
  readonly #trialPort: number;
  readonly #named: string;
  readonly #running = new Map<Service | 'trial', ChildProcess>();

  private constructor(named: string, port: number, trialPort: number) {
    this.#named = named;
    this.#port = port;
    this.#trialPort = trialPort;
    for (const folder of [
      'etc/fail2ban/filter.d',
      'etc/systemd/system',
      'root',
      'run',
      'usr/bin',
      'var/lib/named/var/log',
      'var/log',
    ]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    cpSync(join(project, 'deploy'), join(this.root, 'usr/lib/node_modules/ringzone/deploy'), { recursive: true });
    this.#installProgram();
  }

  static async make(named: string): Promise<Machine> {
    return new Machine(named, await findFreePort(), await findFreePort());
  }

  /** `ringzone` in PATH. Its control socket has no place in the configuration of the guide, so it is told here. */
  #installProgram(): void {
    const socket = join(this.root, 'run/ringzone/control.sock');
    const program = join(this.root, 'usr/bin/ringzone');
    const lines = [
      '#!/bin/sh',
      `if [ "$1" = ctl ]; then shift; set -- ctl --control ${socket} "$@"; fi`,
      `exec ${process.execPath} ${project}/bin/ringzone.js "$@"`,
    ];
    writeFileSync(program, `${lines.join('\n')}\n`);
    chmodSync(program, 0o755);
  }

  /** What is printed, as it is run here. */
  #mapped(text: string): string {
    return text
      .replaceAll(/(?<![\w./])\/(?=(etc|run|var)\/)/g, `${this.root}/`)
      .replaceAll('127.0.0.1:5300', `127.0.0.1:${this.#trialPort}`)
      .replaceAll('127.0.0.1:53 ', `127.0.0.1:${this.#port} `)
      .replaceAll('@127.0.0.1 -p 5300', `@127.0.0.1 -p ${this.#trialPort}`)
      .replaceAll(/@127\.0\.0\.1 (?!-p)/g, `@127.0.0.1 -p ${this.#port} `)
      .replaceAll('-g named', `-g ${ownGroup}`);
  }

  /** The way back, for what was printed. */
  #unmapped(text: string): string {
    return text
      .replaceAll(this.root, '')
      .replaceAll(`127.0.0.1:${this.#trialPort}`, '127.0.0.1:5300')
      .replaceAll(`127.0.0.1:${this.#port}`, '127.0.0.1:53');
  }

  writeFile(path: string, text: string): void {
    const place = this.#mapped(path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, this.#mapped(text));
  }

  readFile(path: string): string {
    return readFileSync(this.#mapped(path), 'utf8');
  }

  /** Run one command of the guide. */
  async run(command: string): Promise<Said> {
    const systemctl = /^systemctl (.*)$/.exec(command);
    if (systemctl !== null) return await this.#systemctl(systemctl[1] as string);
    if (command.endsWith(' &')) return await this.#runBeside(command.slice(0, -' &'.length));
    return await new Promise((done) => {
      const child = this.#shell(`exec 2>&1\n${this.#mapped(command)}`);
      let output = '';
      child.stdout?.on('data', (data) => (output += data));
      child.on('close', (code) => done({ code: code ?? -1, output: this.#unmapped(output) }));
    });
  }

  #shell(command: string): ChildProcess {
    const PATH = `${this.root}/usr/bin:${process.env.PATH}`;
    const env = { ...process.env, PATH, npm_config_prefix: join(this.root, 'usr') };
    return spawn('/bin/sh', ['-c', command], { cwd: join(this.root, 'root'), env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async #runBeside(command: string): Promise<Said> {
    return await this.#start('trial', this.#shell(`exec ${this.#mapped(command)}`), this.#trialPort);
  }

  /** The words of systemctl that the guide has. */
  async #systemctl(words: string): Promise<Said> {
    const [, verb, service] = /^(enable --now|disable --now) (named|ringzone)$/.exec(words) ?? [];
    if (verb === 'enable --now') return await this.start(service as Service);
    if (verb === 'disable --now') return await this.#stop(service as Service);
    return words === 'daemon-reload' ? { code: 0, output: '' } : { code: 1, output: `Unknown command ${words}\n` };
  }

  async start(service: Service): Promise<Said> {
    const child = service === 'named' ? this.#spawnNamed() : this.#spawnUnit();
    return await this.#start(service, child, this.#port);
  }

  /**
   * The guide's named.conf, its paths as the chroot has them, with what keeps this named apart from others that run here. It says so in its
   * log, not on stderr.
   */
  #spawnNamed(): ChildProcess {
    const apart = [
      'listen-on { 127.0.0.1; }; listen-on-v6 { none; };',
      'pid-file none; session-keyfile none; lock-file none; managed-keys-directory "."; empty-zones-enable no;',
    ];
    const config = this.readFile('/etc/named.conf')
      .replace('options {', `controls { };\noptions { ${apart.join(' ')}`)
      .replace(`${this.root}/var/log/`, `${this.root}/var/lib/named/var/log/`);
    const file = join(this.root, 'named.chroot.conf');
    writeFileSync(file, config);
    return spawn(this.#named, ['-f', '-n', '1', '-p', String(this.#port), '-c', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** What the unit says after `ringzone`, on the port of this machine. */
  #spawnUnit(): ChildProcess {
    const unit = this.readFile('/etc/systemd/system/ringzone.service');
    const args = /^ExecStart=\/usr\/bin\/env ringzone (.*)$/m.exec(unit)?.[1];
    if (args === undefined) throw new Error('the unit does not start ringzone');
    const places = [
      `--listen 127.0.0.1:${this.#port} --http false`,
      `--data-dir ${this.root}/var/lib/ringzone --control ${this.root}/run/ringzone/control.sock`,
    ];
    return this.#shell(`exec ringzone ${this.#mapped(args)} ${places.join(' ')}`);
  }

  /** Wait until it answers. */
  async #start(name: Service | 'trial', child: ChildProcess, port: number): Promise<Said> {
    let said = '';
    child.stdout?.on('data', (data) => (said += data));
    child.stderr?.on('data', (data) => (said += data));
    this.#running.set(name, child);
    // A test run that dies must not leave servers behind.
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    for (let i = 0; i < 400 && child.exitCode === null; i++) {
      const reply = await askRaw(port, buildQuery({ name: 'rapidtech.phones', type: 'SOA' }), { timeoutMs: 100 });
      if (reply !== undefined && ((reply[3] as number) & 15) === 0) return { code: 0, output: '' };
      await sleep(25);
    }
    return { code: 1, output: `${name} does not answer:\n${said}` };
  }

  async #stop(name: Service): Promise<Said> {
    const child = this.#running.get(name);
    if (child === undefined) return { code: 1, output: `${name} does not run\n` };
    const code = await end(child);
    this.#running.delete(name);
    return { code: code === 0 ? 0 : 1, output: code === 0 ? '' : `${name} ended with ${code}\n` };
  }

  async remove(): Promise<void> {
    for (const child of this.#running.values()) await end(child);
    rmSync(this.root, { recursive: true, force: true });
  }
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  const code = await ended;
  clearTimeout(timer);
  return code;
}
