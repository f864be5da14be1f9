import { randomFillSync } from 'node:crypto';
import { Draws } from '../base/draws.ts';

/** Chance that differs from thread to thread and from start to start. */
export function freshDraws(): Draws {
  return new Draws(randomFillSync(new Int32Array(4)));
}
