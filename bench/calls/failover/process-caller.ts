/** Calls by a program that is started anew for each: it remembers nothing, and asks the DNS each time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Caller } from './call.ts';
import { writeResolver } from './resolver-place.ts';

export interface CallProgram {
  readonly client: string;
  readonly command: string;
  /** From the start of a call to that of the next. */
  readonly gapMs: number;
  /** Write what it needs into `folder`; returns its arguments. */
  prepare(folder: string, user: string, domain: string, slot: number): readonly string[];
  /** What it prints when the call is answered. */
  readonly answered: RegExp;
}

/** How many of one program run at a time. */
const slots = 8;

export class ProcessCaller implements Caller {
  readonly client: string;
  private readonly program: CallProgram;
  private readonly domain: string;
  private readonly resolver: string;
  private readonly folder: string;
  private readonly patienceMs: number;
  private readonly calls: Promise<Call>[] = [];
  private readonly ended: Call[] = [];
  private loop: Promise<void> | undefined;
  private isStopping = false;

  constructor(program: CallProgram, domain: string, nameserver: string, folder: string, patienceMs: number) {
    this.client = program.client;
    this.program = program;
    this.domain = domain;
    this.resolver = writeResolver(nameserver, folder);
    this.folder = folder;
    this.patienceMs = patienceMs;
  }

  start(): void {
    this.loop = this.run();
  }

  soFar(): readonly Call[] {
    return this.ended;
  }

  async stop(): Promise<readonly Call[]> {
    this.isStopping = true;
    await this.loop;
    return await Promise.all(this.calls);
  }

  private async run(): Promise<void> {
    const free = Array.from({ length: slots }, () => Promise.resolve());
    for (let number = 0; !this.isStopping; number++) {
      const slot = number % slots;
      await free[slot];
      const call = this.call(number, slot);
      this.calls.push(call);
      free[slot] = call.then((done) => void this.ended.push(done));
      await sleep(this.program.gapMs);
    }
  }

  private async call(number: number, slot: number): Promise<Call> {
    const { program, client } = this;
    const user = `${program.command.replaceAll(/\W/g, '')}-${number}`;
    const folder = join(this.folder, `${program.command}-${slot}`);
    mkdirSync(folder, { recursive: true });
    const args = program.prepare(folder, user, this.domain, slot);
    const script = `mount --bind ${this.resolver} /etc/resolv.conf && exec "$0" "$@"`;
    const startMs = Date.now();
    const child = spawn('unshare', ['--mount', 'sh', '-c', script, program.command, ...args], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const isAnswered = await waitForAnswer(child, program.answered, this.patienceMs);
    return { client, user, startMs, isAnswered };
  }
}

async function waitForAnswer(child: ChildProcess, answered: RegExp, patienceMs: number): Promise<boolean> {
  let text = '';
  const heard = new Promise<boolean>((resolve) => {
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (answered.test(text)) resolve(true);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('close', () => resolve(answered.test(text)));
  });
  const isAnswered = await Promise.race([heard, sleep(patienceMs, false)]);
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    // So that it hangs up; and for certain.
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 1500);
    await exited;
    clearTimeout(timer);
  }
  return isAnswered;
}

/** sofia-sip's own client: OPTIONS, by NAPTR, SRV and A. */
export const sofia: CallProgram = {
  client: 'sofia-sip',
  command: 'sip-options',
  gapMs: 250,
  prepare: (_, user, domain) => [`--from=sip:${user}@${domain}`, `sip:100@${domain}`],
  answered: /^SIP\/2\.0 200/m,
};

/** A softphone with libre: INVITE, and BYE when it is ended. Its address is none of loopback's, which it would not use. */
export const baresipAddress = '10.30.0.1';
export const baresip: CallProgram = {
  client: 'baresip',
  command: 'baresip',
  gapMs: 1000,
  prepare(folder, user, domain, slot) {
    writeFileSync(join(folder, 'accounts'), `<sip:${user}@${baresipAddress}>;regint=0\n`);
    writeFileSync(join(folder, 'contacts'), '');
    writeFileSync(join(folder, 'config'), baresipConfig(slot));
    return ['-f', folder, '-e', `/dial sip:100@${domain}`];
  },
  answered: /Call established/,
};

function baresipConfig(slot: number): string {
  return `sip_listen ${baresipAddress}:${5080 + slot}
net_interface ${baresipAddress}
audio_player aubridge,nil
audio_source aubridge,nil
audio_alert aubridge,nil
rtp_ports ${20_000 + 100 * slot}-${20_090 + 100 * slot}
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module_tmp account.so
module_app menu.so
`;
}
