/**
 * What a failover is measured in, all in a network namespace of its own: a Ringzone with health checks on 127.0.0.2:53, a caching
 * unbound before it on 127.0.0.1:53, three SIP servers (40, 60, and a backup), and clients that call them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askRaw, buildQuery } from '../../../test/interop/lib/dns-client.ts';
import { findCommand, writeConfig } from '../../../test/interop/lib/judge.ts';
import { writePhonesZone } from '../phones-zone.ts';
import { Unbound } from '../unbound.ts';
import { type Caller, usualPatienceMs } from './call.ts';
import { baresip, ProcessCaller, sofia } from './process-caller.ts';
import { SipServer, sipPort } from './sip-server.ts';
import { SippCaller } from './sipp-caller.ts';

const binary = resolve(import.meta.dirname, '../../../bin/ringzone.js');
const authority = '127.0.0.2';
const cache = '127.0.0.1';
const zoneName = 'calls.phones';
/** Its SRV are the same, but in the order of `rfc2782`: what is right behind a resolver. */
const cachedName = 'cached.calls.phones';

export interface HealthTimes {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly fall: number;
  readonly rise: number;
  readonly ttlSeconds: number;
  readonly degradedTtlSeconds: number;
}

export class World {
  readonly servers: readonly SipServer[];
  /** Through unbound, so that the TTL counts. */
  readonly cachedClients: readonly string[];
  readonly callers: readonly Caller[];
  private readonly folder: string;
  private readonly ends: (() => Promise<void>)[] = [];

  /** `clients`: of Kamailio, sofia-sip and baresip; those that are not installed are left out. */
  constructor(
    folder: string,
    clients: readonly string[] = ['Kamailio', sofia.client, baresip.client],
    patienceMs = usualPatienceMs,
  ) {
    this.folder = folder;
    this.servers = ['sip1', 'sip2', 'backup'].map(
      (name, index) => new SipServer(name, `127.30.0.${index + 1}`, folder),
    );
    const cached = findCommand('unbound') === undefined ? [] : [sofia, baresip];
    const programs = cached.filter(
      ({ client, command }) => clients.includes(client) && findCommand(command) !== undefined,
    );
    const hasKamailio = clients.includes('Kamailio') && findCommand('kamailio') !== undefined;
    this.cachedClients = programs.map(({ client }) => client);
    this.callers = [
      ...(hasKamailio ? [new SippCaller(zoneName, authority, 20, folder, patienceMs)] : []),
      ...programs.map((program) => new ProcessCaller(program, cachedName, cache, folder, patienceMs)),
    ];
  }

  async start(times: HealthTimes): Promise<void> {
    for (const server of this.servers) {
      server.start();
      this.ends.push(() => server.kill());
    }
    await this.startRingzone(times);
    if (this.cachedClients.length > 0) {
      const listen = { address: cache, port: 53 };
      const unbound = await Unbound.start({
        listen,
        zone: zoneName,
        authority: `${authority}@53`,
        rotates: true,
        folder: this.folder,
      });
      this.ends.push(async () => await unbound?.stop());
    }
  }

  /** The SRV as Ringzone gives them now, the least priority first. */
  askTargets(): string[] {
    const { stdout } = spawnSync('dig', ['+short', `@${authority}`, `_sip._udp.${zoneName}`, 'SRV'], {
      encoding: 'utf8',
    });
    const records = stdout.split('\n').map((line) => line.split(' '));
    const sorted = records.filter(({ length }) => length === 4).sort((a, b) => Number(a[0]) - Number(b[0]));
    return sorted.map(([priority, , , target = '']) => `${priority} ${target.split('.')[0]}`);
  }

  async stop(): Promise<void> {
    for (const end of this.ends.reverse()) await end();
  }

  private async startRingzone(times: HealthTimes): Promise<void> {
    const { folder } = this;
    const file = writeZone(folder, times.ttlSeconds);
    const { intervalSeconds, timeoutSeconds, fall, rise, degradedTtlSeconds } = times;
    const config = writeConfig(folder, 'ringzone.yaml', [
      `listen: ["${authority}:53"]`,
      'workers: 1',
      'http: false',
      `control: ${folder}/control.sock`,
      `data-dir: ${folder}/data`,
      'zones:',
      `  ${zoneName}:`,
      `    file: ${file}`,
      '    srv-order: shape',
      `    degraded-ttl: ${degradedTtlSeconds}s`,
      `    health: { interval: ${1000 * intervalSeconds}ms, timeout: ${1000 * timeoutSeconds}ms, fall: ${fall}, rise: ${rise} }`,
      '    owners: { _sip._udp.cached: { srv-order: rfc2782 } }',
    ]);
    const log = openSync(join(folder, 'ringzone.log'), 'w');
    const child = spawn(process.execPath, [binary, 'serve', '-c', config], {
      cwd: folder,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    process.once('exit', () => void child.kill('SIGKILL'));
    this.ends.push(async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    });
    const query = buildQuery({ name: zoneName, type: 'SOA' });
    for (let attempt = 0; attempt < 200; attempt++) {
      const response = await askRaw(53, query, { address: authority, timeoutMs: 100 });
      if (response !== undefined && ((response[3] as number) & 15) === 0) return;
      await sleep(50);
    }
    throw new Error('Ringzone did not start');
  }
}

function writeZone(folder: string, ttlSeconds: number): string {
  const addressed = ['sip1', 'sip2', 'backup'].map((host, index) => ({
    host,
    address: `127.30.0.${index + 1}`,
    priority: index < 2 ? 0 : 1,
    weight: [40, 60, 5][index] as number,
  }));
  const { file } = writePhonesZone(folder, { name: zoneName, servers: addressed, port: sipPort, ttlSeconds });
  const cached = addressed.map(
    ({ host, priority, weight }) => `_sip._udp.cached IN SRV ${priority} ${weight} ${sipPort} ${host}\n`,
  );
  writeFileSync(file, cached.join(''), { flag: 'a' });
  return file;
}
