/**
 * Weighted rendezvous hashing (Schindelhauer and Schomaker 2005): of all records a client takes the one with the lowest score, so it
 * meets the same one again, the population splits by the weights, and when one goes only its own clients go elsewhere.
 */
import { lowerCase, octetAt } from '../../base/octets.ts';

/** Weight 0: next to no chance, but an order among themselves. */
const nextToNothing = 1e-9;

/** The number by which a record is told from others: its target, in wire format, and its port. */
export function targetHash(octets: Uint8Array, target: number, port: number): number {
  let hash = 0x811c_9dc5 ^ port;
  let at = target;
  for (;;) {
    const length = octetAt(octets, at);
    if (length === 0) break;
    for (let i = 0; i <= length; i++) hash = Math.imul(hash ^ octetAt(lowerCase, octetAt(octets, at + i)), 0x0100_0193);
    at += 1 + length;
  }
  return hash;
}

/** Lower is earlier. `client` is the bucket that the client's network falls in. */
export function stickyScore(client: number, target: number, weight: number): number {
  const hash = mix(mix(client + 0x9e37_79b9) ^ target);
  const fraction = ((hash >>> 0) + 0.5) / 2 ** 32;
  return -Math.log(fraction) / (weight === 0 ? nextToNothing : weight);
}

/** The bucket of a network: the first `bits` bits of the address in `octets[offset, offset + 4 or 16)`. */
export function clientBucket(octets: Uint8Array, offset: number, bits: number, buckets: number): number {
  let hash = 0x811c_9dc5 ^ bits;
  const whole = bits >>> 3;
  for (let i = 0; i < whole; i++) hash = Math.imul(hash ^ octetAt(octets, offset + i), 0x0100_0193);
  const rest = bits & 7;
  if (rest > 0) hash = Math.imul(hash ^ (octetAt(octets, offset + whole) >>> (8 - rest)), 0x0100_0193);
  return (mix(hash) >>> 0) % buckets;
}

/** The finaliser of MurmurHash3. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85eb_ca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
