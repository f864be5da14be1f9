/** The order of SRV records by policy (RFC 2782), and by who is up. Works on the records collected; knows no zone and no message. */
import type { Draws } from '../../base/draws.ts';
import { Reaction, SrvOrder, TargetState } from '../../plane/steering/steering-policy.ts';
import type { AnswerVariant } from './answer-variant.ts';
import { type DrawnParts, mostParts } from './drawn-parts.ts';
import type { RecordOrder } from './record-order.ts';

const maxPriority = 0xffff;
const maxWeight = 0xffff;
/** Behind the first: so far below that a client which draws by weights takes the first in 99.6 % of its draws. */
const secondWeight = 256;

/** How the records are to be ordered. */
export interface OrderRequest {
  order: SrvOrder;
  reaction: Reaction;
  /** A signature covers the set: order alone may change (RFC 4034 §3). */
  isSigned: boolean;
  emptyWhenAllDown: boolean;
  /** Below 1: where in the sum of the weights the first record of the first priority lies. */
  point: number;
  /** By that point the variant is chosen. */
  isFirst: boolean;
  /** `cyclic`: by how many records the set begins later. */
  turn: number;
  /** Is told what other points would put first, and how many records take turns. */
  readonly variant: AnswerVariant;
}

/** What was found while ordering. */
export const OrderFinding = { healthy: 0, degraded: 1, allDown: 2, empty: 3 } as const;
export type OrderFinding = (typeof OrderFinding)[keyof typeof OrderFinding];

/**
 * Order the records of `set`, whose priorities, weights and states are filled in, into `picked`. `sticky` takes each record's
 * `score`, lowest first.
 */
export function orderSrv(set: RecordOrder, asked: OrderRequest, draws: Draws): OrderFinding {
  const finding = judge(set);
  if (finding === OrderFinding.allDown && asked.emptyWhenAllDown && !asked.isSigned) {
    set.pickedCount = 0;
    return OrderFinding.empty;
  }
  const order = asked.isSigned && asked.order === SrvOrder.shape ? SrvOrder.rfc2782 : asked.order;
  const last = finding === OrderFinding.degraded ? react(set, asked) : set.pickedCount;
  if (order === SrvOrder.zone) {
    if (finding === OrderFinding.degraded) sortByPriorityFrom(set, last);
    return finding;
  }
  sortByPriority(set, 0, last);
  eachPriority(set, last, order, asked, draws);
  if (last < set.pickedCount) sortByPriorityFrom(set, last);
  return finding;
}

/** Order the records picked as if they had one priority and no weights: by turns, or by draws where each has the same chance. */
export function orderAlike(set: RecordOrder, asked: OrderRequest, draws: Draws): void {
  const { pickedCount } = set;
  if (asked.order === SrvOrder.cyclic) {
    asked.variant.addTurns(pickedCount);
    set.rotate(0, pickedCount, asked.turn);
    return;
  }
  set.configuredWeight.fill(0, 0, set.count);
  if (asked.isFirst) fillParts(asked.variant.parts, set, pickedCount);
  drawAll(set, 0, pickedCount, asked.point, draws);
}

function judge(set: RecordOrder): OrderFinding {
  let up = 0;
  for (let i = 0; i < set.count; i++) if (set.state[i] === TargetState.up) up++;
  if (up === set.count) return OrderFinding.healthy;
  return up === 0 ? OrderFinding.allDown : OrderFinding.degraded;
}

/**
 * Take out what is not to be answered, move what is down behind the rest, or raise its priority. Returns how many of `picked` take
 * part in the order; those behind come last as they are.
 */
function react(set: RecordOrder, { reaction, isSigned, order }: OrderRequest): number {
  const effective = isSigned ? Reaction.order : reaction;
  let highest = 0;
  for (let i = 0; i < set.count; i++) highest = Math.max(highest, set.priority[i] as number);
  const behind = Math.min(highest + 1, maxPriority);
  let kept = 0;
  for (let i = 0; i < set.count; i++) if (set.state[i] === TargetState.up) set.picked[kept++] = i;
  const up = kept;
  for (let i = 0; i < set.count; i++) {
    const state = set.state[i];
    if (state === TargetState.up) continue;
    const isLeftOut = !isSigned && (state === TargetState.drained || effective === Reaction.withdraw);
    if (isLeftOut) continue;
    if (effective === Reaction.demote) set.priority[i] = behind;
    set.picked[kept++] = i;
  }
  set.pickedCount = kept;
  // What was demoted is ordered as any other priority; by `zone` it goes behind, as clients take the first that they see.
  return effective === Reaction.demote && order !== SrvOrder.zone && behind > highest ? kept : up;
}

