/**
 * What an answer gives first, in one word, so that the response cache keeps it and counters and logs need not look at the answer:
 *
 *     bits   31-4 entry of the target in the steering table, 0 for none   3-1 SrvOrder   0 degraded
 *
 * 0 where the answer's SRV are under no policy.
 */
import type { SrvOrder } from './steering-policy.ts';
import type { SteeringEntry } from './steering-table.ts';

/** A larger table has targets that are not counted. */
const mostEntry = 2 ** 28;

/** `degraded`: not all targets of the set are up. */
export function packFirstChoice(entry: SteeringEntry, order: SrvOrder, degraded: boolean): number {
  return ((entry < mostEntry ? entry : 0) << 4) | (order << 1) | (degraded ? 1 : 0);
}

export function firstChoiceEntry(choice: number): SteeringEntry {
  return choice >>> 4;
}

/** Order in its lower bits, degraded in the lowest. */
export function firstChoiceBits(choice: number): number {
  return choice & 15;
}
