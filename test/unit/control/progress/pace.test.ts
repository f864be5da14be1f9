import { expect, test } from 'vitest';
import { Pace } from '../../../../src/control/progress/pace.ts';

test('due once the time is over, and not again before it is over again', () => {
  let now = 100;
  const pace = new Pace(5000, () => now);
  const due: number[] = [];
  for (; now < 16_000; now += 100) if (pace.isDue()) due.push(now);
  expect(due).toEqual([5100, 10_100, 15_100]);
});

test('after a pause it is due once', () => {
  let now = 0;
  const pace = new Pace(5000, () => now);
  now = 60_000;
  expect([pace.isDue(), pace.isDue()]).toEqual([true, false]);
});
