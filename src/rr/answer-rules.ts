/**
 * What the answer path must know of a type: typed arrays by type code. Nothing here
 * allocates.
 */

import { lowerCase, octetAt } from '../base/octets.ts';
import { nameOctets } from '../wire/name.ts';
import { additionalPrefixes, compressibleCounts, compressiblePrefixes, ruledTypes } from './answer-table.ts';

/**
 * Octets of RDATA before the first name that may be compressed in responses; -1 where none may be. Only in types of RFC
 * 1035: NS, MD, MF, CNAME, SOA, MB, MG, MR, PTR, MINFO, MX (RFC 3597 §4).
 */
export function compressiblePrefixOctets(type: number): number {
  return type < ruledTypes ? (prefixOctets[type] as number) : -1;
}

/** How many names that may be compressed follow the prefix, one right after the other; what follows them is copied. */
export function compressibleNameCount(type: number): number {
  return type < ruledTypes ? octetAt(nameCounts, type) : 0;
}

/**
 * Where in the RDATA the name begins whose addresses belong in the additional section; -1 where there is none. The root
 * there (MX, SRV: no service; SVCB in ServiceMode: the owner itself) is the caller's to see. NAPTR has a rule of its own.
 */
export function additionalTargetOffset(type: number): number {
  return type < ruledTypes ? (additionalOffsets[type] as number) : -1;
}

/** What a NAPTR record points at (RFC 3403 §4.1), by its flag. */
export const NaptrFlag = { none: 0, s: 0x73, a: 0x61, u: 0x75, p: 0x70 } as const;

/** The flag in lower case where the valid NAPTR RDATA has exactly one, else 0: `s` SRV, `a` addresses, `u` a URI, `p` protocol. */
export function naptrFlag(octets: Uint8Array, offset: number): number {
  return octetAt(octets, offset + 4) === 1 ? octetAt(lowerCase, octetAt(octets, offset + 5)) : 0;
}

/** Offset in `octets` of the replacement of the NAPTR RDATA `octets[offset, offset + length)`; -1 where the data isn't valid. */
export function naptrReplacementOffset(octets: Uint8Array, offset: number, length: number): number {
  const end = offset + length;
  let at = offset + 4;
  for (let string = 0; string < 3; string++) {
    if (at >= end) return -1;
    at += 1 + octetAt(octets, at);
  }
  return nameOctets(octets, at, end) < 0 ? -1 : at;
}

const prefixOctets = Int16Array.from(compressiblePrefixes);
const nameCounts = Uint8Array.from(compressibleCounts);
const additionalOffsets = Int16Array.from(additionalPrefixes);
