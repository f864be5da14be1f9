/** A record as it lies in a ring: reads its fields where they are, for a logger that makes no object per record. */
import { octetAt } from '../../base/octets.ts';
import { fixedLogRecordOctets } from './log-record.ts';
import type { LogViews } from './log-views.ts';

/** The layout is that of log-record.ts. */
export class StoredLogRecord {
  /** The ring's; addresses, name and ECS are given as offsets into it. */
  readonly octets: Uint8Array;
  private readonly views: LogViews;
  private at = 0;

  constructor(views: LogViews) {
    this.views = views;
    this.octets = views.octets;
  }

  moveTo(at: number): void {
    this.at = at;
  }

  get kind(): number {
    return this.views.kindAt(this.at);
  }

  /** Milliseconds since 1970. */
  get timeMs(): number {
    return this.views.f64[(this.at + 8) >>> 3] as number;
  }

  get family(): 4 | 6 {
    return this.views.u16[(this.at >>> 1) + 31] === 6 ? 6 : 4;
  }

  /** Of 4 or 16 octets. */
  get clientOffset(): number {
    return this.at + 16;
  }

  get clientPort(): number {
    return this.views.u16[(this.at >>> 1) + 24] as number;
  }

  /** Of 4 or 16 octets. */
  get localOffset(): number {
    return this.at + 32;
  }

  get localPort(): number {
    return this.views.u16[(this.at >>> 1) + 25] as number;
  }

  /** See LogFlag. */
  get flags(): number {
    return this.views.u32[(this.at + 52) >>> 2] as number;
  }

  get qtype(): number {
    return this.views.u16[(this.at >>> 1) + 28] as number;
  }

  get qclass(): number {
    return this.views.u16[(this.at >>> 1) + 29] as number;
  }

  get view(): number {
    return this.views.u16[(this.at >>> 1) + 30] as number;
  }

  get rcode(): number {
    return octetAt(this.octets, this.at + 64);
  }

  /** See Outcome in answer/answerer.ts. */
  get outcome(): number {
    return octetAt(this.octets, this.at + 65);
  }

  get ednsVersion(): number {
    return octetAt(this.octets, this.at + 66);
  }

  /** 0: none. */
  get ecsOctets(): number {
    return octetAt(this.octets, this.at + 67);
  }

  get ecsOffset(): number {
    return this.qnameOffset + this.qnameOctets;
  }

  /** 0: the request was not signed. */
  get keyNameOctets(): number {
    return this.views.u16[(this.at >>> 1) + 38] as number;
  }

  /** Wire format, as the client wrote it. */
  get keyNameOffset(): number {
    return this.ecsOffset + this.ecsOctets;
  }

  get tsigError(): number {
    return octetAt(this.octets, this.at + 78);
  }

  get textOctets(): number {
    return octetAt(this.octets, this.at + 79);
  }

  /** ASCII. */
  get textOffset(): number {
    return this.keyNameOffset + this.keyNameOctets;
  }

  get qnameOctets(): number {
    return this.views.u16[(this.at >>> 1) + 34] as number;
  }

  /** Wire format, case as asked. */
  get qnameOffset(): number {
    return this.at + fixedLogRecordOctets;
  }

  /** 0: nothing was sent. */
  get responseOctets(): number {
    return this.views.u16[(this.at >>> 1) + 35] as number;
  }

  /** -1: none. */
  get zoneNumber(): number {
    return (this.views.u32[(this.at + 72) >>> 2] as number) | 0;
  }
}
