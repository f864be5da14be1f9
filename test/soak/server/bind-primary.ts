/** BIND as the primary of a zone, where it is installed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { askRaw, buildQuery } from '../../interop/lib/dns-client.ts';
import { findCommand } from '../../interop/lib/judge.ts';
import type { SoakFolder } from './soak-folder.ts';

const startMs = 20_000;

export class BindPrimary {
  readonly child: ChildProcess;
  private readonly exit: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.exit = new Promise((resolve) => child.once('close', resolve));
  }

  /** Of the zone in `file`, which it tells to the port. `undefined`: it isn't installed. */
  static async start(
    folder: SoakFolder,
    zone: { readonly name: string; readonly file: string },
    port: number,
    notifyPort: number,
  ): Promise<BindPrimary | undefined> {
    const command = findCommand('named');
    if (command === undefined) return undefined;
    const config = folder.write('bind/named.conf', namedConf(folder.in('bind'), zone, port, notifyPort));
    const bind = new BindPrimary(spawn(command, ['-g', '-4', '-n', '1', '-U', '1', '-c', config], { stdio: 'ignore' }));
    const query = buildQuery({ name: zone.name, type: 'SOA' });
    for (const endMs = performance.now() + startMs; performance.now() < endMs; await sleep(50)) {
      const response = await askRaw(port, query, { timeoutMs: 200 });
      if (response !== undefined && (response[3] as number) % 16 === 0) return bind;
    }
    await bind.stop();
    throw new Error('named did not start');
  }

  /** Read the zone's file. */
  reload(): void {
    this.child.kill('SIGHUP');
  }

  async stop(): Promise<void> {
    this.child.kill('SIGCONT');
    this.child.kill('SIGTERM');
    await this.exit;
  }
}

function namedConf(
  folder: string,
  zone: { readonly name: string; readonly file: string },
  port: number,
  notifyPort: number,
): string {
  return `options {
  directory "${folder}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  pid-file none; session-keyfile none; lock-file none;
  recursion no; dnssec-validation no; empty-zones-enable no;
  allow-transfer { any; }; transfer-source 127.0.0.1;
  notify explicit; notify-delay 0; also-notify { 127.0.0.1 port ${notifyPort}; };
  ixfr-from-differences yes;
};
controls { };
zone "${zone.name}" { type primary; file "${zone.file}"; };
`;
}
