/** What a SIP client makes of DNS: one row of data for each (table.ts). */
import type { Transport } from '../target/transport.ts';

/**
 * How records of one priority are ordered.
 * - `rfc2782`: drawn by their weights.
 * - `rfc2782-inclusive`: the same, each draw one too far, so that the record that stands first has a little more than its share.
 * - `ranking`: the highest weight first, always.
 * - `ignored`: as they came.
 * - `sticky`: by a hash of the target and a key of the account; the weight is added to that.
 * - `wire`: as they came, priorities too.
 */
export type WeightHabit = 'rfc2782' | 'rfc2782-inclusive' | 'ranking' | 'ignored' | 'sticky' | 'wire';

/** At an answer with TC: ask again over TCP, throw it away, or use what is in it. */
export type TruncationHabit = 'tcp' | 'discard' | 'use';

/**
 * Which addresses of a server are tried, in this order: IPv4, and IPv6 only where there is no other; or both.
 */
export type FamilyHabit = 'ipv4-else-ipv6' | 'ipv6-and-ipv4';

/** Seconds after which a server that is silent is given up for the next one; `undefined`: never, the call is lost. */
export interface Patience {
  readonly udp: number | undefined;
  /** TCP, TLS and what else has connections. */
  readonly stream: number | undefined;
}

export interface Profile {
  readonly name: string;
  /** For people, behind the name. */
  readonly title: string;
  /** Asks NAPTR where the target names no transport (RFC 3263 §4.1). */
  readonly asksNaptr: boolean;
  /** Where nothing else says which: tried in this order, SRV by SRV. */
  readonly transports: readonly Transport[];
  readonly weights: WeightHabit;
  /** How many SRV records it reads, of those on the wire. */
  readonly readsRecords: number;
  /** What it offers in EDNS; `undefined`: no EDNS, so 512 octets. */
  readonly ednsOctets: number | undefined;
  readonly truncation: TruncationHabit;
  /** Takes addresses from the additional section, and asks for those that are missing. */
  readonly usesAdditional: boolean;
  readonly families: FamilyHabit;
  readonly patience: Patience;
  /** Goes on to the next of several addresses of one name where there is no SRV. */
  readonly triesAllAddresses: boolean;
}
