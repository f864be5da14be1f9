/** Several Ringzones that agree on the health of SIP servers, each with a page of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Folder, ServeProcess } from '../serve-process.ts';
import { SipServers } from './sip-servers.ts';

const bin = join(import.meta.dirname, '../../../bin/ringzone.js');
const secret = Buffer.alloc(32, 7).toString('base64');

export const fleetZone = 'rapidtech.phones';

export interface FleetOptions {
  readonly servers: number;
  readonly agree: number;
  /** More words of `health`. */
  readonly health?: string;
}

/** Servers 1 and up, at 127.0.0.1 and up; SIP servers sip1 and sip2. */
export class Fleet {
  readonly folder = new Folder();
  readonly sip: SipServers;
  port = 0;
  private readonly options: FleetOptions;
  private readonly processes = new Map<number, ServeProcess>();
  private readonly origins = new Map<number, string>();

  private constructor(sip: SipServers, options: FleetOptions) {
    this.sip = sip;
    this.options = options;
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(await SipServers.start(2), options);
    fleet.folder.write(
      'zone',
      `$TTL 300
@ SOA ns admin 2026112301 3600 600 604800 60
@ NS ns
ns A 192.0.2.1
_sip._udp SRV 10 60 5060 sip1
_sip._udp SRV 10 40 5060 sip2
sip1 A 192.0.2.11
sip2 A 192.0.2.12
`,
    );
    await fleet.startAll();
    return fleet;
  }

  get numbers(): readonly number[] {
    return Array.from({ length: this.options.servers }, (_, at) => at + 1);
  }

  /** As the page names it. */
  nameOf(number: number): string {
    return `127.0.0.${number}#${this.port}`;
  }

  origin(number: number): string {
    return this.origins.get(number) as string;
  }

  process(number: number): ServeProcess {
    return this.processes.get(number) as ServeProcess;
  }

  ctl(number: number, ...args: readonly string[]): number | null {
    const command = [bin, 'ctl', '--control', `c${number}.sock`, ...args];
    return spawnSync(process.execPath, command, { cwd: this.folder.path }).status;
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.sip.stop();
    this.folder.remove();
  }

  /** On one port, below those that connections are given. */
  private async startAll(): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt++) {
      this.port = 20_000 + Math.floor(Math.random() * 12_000);
      for (const number of this.numbers) this.writeConfig(number);
      const started = await Promise.all(this.numbers.map((number) => this.serve(number)));
      if (started.every(Boolean)) return;
      await this.kill();
    }
    throw new Error('no free port');
  }

  /** False where the port is another's. */
  private async serve(number: number): Promise<boolean> {
    const server = new ServeProcess(['-c', `ringzone${number}.yaml`], { cwd: this.folder.path });
    this.processes.set(number, server);
    try {
      await server.ready();
      const { msg } = await server.waitFor(/^statistics channel listening on 127\.0\.0\.1#\d+$/);
      this.origins.set(number, `http://127.0.0.1:${msg.split('#').at(-1)}`);
      return true;
    } catch (error) {
      if (/EADDRINUSE|in use/.test(server.stderr)) return false;
      throw error;
    }
  }

  private async kill(): Promise<void> {
    for (const server of this.processes.values()) {
      server.kill('SIGKILL');
      await server.exit;
    }
    this.processes.clear();
  }

  private writeConfig(number: number): void {
    const { port, options } = this;
    const peers = this.numbers
      .filter((other) => other !== number)
      .map((other) => `{ address: 127.0.0.${other}, port: ${port}, key: peers }`);
    const [first = 0, second = 0] = this.sip.ports;
    this.folder.write(
      `ringzone${number}.yaml`,
      `listen: ["127.0.0.${number}:${port}"]
workers: 1
data-dir: data${number}
control: c${number}.sock
http: 127.0.0.1:0
keys:
  peers: { algorithm: hmac-sha256, secret: "${secret}" }
peers: [${peers.join(', ')}]
zones:
  ${fleetZone}:
    file: zone
    srv-order: rfc2782
    health:
      interval: 500ms
      timeout: 400ms
      fall: 2
      reaction: withdraw
      agree: ${options.agree}
      max-forwards: ${number}
      ${options.health ?? ''}
      address: { sip1: "127.0.0.1:${first}", sip2: "127.0.0.1:${second}" }
`,
    );
  }
}
