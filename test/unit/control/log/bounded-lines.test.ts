import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BoundedLines } from '../../../../src/control/log/bounded-lines.ts';
import type { Log } from '../../../../src/control/log/log.ts';

let nowMs = 0;
let lines: string[] = [];
const log = {
  event: (category: string, severity: string, message: string) => lines.push(`${category}: ${severity}: ${message}`),
} as unknown as Log;
const bounds = { burst: 3, perSecond: 2, summaryMs: 1000 };

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 0;
  lines = [];
});
afterEach(() => vi.useRealTimers());

test('a burst is logged whole, and then so many a second', () => {
  const bounded = new BoundedLines(log, bounds, () => nowMs);
  for (let i = 0; i < 3; i++) bounded.event('notify', 'notice', `${i}`);
  expect(lines).toEqual(['notify: notice: 0', 'notify: notice: 1', 'notify: notice: 2']);
  bounded.event('notify', 'notice', '3');
  expect(lines).toHaveLength(3);
  nowMs = 500;
  bounded.event('notify', 'notice', '4');
  expect(lines.at(-1)).toBe('notify: notice: 4');
  // However long nobody comes, no more than the burst.
  nowMs = 60_000;
  for (let i = 0; i < 10; i++) bounded.event('notify', 'info', 'x');
  expect(lines).toHaveLength(4 + 3);
});

test('those that are left out are counted, and told of once for many', () => {
  const bounded = new BoundedLines(log, bounds, () => nowMs);
  for (let i = 0; i < 1003; i++) bounded.event('update', 'info', 'denied');
  expect(lines).toHaveLength(3);
  vi.advanceTimersByTime(1000);
  expect(lines.slice(3)).toEqual(['update: info: 1000 more such messages were refused and not logged']);
  vi.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(4);
  bounded.event('update', 'info', 'denied');
  vi.advanceTimersByTime(1000);
  expect(lines.at(-1)).toBe('update: info: 1 more such messages were refused and not logged');
});
