import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alarm } from '../../../../src/control/secondary/alarm.ts';
import { Pacer } from '../../../../src/control/secondary/pacer.ts';
import { type Timed, TimerHeap } from '../../../../src/control/secondary/timer-heap.ts';
import { TransferQuota } from '../../../../src/control/secondary/transfer-quota.ts';
import {
  confirmedExpiry,
  expireDelay,
  refreshDelay,
  retryDelay,
  transferredExpiry,
} from '../../../../src/control/secondary/zone-timing.ts';
import { secondaryConfig } from './secondary-config.ts';

const soa = { refreshSeconds: 7200, retrySeconds: 900, expireSeconds: 604_800 };
const { limits } = secondaryConfig();
const never = () => 0;
const most = () => 0.999_999;

describe('the times of a secondary', () => {
  it('refresh and retry come up to a quarter early, within the bounds', () => {
    expect(refreshDelay(soa, limits, never)).toBe(7200);
    expect(refreshDelay(soa, limits, most)).toBeCloseTo(5400, 0);
    expect(retryDelay(soa, 1, limits, never)).toBe(900);
    expect(refreshDelay({ ...soa, refreshSeconds: 1 }, limits, never)).toBe(300);
    expect(refreshDelay({ ...soa, refreshSeconds: 2 ** 32 - 1 }, limits, never)).toBe(2_419_200);
    expect(retryDelay({ ...soa, retrySeconds: 1 }, 1, limits, never)).toBe(500);
  });

  it('a zone that was never there is tried after a minute, then twice as late each time', () => {
    const delays = [1, 2, 3, 9, 10, 1000].map((failures) => retryDelay(undefined, failures, limits, never));
    expect(delays).toEqual([60, 120, 240, 15_360, 21_600, 21_600]);
  });

  it('a copy lasts at least until two looks have failed, at most 24 weeks', () => {
    expect(expireDelay(soa)).toBe(604_800);
    expect(expireDelay({ ...soa, expireSeconds: 1 })).toBe(8100);
    expect(expireDelay({ ...soa, expireSeconds: 2 ** 31 })).toBe(14_515_200);
  });

  it('EXPIRE (RFC 7314) shortens after a transfer, and never brings nearer what was promised', () => {
    expect(transferredExpiry(1000, soa, undefined)).toBe(605_800);
    expect(transferredExpiry(1000, soa, 60)).toBe(1060);
    expect(transferredExpiry(1000, soa, 10_000_000)).toBe(605_800);
    expect(confirmedExpiry(1000, soa, 60, 5000)).toBe(5000);
    expect(confirmedExpiry(1000, soa, 6000, 5000)).toBe(7000);
  });
});

describe('TimerHeap', () => {
  it('gives what is due first, also after moves and removals', () => {
    const heap = new TimerHeap<Timed>();
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return seed >>> 8;
    };
    const items = Array.from({ length: 500 }, (): Timed => ({ dueMs: 0, heapIndex: -1 }));
    for (const item of items) heap.schedule(item, random());
    for (const item of items.slice(0, 200)) heap.schedule(item, random());
    for (const item of items.slice(150, 250)) heap.remove(item);
    heap.remove(items[150] as Timed);
    expect(heap.size).toBe(400);
    const dues: number[] = [];
    for (let { first } = heap; first !== undefined; { first } = heap) {
      dues.push(first.dueMs);
      heap.remove(first);
      expect(first.heapIndex).toBe(-1);
    }
    expect(dues).toEqual(dues.toSorted((a, b) => a - b));
    expect(dues).toHaveLength(400);
  });
});

describe('with a clock', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('an Alarm rings each item once, when it is due, with one timer', () => {
    const rung: string[] = [];
    const alarm = new Alarm<Timed & { name: string }>(({ name }) => rung.push(name));
    const item = (name: string) => ({ name, dueMs: 0, heapIndex: -1 });
    const [a, b, c] = [item('a'), item('b'), item('c')];
    alarm.set(a, 3000);
    alarm.set(b, 1000);
    alarm.set(c, 2000);
    alarm.clear(c);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(999);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['b']);
    alarm.set(a, 10_000);
    vi.advanceTimersByTime(9999);
    expect(rung).toEqual(['b']);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['b', 'a']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('an Alarm waits longer than a timer can', () => {
    const rung: string[] = [];
    const alarm = new Alarm<Timed>(() => rung.push('x'));
    alarm.set({ dueMs: 0, heapIndex: -1 }, 2 ** 32);
    vi.advanceTimersByTime(2 ** 32 - 1);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['x']);
    alarm.stop();
  });

  it('a Pacer begins so many a second, each item once, in their order', () => {
    const begun: string[] = [];
    const pacer = new Pacer<string>(20, (item) => begun.push(item));
    for (const item of ['a', 'b', 'c', 'b']) pacer.add(item);
    vi.advanceTimersByTime(1);
    expect(begun).toEqual(['a']);
    vi.advanceTimersByTime(48);
    expect(begun).toEqual(['a']);
    vi.advanceTimersByTime(52);
    expect(begun).toEqual(['a', 'b', 'c']);
    vi.advanceTimersByTime(10_000);
    for (let i = 0; i < 1000; i++) pacer.add(`z${i}`);
    vi.advanceTimersByTime(10_000);
    expect(begun.length).toBeGreaterThan(195);
    expect(begun.length).toBeLessThan(206);
    pacer.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('TransferQuota', () => {
  it('lets so many run in all and from one primary; the others come in their order', async () => {
    const quota = new TransferQuota({ total: 3, perPrimary: 2 });
    const log: string[] = [];
    const take = (primary: string, name: string) =>
      quota.take(primary, () => log.push(`wait ${name}`)).then(() => log.push(`run ${name}`));
    const all = [take('p', '1'), take('p', '2'), take('p', '3'), take('q', '4'), take('q', '5')];
    await Promise.all([all[0], all[1], all[3]]);
    expect(log).toEqual(['wait 3', 'wait 5', 'run 1', 'run 2', 'run 4']);
    expect([quota.runningCount, quota.waitingCount]).toEqual([3, 2]);
    quota.release('q');
    await all[4];
    quota.release('p');
    await all[2];
    expect(log.slice(5)).toEqual(['run 5', 'run 3']);
    expect([quota.runningCount, quota.waitingCount]).toEqual([3, 0]);
  });

  it('lets more run when it is raised', async () => {
    const quota = new TransferQuota({ total: 1, perPrimary: 1 });
    await quota.take('p', () => {});
    const second = quota.take('q', () => {});
    quota.setLimits({ total: 2, perPrimary: 1 });
    await second;
    expect(quota.runningCount).toBe(2);
  });
});