/** By priority, else as they were; an insertion sort, as sets are short. */
function sortByPriority(set: RecordOrder, begin: number, end: number): void {
  const { picked, priority } = set;
  for (let i = begin + 1; i < end; i++) {
    let to = i;
    const own = priority[picked[i] as number] as number;
    while (to > begin && (priority[picked[to - 1] as number] as number) > own) to--;
    if (to < i) set.moveForward(i, to);
  }
}

function sortByPriorityFrom(set: RecordOrder, begin: number): void {
  sortByPriority(set, begin, set.pickedCount);
}

function eachPriority(set: RecordOrder, last: number, order: SrvOrder, asked: OrderRequest, draws: Draws): void {
  let begin = 0;
  while (begin < last) {
    let end = begin + 1;
    const own = set.priority[set.at(begin)];
    while (end < last && set.priority[set.at(end)] === own) end++;
    if (order === SrvOrder.cyclic) {
      asked.variant.addTurns(end - begin);
      set.rotate(begin, end, asked.turn);
    } else if (order === SrvOrder.sticky) sortByScore(set, begin, end);
    else if (begin > 0) drawAll(set, begin, end, draws.fraction(), draws);
    else {
      if (asked.isFirst) fillParts(asked.variant.parts, set, end);
      drawAll(set, begin, end, asked.point, draws);
    }
    if (order === SrvOrder.shape) shape(set, begin, end);
    begin = end;
  }
}

function sortByScore(set: RecordOrder, begin: number, end: number): void {
  const { picked, score } = set;
  for (let i = begin + 1; i < end; i++) {
    let to = i;
    const own = score[picked[i] as number] as number;
    while (to > begin && (score[picked[to - 1] as number] as number) > own) to--;
    if (to < i) set.moveForward(i, to);
  }
}

/** RFC 2782: draw one record after the other, each by the weights of those that are left; the first at `point`. */
function drawAll(set: RecordOrder, begin: number, end: number, point: number, draws: Draws): void {
  for (let at = begin; at < end - 1; at++) {
    const from = pickByWeight(set, at, end, at === begin ? point : draws.fraction());
    if (from > at) set.moveForward(from, at);
  }
}

/** Which points put which of `picked[0, end)` first: as `pickByWeight` has it, with the numbers of the draw in the same order. */
function fillParts(parts: DrawnParts, set: RecordOrder, end: number): void {
  const { picked, configuredWeight } = set;
  let sum = 0;
  let hasZero = false;
  for (let i = 0; i < end; i++) {
    const weight = configuredWeight[picked[i] as number] as number;
    sum += weight;
    if (weight === 0) hasZero = true;
  }
  parts.empty();
  if (end + 1 > mostParts) return;
  const isShared = sum > 0 && hasZero;
  const numbers = sum === 0 ? end : isShared ? sum + 1 : sum;
  let passed = 0;
  for (let i = 0; i < end; i++) {
    passed += sum === 0 ? 1 : (configuredWeight[picked[i] as number] as number);
    parts.add(passed, numbers);
  }
  if (isShared) parts.add(numbers, numbers);
}

/**
 * The position in `picked[begin, end)` of the record at `point` of the weights. RFC 2782: records of weight 0 share the one number of
 * the draw that is no record's weight; where all weights are 0, each record has the same chance.
 */
export function pickByWeight(set: RecordOrder, begin: number, end: number, point: number): number {
  const { picked, configuredWeight } = set;
  let sum = 0;
  let firstZero = -1;
  for (let i = begin; i < end; i++) {
    const weight = configuredWeight[picked[i] as number] as number;
    if (weight === 0 && firstZero < 0) firstZero = i;
    sum += weight;
  }
  if (sum === 0) return begin + Math.floor(point * (end - begin));
  let left = Math.floor(point * (firstZero < 0 ? sum : sum + 1));
  for (let i = begin; i < end; i++) {
    left -= configuredWeight[picked[i] as number] as number;
    if (left < 0) return i;
  }
  return firstZero;
}

/** Weights that fall steeply in the order drawn, and differ from each other as long as they can. */
function shape(set: RecordOrder, begin: number, end: number): void {
  if (end - begin < 2) return;
  for (let at = begin; at < end; at++) set.weight[set.at(at)] = shapedWeight(at - begin, end - begin);
}

function shapedWeight(rank: number, count: number): number {
  if (rank === 0) return maxWeight;
  if (rank === 1) return secondWeight;
  return Math.min(count - rank, secondWeight - 1);
}
