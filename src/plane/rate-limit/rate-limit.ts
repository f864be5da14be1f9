/** Response rate limiting (RRL) as BIND has it: what the operator can set, of the server or of a view. */
import type { AccessListId } from '../access/access-list-table.ts';

/** Kinds of responses that are limited each for itself, and all of them together. */
export const ResponseKind = { answer: 0, referral: 1, noData: 2, nameError: 3, error: 4, all: 5 } as const;
export type ResponseKind = (typeof ResponseKind)[keyof typeof ResponseKind];

export interface RateLimit {
  /** Responses in a second to one network, by `ResponseKind`: alike ones, but for `all`. 0: as many as there are. */
  readonly perSecond: readonly number[];
  /** For how long who asks too much is held against it. */
  readonly windowSeconds: number;
  /** Each so many of the responses held back is sent empty, with TC. 0: none. */
  readonly slip: number;
  /** With more responses in a second than this, `perSecond` shrinks in proportion; 0: never. */
  readonly qpsScale: number;
  /** What makes a network. */
  readonly ipv4PrefixBits: number;
  readonly ipv6PrefixBits: number;
  /** Who is not limited. */
  readonly exempt: AccessListId;
  /** Only tell of what would be held back. */
  readonly isLogOnly: boolean;
  /** Networks with their responses that are counted at a time. */
  readonly maxEntries: number;
  /** The counts, made by main (`createRateLimitTable`); missing in a configuration. */
  readonly table?: SharedArrayBuffer;
}
