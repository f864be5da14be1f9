/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012), the hash of server cookies (RFC 9018 §4.4): 64 bits in halves of 32, because JavaScript's
 * whole numbers of 64 bits are objects. One per key; hashing makes none.
 */
import { assert } from '../../base/assert.ts';
import { octetAt } from '../../base/octets.ts';

export const sipKeyOctets = 16;
/** A cookie's first 16 octets and an IPv6 address. */
const maxInputOctets = 32;

export class SipHash {
  /** The hash last made: octets 0 to 3 and 4 to 7 of it, the first one lowest (RFC 9018 §4.4 writes it so). */
  low = 0;
  high = 0;
  /** What is to be hashed is put in here; room for `maxInputOctets`, and the end that `hash` gives it. */
  readonly octets: Uint8Array = new Uint8Array(maxInputOctets + 8);
  private readonly words = new Int32Array(this.octets.buffer);
  private readonly key: Int32Array;

  constructor(key: Uint8Array) {
    assert(key.length === sipKeyOctets, 'a key of SipHash has 16 octets');
    this.key = Int32Array.from([0, 4, 8, 12], (at) => wordAt(key, at));
  }

  /** Hash the first `length` octets of the input. What is behind them is not kept. */
  hash(length: number): void {
    const { octets, words } = this;
    // The last eight octets are what is left over, zeros, and the length.
    const lastAt = length & ~7;
    for (let at = length; at < lastAt + 7; at++) octets[at] = 0;
    octets[lastAt + 7] = length;
    const { key } = this;
    const k0 = key[0] as number;
    const k1 = key[1] as number;
    const k2 = key[2] as number;
    const k3 = key[3] as number;
    let v0 = k0 ^ 0x70736575;
    let v0h = k1 ^ 0x736f6d65;
    let v1 = k2 ^ 0x6e646f6d;
    let v1h = k3 ^ 0x646f7261;
    let v2 = k0 ^ 0x6e657261;
    let v2h = k1 ^ 0x6c796765;
    let v3 = k2 ^ 0x79746573;
    let v3h = k3 ^ 0x74656462;
    let m = 0;
    let mh = 0;
    // Two rounds for each eight octets, the last of which has what is left over and the length; then four more.
    const inputRounds = (lastAt >>> 2) + 2;
    for (let round = 0; round < inputRounds + 4; round++) {
      if (round < inputRounds && (round & 1) === 0) {
        m = words[round] as number;
        mh = words[round + 1] as number;
        v3 ^= m;
        v3h ^= mh;
      } else if (round === inputRounds) v2 ^= 0xff;
      let sum = (v0 + v1) | 0;
      v0h = (v0h + v1h + carry(sum, v0)) | 0;
      v0 = sum;
      sum = (v2 + v3) | 0;
      v2h = (v2h + v3h + carry(sum, v2)) | 0;
      v2 = sum;
      let high = (v1h << 13) | (v1 >>> 19);
      v1 = ((v1 << 13) | (v1h >>> 19)) ^ v0;
      v1h = high ^ v0h;
      high = (v3h << 16) | (v3 >>> 16);
      v3 = ((v3 << 16) | (v3h >>> 16)) ^ v2;
      v3h = high ^ v2h;
      high = v0;
      v0 = v0h;
      v0h = high;
      sum = (v2 + v1) | 0;
      v2h = (v2h + v1h + carry(sum, v2)) | 0;
      v2 = sum;
      sum = (v0 + v3) | 0;
      v0h = (v0h + v3h + carry(sum, v0)) | 0;
      v0 = sum;
      high = (v1h << 17) | (v1 >>> 15);
      v1 = ((v1 << 17) | (v1h >>> 15)) ^ v2;
      v1h = high ^ v2h;
      high = (v3h << 21) | (v3 >>> 11);
      v3 = ((v3 << 21) | (v3h >>> 11)) ^ v0;
      v3h = high ^ v0h;
      high = v2;
      v2 = v2h;
      v2h = high;
      if (round < inputRounds && (round & 1) === 1) {
        v0 ^= m;
        v0h ^= mh;
      }
    }
    this.low = v0 ^ v1 ^ v2 ^ v3;
    this.high = v0h ^ v1h ^ v2h ^ v3h;
  }
}

/** What the sum of two lower halves gives to the upper ones; `part` is either of the two. */
function carry(sum: number, part: number): number {
  return sum >>> 0 < part >>> 0 ? 1 : 0;
}

function wordAt(octets: Uint8Array, at: number): number {
  return (
    octetAt(octets, at) |
    (octetAt(octets, at + 1) << 8) |
    (octetAt(octets, at + 2) << 16) |
    (octetAt(octets, at + 3) << 24)
  );
}
