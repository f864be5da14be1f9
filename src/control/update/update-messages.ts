/** What main and the loader thread say to each other of updates. Several at a time: each message wakes a thread. */
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { WireName } from '../../wire/name.ts';

/** An UPDATE from a client that may send such, or whose key a rule of the zone names. */
export interface UpdateRequest {
  readonly id: number;
  readonly zone: ZoneId;
  readonly message: Uint8Array;
  /** The verified key's name. */
  readonly signer: WireName | undefined;
}

/** What became of it. With NOERROR it is durable and served. */
export interface UpdateResult {
  readonly id: number;
  readonly rcode: number;
  /** What the log says of it, in BIND's words, without the client and the zone. */
  readonly lines: readonly string[];
  /** Of the lines, where it is not the usual one. */
  readonly severity?: 'warning';
}

export interface UpdateRequests {
  readonly kind: 'update';
  readonly requests: readonly UpdateRequest[];
}

export interface UpdateResults {
  readonly kind: 'updated';
  readonly results: readonly UpdateResult[];
}
