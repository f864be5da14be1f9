/**
 * A message as it went over the wire, on its way from a worker to the dnstap thread.
 *
 *     offset  octets
 *          0       4  length of the record, a multiple of 8
 *          4       4  type: a `TapType`
 *          8       8  time, milliseconds since 1970, float64
 *         16      16  the client's address (IPv4: the first 4)
 *         32      16  our address
 *         48       2  the client's port
 *         50       2  our port
 *         52       1  family: 4 or 6            53  1  a `TapProtocol`
 *         54       2  octets of the zone's apex (0: none)
 *         56       4  octets of the message
 *         64       …  the apex in wire format; the message
 */
import { maxMessageOctets, maxNameOctets } from '../../base/limits.ts';
import { octetAt } from '../../base/octets.ts';
import type { LogViews } from './log-views.ts';

/** What a record tells of: Message.Type of dnstap.proto. Never 0, which marks the unused end of a ring. */
export const TapType = { authQuery: 1, authResponse: 2, updateQuery: 13, updateResponse: 14 } as const;
export type TapType = (typeof TapType)[keyof typeof TapType];

/** SocketProtocol of dnstap.proto. */
export const TapProtocol = { udp: 1, tcp: 2, dot: 3 } as const;
export type TapProtocol = (typeof TapProtocol)[keyof typeof TapProtocol];

/** Sets of types are words in which bit `type` is set. */
export function hasTapType(types: number, type: TapType): boolean {
  return (types & (1 << type)) !== 0;
}

/** Before the apex. */
export const fixedTapOctets = 64;
/** No record is longer. */
export const maxTapOctets = (fixedTapOctets + maxNameOctets + maxMessageOctets + 7) & ~7;

/** Which way a message came or went: the two ends, and how. The octets stay the caller's. */
export interface TapEnds {
  readonly family: 4 | 6;
  readonly octets: Uint8Array;
  readonly offset: number;
  readonly port: number;
  readonly local: Uint8Array;
  readonly localOffset: number;
}

/** A record as it lies in a ring: reads its fields where they are. */
export class StoredTap {
  /** The ring's; addresses, apex and message are given as offsets into it. */
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

  get type(): number {
    return this.views.kindAt(this.at);
  }

  /** Milliseconds since 1970. */
  get timeMs(): number {
    return this.views.f64[(this.at + 8) >>> 3] as number;
  }

  get family(): 4 | 6 {
    return octetAt(this.octets, this.at + 52) === 6 ? 6 : 4;
  }

  get protocol(): number {
    return octetAt(this.octets, this.at + 53);
  }

  /** Of 4 or 16 octets. */
  get clientOffset(): number {
    return this.at + 16;
  }

  get clientPort(): number {
    return this.views.u16[(this.at + 48) >>> 1] as number;
  }

  /** Of 4 or 16 octets. */
  get localOffset(): number {
    return this.at + 32;
  }

  get localPort(): number {
    return this.views.u16[(this.at + 50) >>> 1] as number;
  }

  /** 0: none. */
  get apexOctets(): number {
    return this.views.u16[(this.at + 54) >>> 1] as number;
  }

  get apexOffset(): number {
    return this.at + fixedTapOctets;
  }

  get messageOctets(): number {
    return this.views.u32[(this.at + 56) >>> 2] as number;
  }

  get messageOffset(): number {
    return this.apexOffset + this.apexOctets;
  }
}
