/** The hash of NSEC3 (RFC 5155 §5), algorithm 1: SHA-1 over the name and the salt, and again over each digest and the salt. */

import { maxNameOctets } from '../base/limits.ts';
import { copyOctets, octetAt } from '../base/octets.ts';
import { sha1, sha1Octets } from './sha1.ts';

export const nsec3HashOctets: number = sha1Octets;
/** Characters of a hash in base32hex, which is the first label of an NSEC3's owner. */
export const nsec3LabelOctets = 32;

const maxSaltOctets = 255;
/** A name, a salt, and the padding of SHA-1. */
const work = new Uint8Array(maxNameOctets + maxSaltOctets + 72);

/**
 * Hash the name in wire format, lower case and uncompressed, at `name[nameOffset, nameOffset + nameLength)` into
 * `out[0, 20)`. `iterations` are the extra ones of NSEC3PARAM. No allocation; not for two threads at once, as all here.
 */
export function nsec3Hash(
  name: Uint8Array,
  nameOffset: number,
  nameLength: number,
  salt: Uint8Array,
  saltOffset: number,
  saltLength: number,
  iterations: number,
  out: Uint8Array,
): void {
  copyOctets(name, nameOffset, work, 0, nameLength);
  copyOctets(salt, saltOffset, work, nameLength, saltLength);
  sha1(work, nameLength + saltLength, work, 0);
  // The salt stays behind the digest, and each digest takes the place of the one before.
  copyOctets(salt, saltOffset, work, sha1Octets, saltLength);
  for (let i = 0; i < iterations; i++) sha1(work, sha1Octets + saltLength, work, 0);
  copyOctets(work, 0, out, 0, sha1Octets);
}

/**
 * Write the hash at `hash[hashOffset]` (20 octets) as base32hex in lower case, without padding (RFC 4648 §7, RFC 5155 §1.3),
 * into `out[outOffset, outOffset + 32)`.
 */
export function writeBase32Hex(hash: Uint8Array, hashOffset: number, out: Uint8Array, outOffset: number): void {
  let bits = 0;
  let bitCount = 0;
  let at = outOffset;
  for (let i = 0; i < sha1Octets; i++) {
    bits = ((bits << 8) | octetAt(hash, hashOffset + i)) & 0xfff;
    bitCount += 8;
    while (bitCount >= 5) {
      bitCount -= 5;
      out[at++] = octetAt(digits, (bits >>> bitCount) & 31);
    }
  }
}

/** Read 32 characters of base32hex, in either case, into 20 octets; false where one is none. */
export function parseBase32Hex(text: Uint8Array, textOffset: number, out: Uint8Array, outOffset: number): boolean {
  let bits = 0;
  let bitCount = 0;
  let at = outOffset;
  for (let i = 0; i < nsec3LabelOctets; i++) {
    const value = digitValue(octetAt(text, textOffset + i));
    if (value < 0) return false;
    bits = ((bits << 5) | value) & 0xfff;
    bitCount += 5;
    if (bitCount >= 8) {
      bitCount -= 8;
      out[at++] = bits >>> bitCount;
    }
  }
  return true;
}

const digits = new TextEncoder().encode('0123456789abcdefghijklmnopqrstuv');

function digitValue(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x76 ? letter - 0x61 + 10 : -1;
}
