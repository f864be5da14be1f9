/**
 * A node: one owner with all its RRsets, in one piece.
 *
 *     0      flags (NodeFlag)
 *     1      octets of the name
 *     2..5   names directly below it; for the writer alone, which must know when an empty non-terminal vanishes
 *     6      name, lower-cased; behind it the original where the flag mixedCase is set
 *     …      RRsets in ascending type, each with the RRSIGs that cover it behind it
 *     …      65535 (two octets): no more RRsets. The type is reserved (RFC 6895 §3.1) and never stored.
 *
 * An RRset, or the RRSIGs that cover one type, is
 *
 *     0..1   type
 *     2..5   TTL in seconds
 *     6..9   records
 *     10..13 octets of the data
 *     14     the records: RDLENGTH (two octets) and RDATA, in the order of the zone file
 */
import { octetAt, putU16, putU32, u16At, u32At } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import { NodeFlag } from './image-types.ts';

export const nodeHeaderOctets = 6;
export const rrsetHeaderOctets = 14;
export const endOfRrsets = 65_535;

export function childCountOf(octets: Uint8Array, node: number): number {
  return u32At(octets, node + 2);
}

export function nameOffsetOf(node: number): number {
  return node + nodeHeaderOctets;
}

export function nameOctetsOf(octets: Uint8Array, node: number): number {
  return octetAt(octets, node + 1);
}

export function originalNameOffsetOf(octets: Uint8Array, node: number): number {
  const offset = node + nodeHeaderOctets;
  return (octetAt(octets, node) & NodeFlag.mixedCase) === 0 ? offset : offset + octetAt(octets, node + 1);
}

/** Where the first RRset is, or the end mark. */
export function rrsetsOffsetOf(octets: Uint8Array, node: number): number {
  return originalNameOffsetOf(octets, node) + octetAt(octets, node + 1);
}

export function isEndOfRrsets(octets: Uint8Array, rrset: number): boolean {
  return u16At(octets, rrset) === endOfRrsets;
}

export function rrsetDataOctetsOf(octets: Uint8Array, rrset: number): number {
  return u32At(octets, rrset + 10);
}

export function rrsetEndOf(octets: Uint8Array, rrset: number): number {
  return rrset + rrsetHeaderOctets + u32At(octets, rrset + 10);
}

/** What the RRSIGs of this set cover (the first field of their RDATA), 0 for other sets. */
export function coveredTypeOf(octets: Uint8Array, rrset: number): number {
  return u16At(octets, rrset) === Type.rrsig ? u16At(octets, rrset + rrsetHeaderOctets + 2) : 0;
}

/** Twice the type, plus one for RRSIGs, under which sets are in ascending order. */
export function rrsetKeyOf(octets: Uint8Array, rrset: number): number {
  const type = u16At(octets, rrset);
  return type === Type.rrsig ? 2 * u16At(octets, rrset + rrsetHeaderOctets + 2) + 1 : 2 * type;
}

/** The set with this key, 0 where there is none. */
export function findSet(octets: Uint8Array, node: number, key: number): number {
  for (let rrset = rrsetsOffsetOf(octets, node); ; rrset = rrsetEndOf(octets, rrset)) {
    if (isEndOfRrsets(octets, rrset)) return 0;
    const found = rrsetKeyOf(octets, rrset);
    if (found >= key) return found === key ? rrset : 0;
  }
}

/** Octets of the whole node. */
export function nodeOctetsOf(octets: Uint8Array, node: number): number {
  let rrset = rrsetsOffsetOf(octets, node);
  while (!isEndOfRrsets(octets, rrset)) rrset = rrsetEndOf(octets, rrset);
  return rrset + 2 - node;
}

export function recordCountOf(octets: Uint8Array, node: number): number {
  let count = 0;
  for (let rrset = rrsetsOffsetOf(octets, node); !isEndOfRrsets(octets, rrset); rrset = rrsetEndOf(octets, rrset)) {
    count += u32At(octets, rrset + 6);
  }
  return count;
}

/** Write a node without RRsets; `name[offset, offset + length)` is lower-cased. */
export function writeEmptyNode(
  octets: Uint8Array,
  node: number,
  flags: number,
  childCount: number,
  name: Uint8Array,
  offset: number,
  length: number,
): void {
  octets[node] = flags;
  octets[node + 1] = length;
  putU32(octets, node + 2, childCount);
  for (let i = 0; i < length; i++) octets[node + nodeHeaderOctets + i] = octetAt(name, offset + i);
  putU16(octets, node + nodeHeaderOctets + length, endOfRrsets);
}
