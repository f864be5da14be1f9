import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LostDeferred } from '../../../../src/control/deferred/lost-deferred.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { ControlWords } from '../../../../src/plane/control-words.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test('what workers drop is told of at once, and then every ten seconds', () => {
  const control = new ControlWords();
  const worker = new ControlWords(control.buffer);
  const lines: string[] = [];
  const log = { warning: (_: string, text: string) => lines.push(text) } as unknown as Log;
  const lost = new LostDeferred(control, log);
  let taken = 0;
  while (worker.takeDeferred()) taken++;
  expect(taken).toBe(1000);
  lost.look();
  expect(lines).toEqual(['1 NOTIFY or UPDATE message was dropped: too many wait already (quota reached)']);
  for (let i = 0; i < 5; i++) expect(worker.takeDeferred()).toBe(false);
  lost.look();
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(10_000);
  expect(lines[1]).toBe('5 NOTIFY or UPDATE messages were dropped: too many wait already (quota reached)');
  vi.advanceTimersByTime(10_000);
  lost.look();
  expect(lines).toHaveLength(2);
});
