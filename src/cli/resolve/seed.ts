/** A stream of chance for each call, so that a run can be repeated whatever order its answers come in. */
import { Draws } from '../../base/draws.ts';

/** `numbers` as whole numbers of up to 32 bits: seed, profile, call. */
export function drawsOf(...numbers: readonly number[]): Draws {
  let state = 0x9e37_79b9;
  for (const number of numbers) state = mix(state ^ (number | 0));
  const words = new Int32Array(4);
  for (let i = 0; i < 4; i++) {
    state = (state + 0x9e37_79b9) | 0;
    words[i] = mix(state);
  }
  return new Draws(words);
}

/** The finaliser of MurmurHash3. */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
