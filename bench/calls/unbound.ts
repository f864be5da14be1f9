/** Caching resolvers: unbound, each on an address of its own, which asks one DNS server for one zone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askRaw, buildQuery } from '../../test/interop/lib/dns-client.ts';
import { findCommand, writeConfig } from '../../test/interop/lib/judge.ts';

export interface ResolverPlace {
  readonly address: string;
  readonly port: number;
}

export interface UnboundSettings {
  readonly listen: ResolverPlace;
  readonly zone: string;
  /** ADDRESS@PORT of the DNS server that has it. */
  readonly authority: string;
  /** Whether it turns the records of a set round from answer to answer, as it does by default. */
  readonly rotates: boolean;
  readonly folder: string;
}

const readyMs = 20_000;

export class Unbound {
  readonly listen: ResolverPlace;
  private readonly child: ChildProcess;

  /** Resolves when it answers for the zone. `undefined` where it is not installed. */
  static async start(settings: UnboundSettings): Promise<Unbound | undefined> {
    const command = findCommand('unbound');
    if (command === undefined) return undefined;
    const { listen, folder } = settings;
    const name = `unbound-${listen.address}-${listen.port}`;
    const file = writeConfig(folder, `${name}.conf`, configure(settings));
    const log = openSync(join(folder, `${name}.log`), 'w');
    const child = spawn(command, ['-d', '-c', file], { cwd: folder, stdio: ['ignore', log, log] });
    closeSync(log);
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    const unbound = new Unbound(listen, child);
    if (await unbound.waitUntilReady(settings.zone)) return unbound;
    await unbound.stop();
    throw new Error(`unbound did not start:\n${readFileSync(join(folder, `${name}.log`), 'utf8').slice(-2000)}`);
  }

  private constructor(listen: ResolverPlace, child: ChildProcess) {
    this.listen = listen;
    this.child = child;
  }

  /** In KiB. */
  readMemory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }

  private async waitUntilReady(zone: string): Promise<boolean> {
    const { address, port } = this.listen;
    const end = performance.now() + readyMs;
    while (performance.now() < end && this.child.exitCode === null) {
      // RD, as phones set it.
      const query = buildQuery({ name: zone, type: 'SOA', flags: 0x0100 });
      const response = await askRaw(port, query, { address, timeoutMs: 200 });
      if (response !== undefined && ((response[3] as number) & 15) === 0) return true;
      await sleep(50);
    }
    return false;
  }
}

/** Its defaults where they touch answers; it keeps to the TTL. */
function configure({ listen, zone, authority, rotates, folder }: UnboundSettings): readonly string[] {
  return [
    'server:',
    `  interface: ${listen.address}@${listen.port}`,
    `  outgoing-interface: ${listen.address}`,
    '  access-control: 127.0.0.0/8 allow',
    '  do-not-query-localhost: no',
    '  do-ip6: no',
    '  num-threads: 1',
    `  rrset-roundrobin: ${rotates ? 'yes' : 'no'}`,
    '  outgoing-range: 64',
    '  num-queries-per-thread: 32',
    '  msg-cache-size: 1m',
    '  rrset-cache-size: 1m',
    '  module-config: "iterator"',
    '  username: ""',
    '  chroot: ""',
    `  directory: "${folder}"`,
    '  pidfile: ""',
    '  use-syslog: no',
    '  verbosity: 0',
    'remote-control:',
    '  control-enable: no',
    'stub-zone:',
    `  name: "${zone}"`,
    `  stub-addr: ${authority}`,
  ];
}
