/** What the page remembers is bounded, and true. */
import { describe, expect, test } from 'vitest';
import type { LogCategory } from '../../../../src/control/log/logging-config.ts';
import { CountWindow } from '../../../../src/control/page/count-window.ts';
import { FetchedSerials } from '../../../../src/control/page/fetched-serials.ts';
import { RateHistory } from '../../../../src/control/page/rate-history.ts';
import { RecentEventMemory } from '../../../../src/control/page/recent-events.ts';
import { zoneKeyText } from '../../../../src/store/image/zone-key.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

describe('rates', () => {
  const sums = (a: number, noError: number) => ({ qtypes: [0, a], rcodes: [noError] });

  test('are differences by the time between', () => {
    const rates = new RateHistory();
    expect(rates.sample(sums(100, 90), 1000, 0)).toBeUndefined();
    expect(rates.sample(sums(150, 90), 6000, 5000)).toEqual({ atMs: 6000, types: { A: 10 }, rcodes: {} });
    // Over the samples before the last: a second after one there is little to go by.
    expect(rates.lately(sums(180, 102), 7000, 6000)).toEqual({
      atMs: 7000,
      types: { A: 13.333 },
      rcodes: { NOERROR: 2 },
    });
    expect(rates.points).toHaveLength(1);
  });

  test('of the last quarter of an hour are kept', () => {
    const rates = new RateHistory();
    for (let at = 0; at < 500; at++) rates.sample(sums(at, at), at, at * 5000);
    expect(rates.points).toHaveLength(180);
    expect(rates.points.at(-1)?.atMs).toBe(499);
  });
});

function lately(window: CountWindow, sum: number): number {
  window.update([['a', sum]]);
  return window.grown('a');
}

describe('a window of counts', () => {
  test('gives what was added in its time', () => {
    const window = new CountWindow(3);
    expect(lately(window, 1000)).toBe(0);
    expect(lately(window, 1010)).toBe(10);
    window.advance();
    expect(lately(window, 1015)).toBe(15);
    window.advance();
    expect(lately(window, 1018)).toBe(18);
    window.advance();
    expect(lately(window, 1018)).toBe(8);
    window.advance();
    expect(lately(window, 1018)).toBe(3);
    window.advance();
    expect(lately(window, 1018)).toBe(0);
  });

  test('takes what is new later from 0', () => {
    const window = new CountWindow(3);
    window.update([['a', 5]]);
    window.update([['b', 7]]);
    expect([window.grown('a'), window.grown('b'), window.grown('c')]).toEqual([0, 7, 0]);
  });

  test('begins anew with a counter that does', () => {
    const window = new CountWindow(3);
    window.update([['a', 50]]);
    expect(lately(window, 4)).toBe(4);
  });

  test('forgets what is given no more', () => {
    const window = new CountWindow(2);
    window.update([['a', 5]]);
    for (let at = 0; at < 4; at++) window.advance();
    window.update([['b', 1]]);
    expect(window.grown('a')).toBe(0);
  });
});

describe('what was fetched', () => {
  const apex = wireNameFrom('a.test.');
  const key = zoneKeyText({ view: 0, class: 1, apex });
  const fetched = (client: string, serial: number | undefined, name = apex) => ({
    view: 0,
    class: 1,
    apex: name,
    client,
    serial,
  });

  test('is the last of each client', () => {
    const serials = new FetchedSerials();
    serials.note(fetched('192.0.2.1', 5), 10, 9);
    serials.note(fetched('192.0.2.2', undefined), 20, 9);
    serials.note(fetched('192.0.2.1', 7), 30, 9);
    serials.note(fetched('192.0.2.3', undefined), 40, undefined);
    expect(serials.find(key)).toEqual([
      { client: '192.0.2.2', serial: 9, atMs: 20 },
      { client: '192.0.2.1', serial: 7, atMs: 30 },
    ]);
  });

  test('is of so many clients of a zone', () => {
    const serials = new FetchedSerials();
    for (let at = 0; at < 100; at++) serials.note(fetched(`192.0.2.${at}`, 5), at, 9);
    expect(serials.find(key).map(({ client }) => client)).toEqual(
      Array.from({ length: 32 }, (_, at) => `192.0.2.${at + 68}`),
    );
  });

  test('is so much in all', () => {
    const serials = new FetchedSerials(3);
    for (const name of ['a', 'b', 'c', 'd']) serials.note(fetched('192.0.2.1', 5, wireNameFrom(`${name}.test.`)), 1, 5);
    const counts = ['a', 'b', 'c', 'd'].map(
      (name) => serials.find(zoneKeyText({ view: 0, class: 1, apex: wireNameFrom(`${name}.test.`) })).length,
    );
    expect(counts).toEqual([0, 1, 1, 1]);
  });
});

