/** Which records a node can hold, and in which of its sets. */
import { u16At } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import { endOfRrsets } from './node-layout.ts';

/** Whether a record can be stored: neither of a reserved type (RFC 6895 §3.1) nor an RRSIG cut short. */
export function isStorable(type: number, rdataOctets: number): boolean {
  if (type === Type.rrsig) return rdataOctets >= leastRrsigOctets;
  return type !== 0 && type !== endOfRrsets;
}

/** The type by which a record belongs to a hashed owner: NSEC3, or the RRSIG that covers one. */
export function isOfHashedOwner(type: number, rdata: Uint8Array, offset = 0): boolean {
  return type === Type.nsec3 || (type === Type.rrsig && u16At(rdata, offset) === Type.nsec3);
}

/** Twice the type; for an RRSIG twice the type that it covers, plus one. Sets stand in the order of these. */
export function recordKey(type: number, rdata: Uint8Array, offset: number): number {
  return type === Type.rrsig ? 2 * u16At(rdata, offset) + 1 : 2 * type;
}

/** The least octets of an RRSIG's RDATA: its fixed fields and the root as signer (RFC 4034 §3.1). */
const leastRrsigOctets = 19;
