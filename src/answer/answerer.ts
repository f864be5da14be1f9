/** The answer algorithm's outside: one message in, one message out (or silence). Contract; the body follows. */
import type { Request } from '../wire/request.ts';
import type { ZoneReader } from '../store/zone-reader.ts';
import type { AnswerSettings } from '../plane/answer-settings.ts';

export const Transport = { udp: 0, tcp: 1 } as const;
export type Transport = (typeof Transport)[keyof typeof Transport];

/** What became of a message, for counters and logs. */
export const Outcome = {
  /** Nothing is sent (QR=1, less than a header). */
  silent: 0,
  answered: 1,
  formErr: 2,
  notImp: 3,
  badVers: 4,
  /** No zone of ours encloses the name. */
  refused: 5,
  /** The zone is configured and not loaded, or expired. */
  zoneNotLoaded: 6,
} as const;

export declare class Answerer {
  /** The message last answered; holds until the next call. */
  readonly request: Request;
  /** An `Outcome`; the response's RCODE; the zone that the question fell in (number of ZoneReader.zoneNumber, -1 none). */
  outcome: number;
  rcode: number;
  zoneNumber: number;
  truncated: boolean;

  constructor(reader: ZoneReader, settings: AnswerSettings);

  /**
   * Answer the message in `request[offset, offset + octets)` into `response` at `responseOffset`, which must have room
   * for 65,535 octets (TCP) or 4,096 (UDP). Returns the response's octets, 0 for silence. The caller has done `reader.enter()`.
   */
  answer(
    request: Uint8Array,
    offset: number,
    octets: number,
    transport: Transport,
    view: number,
    response: Uint8Array,
    responseOffset: number,
  ): number;
}
