import { lowerCase, octetAt } from '../base/octets.ts';
import { asWireName, type WireName } from '../wire/name.ts';
import { type TsigAlgorithm, tsigAlgorithms } from './tsig-algorithm.ts';

/** A shared secret with its name. Plain data: it is sent to threads. Never log it whole. */
export interface TsigKey {
  /** Lower-cased, as it enters the digest (RFC 8945 §4.3.3). */
  readonly name: WireName;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Uint8Array;
  /** Of the MACs that we send, and the least that we accept; less than the algorithm's where they are truncated. */
  readonly macOctets: number;
}

/** A key with `name` in any case; `macOctets` is the algorithm's unless given. */
export function createTsigKey(
  name: WireName,
  algorithm: TsigAlgorithm,
  secret: Uint8Array,
  macOctets: number = tsigAlgorithms[algorithm].macOctets,
): TsigKey {
  return {
    name: asWireName(Uint8Array.from(name, (octet) => octetAt(lowerCase, octet))),
    algorithm,
    secret: Uint8Array.from(secret),
    macOctets,
  };
}