describe('events', () => {
  function take(category: LogCategory, severity: 'info' | 'notice' | 'warning' | 'error' | 'debug', message: string) {
    const memory = new RecentEventMemory();
    memory.take({ category, severity, message, timeMs: 7 });
    return Object.fromEntries(Object.entries(memory.read()).filter(([, events]) => events.length > 0));
  }

  test.each([
    ['health', 'warning', 'target a:5060/udp of b is down: no reply within 2 s', 'transitions', 'bad'],
    ['health', 'notice', 'target a:5060/udp of b is up: reply 200 OK', 'transitions', 'good'],
    ['health', 'notice', 'target a:5060/udp of b is drained: reply 503', 'transitions', 'unknown'],
    ['xfer-in', 'info', "transfer of 'a/IN' from 1#53: Transfer completed: 1 messages", 'transfers', 'good'],
    ['xfer-in', 'error', "transfer of 'a/IN' from 1#53: failed to connect: timed out", 'transfers', 'bad'],
    ['notify', 'info', 'zone a/IN: notify to 1#53: retries exceeded', 'transfers', 'unknown'],
    ['update-security', 'error', "client 1#5: update 'a/IN' denied", 'refusals', 'bad'],
    ['general', 'info', 'zone a/IN: refused notify from non-primary: 1#53', 'refusals', 'unknown'],
    [
      'general',
      'info',
      'zone a/IN: refresh: failure trying primary 192.0.2.1#53 (source 0.0.0.0#0): connection refused',
      'transfers',
      'warning',
    ],
    ['health', 'notice', 'peer 192.0.2.2#53 is heard', 'transitions', 'good'],
    [
      'health',
      'warning',
      'peer 192.0.2.2#53 is not heard (timed out): its opinions do not count',
      'transitions',
      'bad',
    ],
    ['general', 'error', 'zone a/IN: not loaded due to errors.', 'errors', 'bad'],
    ['config', 'warning', 'zones.a: something', 'errors', 'warning'],
  ] as const)('of %s (%s): %s', (category, severity, message, group, level) => {
    expect(take(category, severity, message)).toEqual({ [group]: [{ id: 1, atMs: 7, level, text: message }] });
  });

  test.each([
    ['general', 'info', 'all zones loaded'],
    ['xfer-in', 'info', 'zone a/IN: Transfer started.'],
    ['health', 'debug', 'whatever'],
    ['notify', 'info', 'zone a/IN: sending notifies (serial 1)'],
  ] as const)('of no interest: %s (%s): %s', (category, severity, message) => {
    expect(take(category, severity, message)).toEqual({});
  });

  test('are few, short, newest first, and told of', () => {
    const memory = new RecentEventMemory();
    const told: string[] = [];
    memory.watch((group) => told.push(group));
    for (let at = 0; at < 100; at++)
      memory.take({ category: 'general', severity: 'error', message: `${at} ${'x'.repeat(1000)}`, timeMs: at });
    const { errors = [] } = memory.read(['errors']);
    expect(errors).toHaveLength(30);
    expect(errors[0]).toMatchObject({ id: 100, atMs: 99 });
    expect(errors[0]?.text).toHaveLength(401);
    expect(told).toHaveLength(100);
  });
});
