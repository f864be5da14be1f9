import { expect, test } from 'vitest';
import { Agreement } from '../../../../src/control/agreement/agreement.ts';
import { BulletinBoard } from '../../../../src/control/agreement/bulletin-board.ts';
import type { DrainOrder } from '../../../../src/control/agreement/drain-orders.ts';
import { formatQuestion } from '../../../../src/control/agreement/peer-question.ts';
import { Timeline } from '../../../../src/control/health/timeline.ts';

const order = (name: string): DrainOrder => ({ kind: 'drain', name, port: undefined, untilMs: undefined, stamp: 1 });

test('orders that are not known any more are not told any more', () => {
  const board = new BulletinBoard(() => '0123456789abcdef');
  for (const name of ['a', 'b', 'c']) board.setOrder(order(name));
  board.setOpinion('udp 192.0.2.1', 'up');
  board.keepOrders({ size: 2, all: [order('a'), order('c')] });
  const texts = board.read(undefined, 0, () => true);
  expect(texts.slice(1)).toEqual(['drain a * ever 1', 'drain c * ever 1', 'up udp 192.0.2.1']);
  // What others stand at goes on to hold.
  expect(board.standing.number).toBe(4);
  board.setOrder(order('b'));
  expect(board.read({ id: board.standing.id, number: 4 }, 0, () => true).slice(1)).toEqual(['drain b * ever 1']);
});

test('whatever targets operators drain for years, a bulletin has a bounded number of orders', () => {
  let wallMs = 1_700_000_000_000;
  const agreement = new Agreement({
    timeline: new Timeline(
      () => wallMs,
      () => undefined,
    ),
    wallClock: () => wallMs,
    ask: () => new Promise(() => undefined),
    newId: () => '0123456789abcdef',
    tell: () => undefined,
    reconsider: () => undefined,
    drainsChanged: () => undefined,
    reportsChanged: () => undefined,
  });
  for (let i = 0; i < 5200; i++) {
    const drain = { name: `sip${i}.example.com`, port: undefined, untilMs: undefined };
    agreement.drained(drain);
    if (i < 300) agreement.undrained([drain]);
    wallMs++;
  }
  expect(agreement.drainOrders).toHaveLength(5000);
  const question = formatQuestion({ since: undefined, asker: undefined }, '0123456789abcdef');
  const { texts } = agreement.answer(question, 'k', 10_000_000);
  expect(texts).toHaveLength(1 + 5000);
});
