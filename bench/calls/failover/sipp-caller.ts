/**
 * Calls through Kamailio as outbound proxy: sipp makes them (INVITE, ACK, BYE), Kamailio looks the domain up for each one anew. It
 * takes the first server by priority and weight and never another: `use_dns_failover` is off.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Caller } from './call.ts';
import { spawnWithResolver } from './resolver-place.ts';

const proxy = '127.30.1.1';
const uac = '127.30.1.2';

export class SippCaller implements Caller {
  readonly client = 'Kamailio';
  private readonly domain: string;
  private readonly nameserver: string;
  private readonly callsPerSecond: number;
  private readonly folder: string;
  private readonly patienceMs: number;
  private kamailio: ChildProcess | undefined;
  private sipp: ChildProcess | undefined;

  constructor(domain: string, nameserver: string, callsPerSecond: number, folder: string, patienceMs: number) {
    this.domain = domain;
    this.nameserver = nameserver;
    this.callsPerSecond = callsPerSecond;
    this.folder = folder;
    this.patienceMs = patienceMs;
  }

  start(): void {
    const { folder, patienceMs } = this;
    writeFileSync(join(folder, 'kamailio.cfg'), kamailioConfig(patienceMs - 500));
    writeFileSync(join(folder, 'uac.xml'), uacScenario(patienceMs).replaceAll('DOMAIN', this.domain));
    const kamailio = [
      '-f',
      join(folder, 'kamailio.cfg'),
      '-DD',
      '-E',
      '-m',
      '32',
      '-M',
      '4',
      '-Y',
      folder,
      '-w',
      folder,
    ];
    this.kamailio = spawnWithResolver(this.nameserver, 'kamailio', kamailio, folder);
    const log = join(folder, 'uac.log');
    const rate = ['-r', String(this.callsPerSecond), '-l', '1000', '-m', '1000000', '-aa'];
    const args = [
      '-sf',
      'uac.xml',
      '-i',
      uac,
      '-p',
      '5060',
      '-nostdin',
      '-trace_logs',
      '-log_file',
      log,
      ...rate,
      `${proxy}:5060`,
    ];
    // Not before Kamailio listens.
    void sleep(1500).then(() => {
      this.sipp = spawn('sipp', args, { cwd: folder, stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } });
      const { sipp } = this;
      process.once('exit', () => void sipp.kill('SIGKILL'));
    });
  }

  async stop(): Promise<readonly Call[]> {
    // Calls under way end, no more are begun.
    this.sipp?.kill('SIGUSR1');
    const isOpen = ({ startMs, isAnswered }: Call): boolean =>
      !isAnswered && Date.now() < startMs + this.patienceMs + 500;
    while (this.soFar().some(isOpen)) await sleep(100);
    await Promise.all([end(this.sipp), end(this.kamailio)]);
    return this.soFar();
  }

  soFar(): Call[] {
    const log = join(this.folder, 'uac.log');
    const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
    const answered = new Set([...text.matchAll(/^answered (\d+)/gm)].map(([, number]) => number));
    // [timestamp] is the date, the time and the seconds since 1970.
    return [...text.matchAll(/^start (\d+) \S+\s\S+\s([\d.]+)/gm)].map(([, number, seconds]) => ({
      client: this.client,
      user: `sipp-${number}`,
      startMs: 1000 * Number(seconds),
      isAnswered: answered.has(number as string),
    }));
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await exited;
  clearTimeout(timer);
}

const kamailioConfig = (silenceMs: number): string => `#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=4
disable_tcp=yes
auto_aliases=no
listen=udp:${proxy}:5060
dns=no
rev_dns=no
use_dns_cache=off
use_dns_failover=off
dns_try_naptr=off
dns_try_ipv6=off
dns_retr_time=1
dns_retr_no=2
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules:/usr/lib/aarch64-linux-gnu/kamailio/modules:/usr/lib/kamailio/modules"
loadmodule "tm.so"
loadmodule "sl.so"
modparam("tm", "fr_timer", ${silenceMs})
modparam("tm", "fr_inv_timer", 5000)
request_route {
  if (!t_relay()) sl_send_reply("503", "No server");
}
`;

const head = (method: string, to: string, cseq: string): string => `
${method} ${to} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 20
From: <sip:sipp-[call_number]@DOMAIN>;tag=[call_number]
To: <sip:100@DOMAIN>[peer_tag_param]
Call-ID: [call_id]
CSeq: ${cseq}
Contact: <sip:sipp-[call_number]@[local_ip]:[local_port]>
Content-Length: 0

`;

const uacScenario = (patienceMs: number): string => `<?xml version="1.0" encoding="ISO-8859-1" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="caller">
<nop><action><log message="start [call_number] [timestamp]"/></action></nop>
<send retrans="500"><![CDATA[${head('INVITE', 'sip:100@DOMAIN', '1 INVITE')}]]></send>
<recv response="100" optional="true"/>
<recv response="408" optional="true" next="refused"/>
<recv response="503" optional="true" next="refused"/>
<recv response="478" optional="true" next="refused"/>
<recv response="200" rrs="true" timeout="${patienceMs}" ontimeout="end"><action><log message="answered [call_number]"/></action></recv>
<send><![CDATA[${head('ACK', '[next_url]', '1 ACK')}]]></send>
<send retrans="500"><![CDATA[${head('BYE', '[next_url]', '2 BYE')}]]></send>
<recv response="200" timeout="3000" ontimeout="end" next="end"/>
<label id="refused"/>
<send><![CDATA[${head('ACK', 'sip:100@DOMAIN', '1 ACK')}]]></send>
<label id="end"/>
</scenario>
`;
