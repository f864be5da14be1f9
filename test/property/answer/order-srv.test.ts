/** What holds for the order of any set of SRV records, by any policy and whoever is up. RFC 2782; RINGZONE_SEED takes other cases. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerVariant } from '../../../src/answer/steer/answer-variant.ts';
import { OrderFinding, type OrderRequest, orderSrv, pickByWeight } from '../../../src/answer/steer/order-srv.ts';
import { RecordOrder } from '../../../src/answer/steer/record-order.ts';
import { Draws } from '../../../src/base/draws.ts';
import { Reaction, SrvOrder, TargetState } from '../../../src/plane/steering/steering-policy.ts';

const seed = Number(process.env.RINGZONE_SEED);

interface RecordCase {
  readonly priority: number;
  readonly weight: number;
  readonly state: TargetState;
}

const records = fc.array(
  fc.record({
    priority: fc.constantFrom(0, 10, 10, 20, 65_535),
    weight: fc.constantFrom(0, 0, 1, 40, 60, 65_535),
    state: fc.constantFrom(TargetState.up, TargetState.up, TargetState.down, TargetState.drained),
  }),
  { minLength: 1, maxLength: 12 },
);

const requests = fc.record({
  order: fc.constantFrom(...Object.values(SrvOrder)),
  reaction: fc.constantFrom(...Object.values(Reaction)),
  isSigned: fc.boolean(),
  emptyWhenAllDown: fc.boolean(),
  point: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  turn: fc.nat(59),
});

function fill(cases: readonly RecordCase[]): RecordOrder {
  const set = new RecordOrder();
  for (const [index, { priority, weight, state }] of cases.entries()) {
    set.priority[index] = priority;
    set.weight[index] = set.configuredWeight[index] = weight;
    set.state[index] = state;
    set.score[index] = (index * 7919) % 13;
    set.add(index);
  }
  return set;
}

const complete = (request: Omit<OrderRequest, 'isFirst' | 'variant'>): OrderRequest => ({
  ...request,
  isFirst: false,
  variant: new AnswerVariant(),
});

test('no record twice, none invented, nothing lost that is up, priorities not mixed', () => {
  fc.assert(
    fc.property(records, requests, fc.integer(), (cases, request, drawSeed) => {
      const set = fill(cases);
      const finding = orderSrv(set, complete(request), new Draws(Int32Array.of(drawSeed, 1, 2, 3)));
      const picked = Array.from(set.picked.subarray(0, set.pickedCount));
      const isUp = (index: number) => cases[index]?.state === TargetState.up;
      expect(new Set(picked).size).toBe(picked.length);
      for (const index of picked) expect(index).toBeLessThan(cases.length);
      const up = cases.map((_, index) => index).filter(isUp);
      if (up.length > 0) expect(picked).toEqual(expect.arrayContaining(up));
      if (finding === OrderFinding.empty) {
        expect(request.emptyWhenAllDown && up.length === 0).toBe(true);
        return;
      }
      if (up.length === 0) expect(picked).toHaveLength(cases.length);
      // All that is up comes first, unless all are up or none is.
      const firstDown = picked.findIndex((index) => !isUp(index));
      if (up.length > 0 && firstDown >= 0) expect(picked.slice(firstDown).some(isUp)).toBe(false);
      const priorities = picked.filter((index) => up.length === 0 || isUp(index)).map((i) => set.priority[i] as number);
      if (request.order !== SrvOrder.zone) expect(priorities).toEqual(priorities.toSorted((a, b) => a - b));
      // Priorities of what is up are the zone's; what a signature covers is not changed at all.
      for (const [index, record] of cases.entries()) {
        if (isUp(index) || request.isSigned) expect(set.priority[index]).toBe(record.priority);
        if (request.isSigned || request.order !== SrvOrder.shape) expect(set.weight[index]).toBe(record.weight);
      }
      if (request.isSigned) expect(picked).toHaveLength(cases.length);
    }),
    { seed, numRuns: 3000 },
  );
});

test('shape: weights fall strictly in the order given, within each priority that it orders', () => {
  fc.assert(
    fc.property(records, fc.integer(), (cases, drawSeed) => {
      const set = fill(cases.map((record) => ({ ...record, state: TargetState.up })));
      const request = { order: SrvOrder.shape, reaction: Reaction.demote, isSigned: false, emptyWhenAllDown: false };
      orderSrv(set, complete({ ...request, point: 0.5, turn: 0 }), new Draws(Int32Array.of(drawSeed, 1, 2, 3)));
      for (let at = 1; at < set.pickedCount; at++) {
        const [before, own] = [set.at(at - 1), set.at(at)];
        if (set.priority[before] === set.priority[own])
          expect(set.weight[own] as number).toBeLessThan(set.weight[before] as number);
      }
    }),
    { seed, numRuns: 1000 },
  );
});

test('each point leads to one record; its share of the points is its share of the weights', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 }), (weights) => {
      const set = fill(weights.map((weight) => ({ priority: 0, weight, state: TargetState.up })));
      const sum = weights.reduce((a, b) => a + b, 0);
      const hasZero = weights.includes(0);
      const outcomes = sum === 0 ? weights.length : sum + (hasZero ? 1 : 0);
      const counts = new Array<number>(weights.length).fill(0);
      for (let i = 0; i < outcomes; i++) {
        const index = pickByWeight(set, 0, set.pickedCount, (i + 0.5) / outcomes);
        counts[index] = (counts[index] as number) + 1;
      }
      const firstZero = weights.indexOf(0);
      const expected = weights.map((weight, index) => {
        if (sum === 0) return 1;
        return index === firstZero ? 1 : weight;
      });
      expect(counts).toEqual(expected);
    }),
    { seed, numRuns: 200 },
  );
});
