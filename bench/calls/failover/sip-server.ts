/** A SIP server that calls are sent to: sipp, which answers INVITE, BYE and OPTIONS, and writes down who has called. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the SRV records send calls. */
export const sipPort = 5060;

export class SipServer {
  readonly name: string;
  readonly address: string;
  private readonly folder: string;
  private readonly logs: string[] = [];
  private child: ChildProcess | undefined;

  constructor(name: string, address: string, folder: string) {
    this.name = name;
    this.address = address;
    this.folder = folder;
    writeFileSync(join(folder, `${name}.xml`), scenario);
  }

  start(): void {
    const log = join(this.folder, `${this.name}.${this.logs.length}.log`);
    this.logs.push(log);
    const args = [
      '-sf',
      `${this.name}.xml`,
      '-i',
      this.address,
      '-p',
      String(sipPort),
      '-nostdin',
      '-trace_logs',
      '-log_file',
      log,
    ];
    this.child = spawn('sipp', args, { cwd: this.folder, stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } });
    const { child } = this;
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
  }

  /** As when the host is gone; its port refuses from now on. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** It takes what is sent, and says nothing. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** The users of whom it has had an INVITE or OPTIONS. */
  callers(): Set<string> {
    const text = this.logs.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('\n');
    return new Set([...text.matchAll(/call from .*?<?sips?:([\w-]+)@/gi)].map(([, user]) => user as string));
  }
}

const reply = (more: string): string => `<send><![CDATA[

SIP/2.0 200 OK
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
${more}]]></send>`;

const empty = 'Content-Length: 0\n\n';

const sdp = `Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio 9000 RTP/AVP 0
a=rtpmap:0 PCMU/8000
`;

const noteCaller = `<action>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="1"/><log message="call from [$1]"/>
</action>`;

const scenario = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="server">
<recv request="OPTIONS" optional="true" next="options">${noteCaller}</recv>
<recv request="INVITE">${noteCaller}</recv>
${reply(sdp)}
<recv request="ACK" optional="true"/>
<recv request="BYE" timeout="5000" ontimeout="end"/>
${reply(empty).replace('<send>', '<send next="end">')}
<label id="options"/>
${reply(empty)}
<label id="end"/>
</scenario>
`;
