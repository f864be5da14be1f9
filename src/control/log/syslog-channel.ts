import { closeSync, writeSync } from 'node:fs';
import { findLibc } from '../../plane/libc.ts';
import type { ChannelWriter } from './channel-writer.ts';
import { LineBuffer, lineEnd } from './line-buffer.ts';
import { type LogTrouble, TroubleReport } from './log-trouble.ts';
import { type ChannelDestination, type LogSeverity, syslogFacilities } from './logging-config.ts';
import { SyslogHeader } from './syslog-header.ts';
import { connectSyslog, SyslogAbsent } from './syslog-socket.ts';

export type SyslogDestination = Extract<ChannelDestination, { kind: 'syslog' }>;

const firstOctets = 4096;
/** While nobody takes them, this much is kept; more is lost and counted. */
const maxPendingOctets = 1_048_576;
/** BIND cuts there too. */
const maxMessageOctets = 8192;
/** The first time between two looks at a daemon that is too slow; doubled while it takes nothing. */
const firstRetryMs = 1;
const maxRetryMs = 1000;
/** The end waits no longer than this for a slow daemon. */
const closeMs = 200;

/**
 * A channel to the system's log. It never waits: what the daemon does not take is kept and sent later, also when the daemon has gone
 * and come back (a new socket under the same name).
 */
export class SyslogChannel implements ChannelWriter {
  private readonly path: string;
  private readonly header: SyslogHeader;
  private readonly trouble: TroubleReport;
  private fd = -1;
  private lineStart = 0;
  private retryAfterMs = Number.POSITIVE_INFINITY;
  /** Whole messages, each with a line end that is not sent. */
  readonly lines = new LineBuffer(firstOctets);

  constructor({ facility, tag }: SyslogDestination, path = '/dev/log') {
    this.path = path;
    this.header = new SyslogHeader(syslogFacilities[facility], tag, process.pid);
    this.trouble = new TroubleReport(`syslog: ${path}`);
  }

  /** Look whether there is a daemon: none is told, and looked for again. Throws where this system can't have a channel to one. */
  open(): void {
    if (findLibc() === undefined) throw new SyslogAbsent();
    this.connect();
  }

  write(line: string, severity: LogSeverity, timeMs: number): void {
    this.beginLine(severity, timeMs);
    this.lines.putText(line.replaceAll('\n', ' '));
    this.endLine();
  }

  beginLine(severity: LogSeverity, timeMs: number): boolean {
    this.lineStart = this.lines.length;
    this.lines.putText(this.header.at(severity, timeMs));
    return true;
  }

  endLine(): void {
    const { lines, lineStart } = this;
    lines.length = Math.min(lines.length, lineStart + maxMessageOctets);
    lines.putOctet(lineEnd);
    if (lines.length <= maxPendingOctets) return;
    lines.length = lineStart;
    if (this.retryAfterMs < Number.POSITIVE_INFINITY) this.trouble.fail('the syslog daemon does not keep up');
    this.trouble.lose(1);
  }

  flush(): void {
    if (this.lines.length === 0) return;
    if (this.fd < 0 && !this.connect()) return;
    const before = this.lines.length;
    // A daemon that was started again listens under the same name; the old socket's peer is gone.
    if (this.send() === 'gone' && this.connect()) this.send();
    if (this.lines.length === 0) this.retryAfterMs = Number.POSITIVE_INFINITY;
    else if (this.lines.length < before || this.retryAfterMs === Number.POSITIVE_INFINITY)
      this.retryAfterMs = firstRetryMs;
    else this.retryAfterMs = Math.min(maxRetryMs, 2 * this.retryAfterMs);
  }

  retryMs(): number {
    return this.lines.length === 0 || this.fd < 0 ? Number.POSITIVE_INFINITY : this.retryAfterMs;
  }

  close(): void {
    const endMs = performance.now() + closeMs;
    this.flush();
    while (this.fd >= 0 && this.lines.length > 0 && performance.now() < endMs) {
      sleep(firstRetryMs);
      this.flush();
    }
    this.trouble.lose(this.lines.countLines());
    this.lines.length = 0;
    this.disconnect();
  }

  takeTrouble(nowMs: number): LogTrouble | undefined {
    return this.trouble.take(nowMs);
  }

  /** Send what the daemon takes. */
  private send(): 'sent' | 'busy' | 'gone' {
    const { octets, length } = this.lines;
    let at = 0;
    try {
      while (at < length) {
        const end = octets.indexOf(lineEnd, at);
        this.sendOne(octets, at, end);
        at = end + 1;
      }
      this.trouble.succeed();
      return 'sent';
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EAGAIN' || code === 'ENOBUFS') return 'busy';
      this.disconnect();
      return 'gone';
    } finally {
      if (at > 0) this.lines.removeFirst(at);
    }
  }

  private sendOne(octets: Uint8Array, start: number, end: number): void {
    try {
      // One write on a datagram socket is one message.
      writeSync(this.fd, octets, start, end - start);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EMSGSIZE')) throw error;
      this.trouble.fail('a message was too long for it');
      this.trouble.lose(1);
    }
  }

  private connect(): boolean {
    const connected = connectSyslog(this.path);
    if (connected.ok) this.fd = connected.value;
    else this.trouble.fail(connected.error);
    return connected.ok;
  }

  private disconnect(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function sleep(ms: number): void {
  Atomics.wait(sleeper, 0, 0, ms);
}
