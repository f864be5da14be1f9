/** Real SIP servers for probes: sipp (package sip-tester) and Kamailio. They are skipped aloud where they are not installed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultHealthSettings, type HealthSettings } from '../../../src/control/health/health-plan.ts';
import type { ProbeOutcome } from '../../../src/control/health/outcome.ts';
import type { ProbeTask } from '../../../src/control/health/probe.ts';
import { createTokens, startProbe } from '../../../src/control/health/start-probe.ts';
import { startTimeline } from '../../../src/control/health/timeline.ts';
import { findCommand } from '../lib/judge.ts';

export const sipp = findTool('sipp', 'sip-tester');
export const kamailio = findTool('kamailio', 'kamailio');

function findTool(command: string, packageName: string): string | undefined {
  const path = findCommand(command);
  if (path === undefined) console.warn(`skipped: ${command} is not installed (Debian: ${packageName})`);
  return path;
}

/** A server that runs; `kill` it with any signal. */
export class SipServer {
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly folder: string;

  constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.child = child;
    this.folder = folder;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Children of its own end with it. */
  async end(): Promise<void> {
    this.child.kill('SIGCONT');
    this.child.kill('SIGTERM');
    const hurry = setTimeout(() => this.child.kill('SIGKILL'), 3000);
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    clearTimeout(hurry);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** sipp that answers each OPTIONS with this status line and these header fields. */
export async function startSipp(
  transport: 'udp' | 'tcp',
  status = '200 OK',
  ...fields: readonly string[]
): Promise<SipServer> {
  return await start((port, folder) => {
    const file = join(folder, 'options.xml');
    writeFileSync(file, scenario(status, fields));
    const way = transport === 'udp' ? 'u1' : 't1';
    return spawn(sipp as string, ['-sf', file, '-i', '127.0.0.1', '-p', String(port), '-t', way, '-nostdin'], {
      cwd: folder,
      stdio: 'ignore',
    });
  }, transport);
}

function scenario(status: string, fields: readonly string[]): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="options">
  <recv request="OPTIONS"/>
  <send><![CDATA[
${[`SIP/2.0 ${status}`, '[last_Via:]', '[last_From:]', '[last_To:];tag=[call_number]', '[last_Call-ID:]', '[last_CSeq:]', ...fields, 'Content-Length: 0', '', ''].join('\n')}
  ]]></send>
</scenario>
`;
}

/** Kamailio that answers by itself, with the checks of its default configuration (sanity, Max-Forwards). */
export async function startKamailio(): Promise<SipServer> {
  return await start((port, folder) => {
    const file = join(folder, 'kamailio.cfg');
    writeFileSync(file, kamailioText(port));
    const args = ['-f', file, '-DD', '-E', '-m', '16', '-M', '4', '-P', join(folder, 'pid'), '-Y', folder];
    return spawn(kamailio as string, args, { cwd: folder, stdio: 'ignore' });
  }, 'udp');
}

function kamailioText(port: number): string {
  return `#!KAMAILIO
children=1
tcp_children=1
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "sanity.so"
loadmodule "textops.so"
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (!sanity_check("17895", "7")) { exit; }
  if (is_method("OPTIONS")) { sl_send_reply("200", "Keepalive"); exit; }
  sl_send_reply("405", "Not here");
}
`;
}

/** Start what `run` does on some port, until it answers. */
async function start(
  run: (port: number, folder: string) => ChildProcess,
  transport: 'udp' | 'tcp',
): Promise<SipServer> {
  for (let attempt = 1; ; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const folder = mkdtempSync(join(tmpdir(), 'sip-server-'));
    const server = new SipServer(port, run(port, folder), folder);
    for (let i = 0; i < 40; i++) {
      const { kind } = await probe(port, { transport }, { timeoutMs: 500 });
      if (kind === 'alive' || kind === 'draining') return server;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await server.end();
    if (attempt === 3) throw new Error('the SIP server did not start');
  }
}

/** Ask once. */
export async function probe(
  port: number,
  more: Partial<ProbeTask> = {},
  settings: Partial<HealthSettings> = {},
): Promise<ProbeOutcome> {
  const { timeline, stop } = startTimeline();
  const { promise, resolve } = Promise.withResolvers<ProbeOutcome>();
  const task: ProbeTask = {
    address: '127.0.0.1',
    port,
    transport: 'udp',
    serverName: 'sip1.example.com',
    ...more,
    settings: { ...defaultHealthSettings, timeoutMs: 10_000, ...settings },
  };
  startProbe(task, { timeline, nextToken: createTokens() }, resolve);
  const outcome = await promise;
  stop();
  return outcome;
}
