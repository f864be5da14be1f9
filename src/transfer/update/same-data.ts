/** Comparing RDATA as the canonical form does (RFC 4034 §6.2): the case of names doesn't matter where it does not there. */
import { compareOctets, lowerCase, octetAt } from '../../base/octets.ts';
import { canonicalizeRdata } from '../../rr/rdata.ts';

/** Whether `data[offset, offset + octets)` is the same as `other`. */
export function isSameDataAt(
  type: number,
  data: Uint8Array,
  offset: number,
  octets: number,
  other: Uint8Array,
): boolean {
  if (octets !== other.length) return false;
  // Whatever is the same in canonical form differs in the case of letters at most, and mostly not even in that.
  let differs = false;
  for (let i = 0; i < octets; i++) {
    const a = octetAt(data, offset + i);
    const b = octetAt(other, i);
    if (a === b) continue;
    if (octetAt(lowerCase, a) !== octetAt(lowerCase, b)) return false;
    differs = true;
  }
  if (!differs) return true;
  return compareData(canonicalData(type, data.subarray(offset, offset + octets)), canonicalData(type, other)) === 0;
}

/** The data of a set in canonical form and order, each once. */
export function canonicalSet(type: number, set: readonly Uint8Array[]): readonly Uint8Array[] {
  const sorted = set.map((data) => canonicalData(type, data)).sort(compareData);
  return sorted.filter((data, i) => i === 0 || compareData(data, sorted[i - 1] as Uint8Array) !== 0);
}

export function compareData(a: Uint8Array, b: Uint8Array): number {
  return compareOctets(a, 0, a.length, b, 0, b.length);
}

function canonicalData(type: number, data: Uint8Array): Uint8Array {
  const copy = data.slice();
  canonicalizeRdata(type, copy, 0, copy.length);
  return copy;
}
