/** What main is told of the records of workers: transfers to others, and who was refused. */
import { LogKind } from '../../plane/rings/log-record.ts';
import type { StoredLogRecord } from '../../plane/rings/log-stored-record.ts';
import { formatAddress } from '../../plane/sockets/socket-address.ts';
import type { LogSeverity } from './logging-config.ts';
import { maxQueryMessageOctets, putQueryMessage, queryLogLines, viewParts } from './query-line.ts';

export interface WorkerNews {
  readonly kind: 'transfer' | 'refusal';
  readonly severity: LogSeverity;
  /** The line of the log, without the address of an object that BIND's lines have. */
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly fetched?: Fetched;
}

/** A zone that somebody has fetched, or has seen that there is nothing newer. */
export interface Fetched {
  readonly view: number;
  readonly class: number;
  /** Wire format. */
  readonly apex: Uint8Array;
  /** The address, without the port. */
  readonly client: string;
  /** `undefined`: what is served. */
  readonly serial: number | undefined;
}

const transferKinds: readonly number[] = [LogKind.transferInfo, LogKind.transferWarning, LogKind.transferError];
const refusalKinds: readonly number[] = [
  LogKind.denied,
  LogKind.badSignature,
  LogKind.transferDenied,
  LogKind.transferNotAuth,
  LogKind.rateLimit,
];

/** Refusals can come as often as somebody wishes: a few are told of. All transfers are, for each costs its client more than us. */
const refusalBurst = 20;
const refusalsPerSecond = 2;
/** What one message to main holds at most. */
const maxGathered = 1000;

const noClient = new Uint8Array(0);

export class NewsGatherer {
  private readonly out = new Uint8Array(maxQueryMessageOctets);
  private readonly views: readonly Uint8Array[];
  private readonly nowMs: () => number;
  private gathered: WorkerNews[] = [];
  private tokens = refusalBurst;
  private filledMs: number;

  /** `viewNames`: of views by their numbers. */
  constructor(viewNames: readonly string[] | undefined, nowMs: () => number = () => performance.now()) {
    this.views = viewParts(viewNames);
    this.nowMs = nowMs;
    this.filledMs = nowMs();
  }

  /** Keep what is news of a record; costs others next to nothing. */
  take(record: StoredLogRecord): void {
    const { kind } = record;
    if (kind === LogKind.query || this.gathered.length >= maxGathered) return;
    if (kind === LogKind.transferDebug) this.keep(record, 'transfer');
    else if (transferKinds.includes(kind)) this.keep(record, 'transfer');
    else if (refusalKinds.includes(kind) && this.takeToken()) this.keep(record, 'refusal');
  }

  /** What has been kept since the last call. */
  flush(): readonly WorkerNews[] {
    if (this.gathered.length === 0) return [];
    return this.gathered.splice(0);
  }

  private keep(record: StoredLogRecord, kind: WorkerNews['kind']): void {
    const { out } = this;
    const line = queryLogLines[record.kind];
    if (line === undefined) return;
    const message = Buffer.from(out.buffer, 0, putQueryMessage(out, 0, record, noClient, this.views)).toString(
      'latin1',
    );
    const fetched = kind === 'transfer' ? fetchedOf(record, message) : undefined;
    // Of a transfer that goes well its end is enough.
    if (line.severity !== 'warning' && line.severity !== 'error' && kind === 'transfer' && fetched === undefined)
      return;
    this.gathered.push({
      kind,
      severity: line.severity,
      message,
      timeMs: record.timeMs,
      ...(fetched === undefined ? {} : { fetched }),
    });
  }

  private takeToken(): boolean {
    const nowMs = this.nowMs();
    this.tokens = Math.min(refusalBurst, this.tokens + ((nowMs - this.filledMs) / 1000) * refusalsPerSecond);
    this.filledMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}

const ended = /: (?:AXFR|IXFR|AXFR-style IXFR) ended: .*\(serial (\d+)\)$/;
const upToDate = ': IXFR poll up to date';

function fetchedOf(record: StoredLogRecord, message: string): Fetched | undefined {
  const serial = ended.exec(message)?.[1];
  if (serial === undefined && !message.includes(upToDate)) return undefined;
  const { octets, view, qclass, qnameOffset, qnameOctets, clientOffset, family } = record;
  const octetsOf = (at: number, length: number) => Uint8Array.from(octets.subarray(at, at + length));
  return {
    view,
    class: qclass,
    apex: octetsOf(qnameOffset, qnameOctets),
    client: formatAddress(octetsOf(clientOffset, family === 4 ? 4 : 16)),
    serial: serial === undefined ? undefined : Number(serial),
  };
}
