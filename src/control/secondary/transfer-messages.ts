/**
 * What main and the loader thread say to each other about transfers that come in. Main has the sockets and hands their octets
 * over; the loader reads them, builds the zone and publishes it.
 */

import type { TransferBounds } from '../../transfer/in/incoming-transfer.ts';
import type { TransferForm } from '../../transfer/in/record-sequence.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import type { SoaTimes } from '../load/soa-times.ts';
import type { SecondaryTimers } from '../loader-messages.ts';

/** `transfer` is a number that main gives to each try. */
export type TransferCommand =
  | TransferOpen
  /** Each is answered by `transfer-taken`, so that main knows when to stop reading. */
  | { readonly kind: 'transfer-chunk'; readonly transfer: number; readonly octets: Uint8Array }
  /** Nothing more will come, and why. Answered by `transfer-outcome`, if that has not been sent. */
  | { readonly kind: 'transfer-end'; readonly transfer: number; readonly reason: string }
  /** A primary has vouched for the copy. */
  | { readonly kind: 'refreshed'; readonly zone: ZoneId; readonly timers: SecondaryTimers }
  /** None has for too long. */
  | { readonly kind: 'expire'; readonly zone: ZoneId };

/** The connection is there. Answered by `transfer-request`. */
export interface TransferOpen {
  readonly kind: 'transfer-open';
  readonly transfer: number;
  readonly zone: ZoneId;
  /** AXFR, also where a version is there to ask for the differences from. */
  readonly whole: boolean;
  readonly key: TsigKey | undefined;
  readonly bounds: TransferBounds;
}

export type TransferReport =
  /** The request, signed, with its length in front: to be sent as it is. */
  | { readonly kind: 'transfer-request'; readonly transfer: number; readonly octets: Uint8Array }
  | {
      readonly kind: 'transfer-taken';
      readonly transfer: number;
      readonly octets: number;
      /** All so far. */
      readonly records: number;
      /** An IXFR has brought one newer SOA and nothing else so far: a server without differences may stop here. */
      readonly isOneSoa: boolean;
    }
  | { readonly kind: 'transfer-outcome'; readonly transfer: number; readonly outcome: TransferOutcome };

export type TransferOutcome = TransferDone | TransferFailed;

interface TransferCounts {
  readonly messages: number;
  readonly records: number;
  readonly octets: number;
}

export interface TransferDone extends TransferCounts {
  readonly result: 'done';
  /** `upToDate`: nothing was published. */
  readonly form: TransferForm;
  readonly serial: number;
  /** Records left out because they lie outside of the zone. */
  readonly outsideRecords: number;
  /** About what was published, each a sentence. */
  readonly warnings: readonly string[];
  /** Of what was published. */
  readonly soa: SoaTimes | undefined;
}

export interface TransferFailed extends TransferCounts {
  readonly result: 'failed';
  /** In BIND's words where it has some. */
  readonly reason: string;
  readonly next: 'axfr' | 'other';
}
