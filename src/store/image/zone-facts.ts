/** What a version says of its zone, read from the apex: the serial, and how negative answers are proved. */
import { octetAt, u16At, u32At } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import { nameOctets } from '../../wire/name.ts';
import {
  findSet,
  nameOctetsOf,
  nameOffsetOf,
  rrsetDataOctetsOf,
  rrsetEndOf,
  rrsetHeaderOctets,
} from './node-layout.ts';

/** Parameters of a chain of NSEC3 (RFC 5155 §4.2); the salt is `octets[saltOffset, saltOffset + saltOctets)`. */
export interface Nsec3Params {
  readonly iterations: number;
  readonly saltOffset: number;
  readonly saltOctets: number;
}

/** The SOA's serial, 0 where the apex has none. */
export function soaSerialOf(octets: Uint8Array, apex: number): number {
  const at = soaSerialOffsetOf(octets, apex);
  return at === 0 ? 0 : u32At(octets, at);
}

/** Where the SOA's serial stands, 0 where the apex has none. */
export function soaSerialOffsetOf(octets: Uint8Array, apex: number): number {
  const soa = findSet(octets, apex, 2 * Type.soa);
  if (soa === 0) return 0;
  const end = rrsetEndOf(octets, soa);
  let at = soa + rrsetHeaderOctets + 2;
  for (let name = 0; name < 2; name++) {
    const length = nameOctets(octets, at, end);
    if (length < 0) return 0;
    at += length;
  }
  return at + 4 <= end ? at : 0;
}

/** The NSEC3PARAM records of the apex whose chain can be in use: SHA-1, flags 0 (RFC 5155 §4.1.2). */
export function nsec3ParamsOf(octets: Uint8Array, apex: number): Nsec3Params[] {
  const found: Nsec3Params[] = [];
  const set = findSet(octets, apex, 2 * Type.nsec3param);
  if (set === 0) return found;
  const start = set + rrsetHeaderOctets;
  const end = start + rrsetDataOctetsOf(octets, set);
  for (let at = start; at < end; at += 2 + u16At(octets, at)) {
    if (!isSha1(octets, at) || octetAt(octets, at + 3) !== 0) continue;
    found.push({ iterations: u16At(octets, at + 4), saltOffset: at + 7, saltOctets: octetAt(octets, at + 6) });
  }
  return found;
}

/** Whether a hashed owner belongs to the chain with these parameters: its NSEC3 has them, and its first label can be a hash. */
export function isInChain(octets: Uint8Array, node: number, params: Nsec3Params): boolean {
  if (nameOctetsOf(octets, node) < 34 || octetAt(octets, nameOffsetOf(node)) !== 32) return false;
  const set = findSet(octets, node, 2 * Type.nsec3);
  if (set === 0) return false;
  const start = set + rrsetHeaderOctets;
  const end = start + rrsetDataOctetsOf(octets, set);
  for (let at = start; at < end; at += 2 + u16At(octets, at)) {
    if (isSha1(octets, at) && u16At(octets, at + 4) === params.iterations && isSalt(octets, at + 6, params))
      return true;
  }
  return false;
}

export function isSameChain(octets: Uint8Array, a: Nsec3Params, b: Nsec3Params): boolean {
  return a.iterations === b.iterations && isSalt(octets, a.saltOffset - 1, b);
}

/** Whether the NSEC3 or NSEC3PARAM record at `at` (its RDLENGTH) has the one algorithm there is. */
function isSha1(octets: Uint8Array, at: number): boolean {
  const length = u16At(octets, at);
  return length >= 5 && octetAt(octets, at + 2) === 1 && length >= 5 + octetAt(octets, at + 6);
}

function isSalt(octets: Uint8Array, lengthAt: number, params: Nsec3Params): boolean {
  if (octetAt(octets, lengthAt) !== params.saltOctets) return false;
  for (let i = 0; i < params.saltOctets; i++) {
    if (octets[lengthAt + 1 + i] !== octets[params.saltOffset + i]) return false;
  }
  return true;
}
