/** Base32 with the extended hex alphabet, without padding (RFC 4648 §7, RFC 5155 §3.3). */
import { octetAt } from '../../base/octets.ts';

/** Decode a whole token into `out[at]`; returns the octets, or -1. */
export function decodeBase32hex(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let bits = 0;
  let bitCount = 0;
  let length = 0;
  for (let i = start; i < end; i++) {
    const value = octetAt(base32hexValues, octetAt(source, i)) - 1;
    if (value < 0) return -1;
    bits = ((bits << 5) | value) & 0xffff;
    bitCount += 5;
    if (bitCount >= 8) {
      bitCount -= 8;
      out[at + length++] = bits >>> bitCount;
      bits &= (1 << bitCount) - 1;
    }
  }
  // Less than a digit may be left, and nothing but zeros.
  return bitCount < 5 && bits === 0 ? length : -1;
}

export function formatBase32hex(octets: Uint8Array, start: number, end: number): string {
  let text = '';
  let bits = 0;
  let bitCount = 0;
  for (let i = start; i < end; i++) {
    bits = ((bits << 8) | octetAt(octets, i)) & 0xffff;
    for (bitCount += 8; bitCount >= 5; ) {
      bitCount -= 5;
      text += base32hexDigits[(bits >>> bitCount) & 31];
    }
  }
  return bitCount === 0 ? text : text + base32hexDigits[(bits << (5 - bitCount)) & 31];
}

/** One more than the digit's value, 0 for what is no digit. */
const base32hexValues = new Uint8Array(256);
const base32hexDigits = '0123456789ABCDEFGHIJKLMNOPQRSTUV';
for (let i = 0; i < 32; i++) {
  base32hexValues[base32hexDigits.charCodeAt(i)] = i + 1;
  base32hexValues[base32hexDigits.toLowerCase().charCodeAt(i)] = i + 1;
}
