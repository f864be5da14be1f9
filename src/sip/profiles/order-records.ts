/** The order in which a client would try the records of an SRV answer. */
import type { Draws } from '../../base/draws.ts';
import type { SrvRecord } from '../location/dns-answer.ts';
import type { Profile, WeightHabit } from './profile.ts';

/**
 * `records` as they stand in the message. `accountKey`: 32 bits, of the account that calls. Returns a new list, without those that
 * the client does not read.
 */
export function orderRecords(
  records: readonly SrvRecord[],
  { weights, readsRecords }: Pick<Profile, 'weights' | 'readsRecords'>,
  accountKey: number,
  draws: Draws,
): SrvRecord[] {
  const read = records.slice(0, readsRecords);
  if (weights === 'wire') return read;
  const priorities = [...new Set(read.map(({ priority }) => priority))].sort((a, b) => a - b);
  const order = orderOfEqual(weights, accountKey, draws);
  return priorities.flatMap((wanted) => order(read.filter(({ priority }) => priority === wanted)));
}

type Ordering = (records: readonly SrvRecord[]) => readonly SrvRecord[];

/** Array's sort is stable: what is equal stays as it came. */
function orderOfEqual(weights: Exclude<WeightHabit, 'wire'>, accountKey: number, draws: Draws): Ordering {
  switch (weights) {
    case 'ranking':
      return (records) => records.toSorted((a, b) => b.weight - a.weight);
    case 'ignored':
      return (records) => records;
    case 'sticky':
      return (records) => records.toSorted((a, b) => stickyIndex(b, accountKey) - stickyIndex(a, accountKey));
    case 'rfc2782':
      return (records) =>
        drawAll(records, (sum, hasZero) => (hasZero ? draws.below(sum + 1) : 1 + draws.below(sum)), draws);
    case 'rfc2782-inclusive':
      return (records) => drawAll(records, (sum) => draws.below(sum), undefined);
  }
}

type DrawPoint = (sum: number, hasZero: boolean) => number;

/**
 * RFC 2782: weights of 0 first; the first record whose running sum is at or above the number drawn is next; and so on with the rest.
 * The RFC draws from 0 on; that 0 is for the records of weight 0, and would double the share of a weight of 1 where there are none.
 * Where all weights are 0, `evenly` draws among them, and without it they stay as they came.
 */
function drawAll(records: readonly SrvRecord[], drawPoint: DrawPoint, evenly: Draws | undefined): SrvRecord[] {
  const left = [...records.filter(({ weight }) => weight === 0), ...records.filter(({ weight }) => weight > 0)];
  const order: SrvRecord[] = [];
  while (left.length > 0) {
    const sum = left.reduce((total, { weight }) => total + weight, 0);
    const hasZero = left[0]?.weight === 0;
    const index = sum > 0 ? indexAt(left, drawPoint(sum, hasZero)) : (evenly?.below(left.length) ?? 0);
    order.push(...left.splice(index, 1));
  }
  return order;
}

function indexAt(records: readonly SrvRecord[], point: number): number {
  let running = 0;
  const found = records.findIndex(({ weight }) => {
    running += weight;
    return point <= running;
  });
  return Math.max(0, found);
}

/** FNV-1a over the target, as libre's hash_fast_str was (newer versions hash otherwise, which changes who goes where, not the shares). */
function stickyIndex({ target, weight }: SrvRecord, accountKey: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < target.length; i++) hash = Math.imul(hash ^ target.charCodeAt(i), 0x01000193);
  return ((((hash & 0xfff) ^ accountKey) >>> 0) + weight) >>> 0;
}
