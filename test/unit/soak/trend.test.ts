import { expect, test } from 'vitest';
import { Losses } from '../../soak/losses.ts';
import { trendOf } from '../../soak/report/trend.ts';

const samples = (valueAt: (second: number) => number) =>
  Array.from({ length: 61 }, (_, second) => ({ atMs: second * 1000, value: valueAt(second) }));

test('the growth is that of the line, from end to end, as a part of the mean', () => {
  expect(trendOf(samples(() => 7))).toEqual({ samples: 61, mean: 7, growth: 0 });
  expect(trendOf(samples((second) => 70 + second)).growth).toBeCloseTo(0.6);
  expect(trendOf(samples((second) => 130 - second)).growth).toBeCloseTo(-0.6);
});

test('a saw is flat, a saw that climbs is not', () => {
  expect(Math.abs(trendOf(samples((second) => 100 + (second % 10))).growth)).toBeLessThan(0.02);
  expect(trendOf(samples((second) => 100 + (second % 10) + second / 3)).growth).toBeGreaterThan(0.15);
});

test('a question that was lost is explained by a fault of its transport and its time alone', () => {
  const losses = new Losses();
  const window = losses.open('a worker ends', ['udp']);
  losses.close(window);
  const { fromMs, untilMs } = window;
  losses.take('udp', untilMs - 1, untilMs + 8000, 'sent while it was done');
  losses.take('udp', fromMs - 5, fromMs + 5, 'under way when it began');
  expect(losses.unexplained).toEqual([]);
  expect(losses.injected).toEqual({ 'a worker ends': 2 });
  losses.take('tcp', fromMs, untilMs, 'another transport');
  losses.take('udp', untilMs + 1, untilMs + 2, 'sent behind it');
  expect(losses.unexplained.map(({ question }) => question)).toEqual(['another transport', 'sent behind it']);
});
