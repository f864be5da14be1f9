/** Three Ringzones that agree on who is down, and the SIP servers that they ask, one of them deaf for whom it is told to. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import DNS from 'dns2';
import { vi } from 'vitest';
import { runProgram, type Said } from '../interop/lib/run-program.ts';
import { Folder, type Reply, ServeProcess } from './serve-process.ts';

const bin = join(import.meta.dirname, '../../bin/ringzone.js');
export const secret = Buffer.alloc(32, 7).toString('base64');
const numbers = [1, 2, 3];
/** On a slow machine all takes longer. */
const waiting = { timeout: 60_000, interval: 50 };

/** A SIP server on a thread of its own, that answers only whom it is told to: each Ringzone asks with Max-Forwards of its own. */
const sipCode = `
  const { createSocket } = require('node:dgram');
  const { parentPort } = require('node:worker_threads');
  let deafFor = [];
  parentPort.on('message', (numbers) => { deafFor = numbers; parentPort.postMessage('done'); });
  const server = createSocket('udp4');
  server.on('message', (octets, { port, address }) => {
    const lines = octets.toString('latin1').split('\\r\\n');
    const hops = Number(lines.find((line) => line.startsWith('Max-Forwards:')).slice(13));
    if (deafFor.includes(hops)) return;
    const copied = lines.filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
    server.send(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\\r\\n'), port, address);
  });
  server.bind(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

export interface Health {
  readonly targets: readonly {
    readonly target: string;
    readonly state: string;
    readonly addresses: readonly {
      readonly state: string;
      readonly peers?: readonly { readonly peer: string; readonly opinion: string | null }[];
    }[];
  }[];
  readonly peers: readonly { readonly peer: string; readonly isHeard: boolean; readonly problem?: string }[];
}

/** Servers 1, 2 and 3, each at the address of loopback with that number. */
export class PeerFleet {
  port = 0;
  sipPort = 0;
  private readonly folder = new Folder();
  private readonly sip = new Worker(sipCode, { eval: true });
  private readonly servers = new Map<number, ServeProcess>();

  /** All three, when they hear each other. sip2 has no server, so that it is not in the way: it is down for all, and sip1 alone is left. */
  static async start(): Promise<PeerFleet> {
    const fleet = new PeerFleet();
    [fleet.sipPort] = (await once(fleet.sip, 'message')) as [number];
    fleet.writeZone();
    await fleet.startAll();
    for (const number of numbers) await fleet.waitForPeers(number, true);
    await fleet.waitForNames('sip1', ...numbers);
    return fleet;
  }

  async end(): Promise<void> {
    await this.killAll();
    await this.sip.terminate();
    this.folder.remove();
  }

  server(number: number): ServeProcess {
    return this.servers.get(number) as ServeProcess;
  }

  writeConfig(number: number, itsSecret = secret): void {
    const { port } = this;
    const peers = numbers.filter((other) => other !== number).map((other) => `127.0.0.${other}`);
    this.folder.write(
      `ringzone${number}.yaml`,
      `listen: ["127.0.0.${number}:${port}"]
workers: 1
data-dir: data${number}
control: c${number}.sock
http: false
keys:
  peers: { algorithm: hmac-sha256, secret: "${itsSecret}" }
  transfers: { algorithm: hmac-sha256, secret: "${itsSecret}" }
peers: [${peers.map((address) => `{ address: ${address}, port: ${port}, key: peers }`).join(', ')}]
zones:
  phones.test:
    file: zone
    health: { interval: 500ms, timeout: 400ms, fall: 2, reaction: withdraw, agree: 2, max-forwards: ${number} }
    owners: {}
`,
    );
  }

  /** False where the port is another's. */
  async startOne(number: number): Promise<boolean> {
    const server = new ServeProcess(['-c', `ringzone${number}.yaml`], { cwd: this.folder.path });
    this.servers.set(number, server);
    try {
      await server.ready();
      return true;
    } catch (error) {
      if (/EADDRINUSE|in use/.test(server.stderr)) return false;
      throw error;
    }
  }

  async deafFor(...deaf: readonly number[]): Promise<void> {
    this.sip.postMessage(deaf);
    await once(this.sip, 'message');
  }

  async namesAt(number: number): Promise<string> {
    const { port } = this;
    const resolve = DNS.UDPClient({ dns: `127.0.0.${number}`, port, timeout: 3000, retryOverTCP: false } as object);
    const { answers } = (await resolve('_sip._udp.phones.test', 'SRV')) as unknown as Reply;
    return answers
      .map(({ target }) => String(target).replace('.phones.test', ''))
      .sort()
      .join();
  }

  async waitForNames(names: string, ...asked: readonly number[]): Promise<void> {
    for (const number of asked) await vi.waitUntil(async () => (await this.namesAt(number)) === names, waiting);
  }

  run(number: number, ...args: readonly string[]): Promise<Said> {
    const words = [bin, 'ctl', '--control', `c${number}.sock`, ...args];
    return runProgram(process.execPath, words, { cwd: this.folder.path });
  }

  async health(number: number): Promise<Health> {
    const { stdout } = await this.run(number, '--json', 'health');
    return JSON.parse(stdout).data as Health;
  }

  async waitForHealth(number: number, isSo: (health: Health) => boolean): Promise<void> {
    await vi.waitUntil(async () => isSo(await this.health(number)), waiting);
  }

  async waitForPeers(number: number, isHeard: boolean): Promise<void> {
    await this.waitForHealth(number, ({ peers }) => peers.every((peer) => peer.isHeard === isHeard));
  }

  private writeZone(): void {
    const srv = `_sip._udp SRV 10 50 ${this.sipPort} sip1\n_sip._udp SRV 10 50 5062 sip2\n`;
    const hosts = 'ns A 192.0.2.1\nsip1 A 127.0.0.1\nsip2 A 127.0.0.1\n';
    this.folder.write('zone', `$TTL 300\n@ SOA ns admin 1 3600 600 604800 60\n@ NS ns\n${hosts}${srv}`);
  }

  /** On one port, below those that connections are given. */
  private async startAll(): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt++) {
      this.port = 20_000 + Math.floor(Math.random() * 12_000);
      for (const number of numbers) this.writeConfig(number);
      const started = await Promise.all(numbers.map((number) => this.startOne(number)));
      if (started.every(Boolean)) return;
      await this.killAll();
    }
    throw new Error('no free port');
  }

  private async killAll(): Promise<void> {
    for (const server of this.servers.values()) server.kill('SIGKILL');
    await Promise.all([...this.servers.values()].map(({ exit }) => exit));
    this.servers.clear();
  }
}
