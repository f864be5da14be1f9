/** Base64 (RFC 4648 §4), which may come in pieces: a record's tokens. */
import { octetAt } from '../../base/octets.ts';

/** Decode `source[start, end)`, base64 with its padding, into `out[at]`; returns the octets, or -1. */
export function decodeBase64(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  return base64Octets(pushAllBase64(source, start, end, 0, out, at));
}

export function formatBase64(octets: Uint8Array, start: number, end: number): string {
  return Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('base64');
}

/** Decode `source[start, end)` from the state on; whole groups of four digits at once, the rest one by one. */
export function pushAllBase64(
  source: Uint8Array,
  start: number,
  end: number,
  state: number,
  out: Uint8Array,
  at: number,
): number {
  let i = start;
  while (i < end && state >= 0) {
    // A state below the unit has no padding yet.
    if ((state & 3) === 0 && state < paddingUnit) {
      const taken = pushGroups(source, i, end, out, at + (state >>> 2) * 3);
      i += taken;
      state += taken;
      if (i >= end) break;
    }
    state = pushBase64(octetAt(source, i++), state, out, at);
  }
  return state;
}

/** Decode groups of four digits into `out[at]` as long as there are any; returns the digits taken. */
function pushGroups(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const a = octetAt(base64Values, octetAt(source, i));
    const b = octetAt(base64Values, octetAt(source, i + 1));
    const c = octetAt(base64Values, octetAt(source, i + 2));
    const d = octetAt(base64Values, octetAt(source, i + 3));
    if (a === 0 || b === 0 || c === 0 || d === 0) break;
    const bits = ((a - 1) << 18) | ((b - 1) << 12) | ((c - 1) << 6) | (d - 1);
    out[at++] = bits >>> 16;
    out[at++] = bits >>> 8;
    out[at++] = bits;
  }
  return i - start;
}

/**
 * The state of a base64 decoder in one number: digits taken so far, and padding octets times 2^24. Padding is counted as
 * digits too. -1 once it has failed. The bits in hand lie in `out` already.
 */
function pushBase64(octet: number, state: number, out: Uint8Array, at: number): number {
  const digits = state % paddingUnit;
  const padding = (state - digits) / paddingUnit;
  const place = digits & 3;
  const group = at + (digits >>> 2) * 3;
  if (octet === padSign) {
    if (place < 2) return -1;
    // The bits that belong to no octet must be zero, so that each value has one spelling.
    if (padding === 0 && octetAt(out, group + place - 1) !== 0) return -1;
    return state + 1 + paddingUnit;
  }
  const value = octetAt(base64Values, octet) - 1;
  if (value < 0 || padding > 0) return -1;
  switch (place) {
    case 0:
      out[group] = value << 2;
      break;
    case 1:
      out[group] = octetAt(out, group) | (value >>> 4);
      out[group + 1] = value << 4;
      break;
    case 2:
      out[group + 1] = octetAt(out, group + 1) | (value >>> 2);
      out[group + 2] = value << 6;
      break;
    default:
      out[group + 2] = octetAt(out, group + 2) | value;
  }
  return state + 1;
}

/** Octets that a finished decoder has written; -1 where a group is cut short. */
export function base64Octets(state: number): number {
  if (state < 0) return -1;
  const digits = state % paddingUnit;
  const padding = (state - digits) / paddingUnit;
  return (digits & 3) === 0 ? (digits >>> 2) * 3 - padding : -1;
}

/** Digits of one entry stay far below (see maxEntryOctets). */
const paddingUnit = 0x100_0000;
const padSign = 0x3d;

/** One more than the digit's value, 0 for what is no digit. */
const base64Values = digitTable('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

function digitTable(digits: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let i = 0; i < digits.length; i++) table[digits.charCodeAt(i)] = i + 1;
  return table;
}
