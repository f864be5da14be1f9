/**
 * SHA-1 (FIPS 180-4 §6.1) over fixed arrays, for NSEC3 only: node:crypto makes an object per hash, and a negative answer
 * needs up to three names hashed, each several times.
 */
import { putU32, u32At } from '../base/octets.ts';

export const sha1Octets = 20;
const blockOctets = 64;

const schedule = new Int32Array(80);
const state = new Int32Array(5);

/**
 * Hash `buffer[0, length)` into `out[outOffset, outOffset + 20)`. The padding is written behind the input: `buffer` needs
 * room for `length + 72` octets. `out` may be `buffer`.
 */
export function sha1(buffer: Uint8Array, length: number, out: Uint8Array, outOffset: number): void {
  const paddedOctets = pad(buffer, length);
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  state[4] = 0xc3d2e1f0;
  for (let at = 0; at < paddedOctets; at += blockOctets) hashBlock(buffer, at);
  for (let i = 0; i < 5; i++) putU32(out, outOffset + 4 * i, state[i] as number);
}

/** A one bit, zero bits, and the length in bits in the last 64 (§5.1.1). Returns the octets of whole blocks. */
function pad(buffer: Uint8Array, length: number): number {
  const paddedOctets = Math.ceil((length + 9) / blockOctets) * blockOctets;
  buffer[length] = 0x80;
  buffer.fill(0, length + 1, paddedOctets);
  putU32(buffer, paddedOctets - 4, length * 8);
  return paddedOctets;
}

function hashBlock(buffer: Uint8Array, at: number): void {
  const w = schedule;
  for (let t = 0; t < 16; t++) w[t] = u32At(buffer, at + 4 * t);
  for (let t = 16; t < 80; t++) {
    const x = wordAt(t - 3) ^ wordAt(t - 8) ^ wordAt(t - 14) ^ wordAt(t - 16);
    w[t] = (x << 1) | (x >>> 31);
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  for (let t = 0; t < 80; t++) {
    const next = (((a << 5) | (a >>> 27)) + mix(t, b, c, d) + e + wordAt(t)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
}

function wordAt(t: number): number {
  return schedule[t] as number;
}

/** The round's function and constant (§4.1.1, §4.2.1). */
function mix(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}
