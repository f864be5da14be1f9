import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReloadOutcome } from '../../../../src/control/channel/control-target.ts';
import { Signals, StopRequested } from '../../../../src/control/server/signals.ts';

const names = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const;
const before = new Map(names.map((name) => [name, process.listeners(name)]));
let signals: Signals;
beforeEach(() => {
  signals = new Signals();
});
afterEach(() => {
  for (const name of names)
    for (const listener of process.listeners(name))
      if (before.get(name)?.includes(listener) !== true) process.off(name, listener);
});

const outcome = (reason: string): ReloadOutcome => ({ kind: 'failed', reason });

test('reloads run one after the other; those that are asked for meanwhile are one', async () => {
  const running: PromiseWithResolvers<ReloadOutcome>[] = [];
  const ended = signals.forEachReload(() => {
    running.push(Promise.withResolvers());
    return (running.at(-1) as (typeof running)[number]).promise;
  });
  const first = signals.askReload(false);
  await expect.poll(() => running.length).toBe(1);
  const others = [signals.askReload(false), signals.askReload(false)];
  running[0]?.resolve(outcome('first'));
  expect(await first).toEqual(outcome('first'));
  await expect.poll(() => running.length).toBe(2);
  running[1]?.resolve(outcome('second'));
  expect(await Promise.all(others)).toEqual([outcome('second'), outcome('second')]);
  signals.askStop();
  await ended;
  expect(running).toHaveLength(2);
});

test('a stop does not wait for a reload, and all who wait for one are told', async () => {
  const stopped = expect(signals.whenStopped()).rejects.toThrow(StopRequested);
  const ended = signals.forEachReload(() => new Promise(() => undefined));
  const told = [signals.askReload(false), signals.askReload(true)];
  await Promise.resolve();
  signals.askStop();
  await Promise.all([ended, stopped]);
  for (const one of [...told, signals.askReload(false)]) expect(await one).toEqual(outcome('the server is stopping'));
});

test('nothing is kept of reloads that are over', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const outcomes: WeakRef<ReloadOutcome>[] = [];
  const ended = signals.forEachReload(() => {
    const made = outcome(`reload ${outcomes.length}`);
    outcomes.push(new WeakRef(made));
    return Promise.resolve(made);
  });
  for (let i = 0; i < 20; i++) await signals.askReload(false);
  await new Promise((resolve) => setTimeout(resolve));
  collect();
  // The last one may be on the stack yet.
  expect(outcomes.slice(0, -1).filter((made) => made.deref() !== undefined)).toEqual([]);
  signals.askStop();
  await ended;
});
