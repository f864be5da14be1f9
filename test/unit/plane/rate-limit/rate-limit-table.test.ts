import { beforeEach, describe, expect, test } from 'vitest';
import { accountsOf, createRateLimitTable, RateLimitTable } from '../../../../src/plane/rate-limit/rate-limit-table.ts';

const start = 1_700_000_000_000;
const windowSeconds = 15;

let buffer: SharedArrayBuffer;
let table: RateLimitTable;

beforeEach(() => {
  buffer = createRateLimitTable(64, Int32Array.of(1, 2));
  table = new RateLimitTable(buffer);
  table.setTime(start);
});

/** How many of `count` debits of a key, spread over so many milliseconds, found a token. */
function passed(perSecond: number, count: number, fromMs: number, toMs: number, tag = 7, of = table): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    of.setTime(start + Math.floor(fromMs + ((toMs - fromMs) * i) / count));
    if (of.debit(0, tag, perSecond, windowSeconds)) sum++;
  }
  return sum;
}

test('has as many accounts as were asked for, by the four', () => {
  expect(accountsOf(buffer)).toBe(64);
  expect(accountsOf(createRateLimitTable(20_000, new Int32Array(2)))).toBe(20_000);
  expect(accountsOf(createRateLimitTable(1, new Int32Array(2)))).toBe(4);
});

describe('an account', () => {
  test.each([1, 2, 3, 7, 100, 999, 1000])('gives %i tokens at once, and no more', (perSecond) => {
    expect(passed(perSecond, 3000, 0, 0)).toBe(perSecond);
  });

  test.each([1, 3, 7, 100, 1000])('gives whoever asks %i a second all that they ask', (perSecond) => {
    expect(passed(perSecond, perSecond * 60, 0, 60_000)).toBe(perSecond * 60);
  });

  test('who goes on asking too much gets nothing: what is held back is counted too', () => {
    expect(passed(5, 1000, 0, 10_000)).toBeLessThanOrEqual(6);
  });

  test('who stops is served again when the window is over at the latest', () => {
    passed(5, 10_000, 0, 1000);
    const end = 1000 + windowSeconds * 1000;
    expect(passed(5, 1, end - 1000, end - 1000, 7)).toBe(0);
    passed(5, 10_000, 0, 1000, 8);
    expect(passed(5, 10, end + 1000, end + 1000, 8)).toBe(5);
  });

  test('who asked a little too much is served again soon', () => {
    expect(passed(5, 10, 0, 0)).toBe(5);
    expect(passed(5, 1, 900, 900)).toBe(0);
    expect(passed(5, 1, 2400, 2400)).toBe(1);
  });

  test.each([
    ['a year later', 365 * 86_400_000],
    ['18 hours later, when the time of the account comes again', 2 ** 32 / 64],
    ['a little before that', 2 ** 32 / 64 - 3000],
    ['nine hours later', 2 ** 31 / 64 + 1000],
    ['an hour earlier: the clock was set back', -3_600_000],
    ['nine hours earlier', -(2 ** 31) / 64 - 1000],
  ])('is as new %s', (_, ms) => {
    passed(5, 10_000, 0, 1000);
    expect(passed(5, 20, ms, ms)).toBe(5);
  });
});

test('what is shared is one account, whoever debits', () => {
  const other = new RateLimitTable(buffer);
  expect(passed(10, 6, 0, 0) + passed(10, 6, 0, 0, 7, other)).toBe(10);
  expect(other.seed).toBe(1);
  expect(other.secondSeed).toBe(2);
});

test('of the responses held back the first slips, and each so many', () => {
  table.debit(0, 7, 1, windowSeconds);
  const slips = (slip: number, count: number) => Array.from({ length: count }, () => table.slips(table.account, slip));
  expect(slips(0, 3)).toEqual([false, false, false]);
  expect(slips(1, 3)).toEqual([true, true, true]);
  expect(slips(2, 4)).toEqual([true, false, true, false]);
  expect(slips(10, 21).flatMap((isSlip, i) => (isSlip ? [i] : []))).toEqual([0, 10, 20]);
});

describe('a full set of four accounts', () => {
  const fill = (perSecond: number) => {
    for (let tag = 1; tag <= 4; tag++) passed(perSecond, tag === 3 ? 50 : tag, 0, 0, tag);
  };

  test('forgets the one that has the most tokens', () => {
    fill(10);
    passed(10, 1, 0, 0, 100);
    // The first had one debit, so it is forgotten, and begins anew; the limited one is still limited.
    expect(passed(10, 1, 0, 0, 3)).toBe(0);
    expect(passed(10, 9, 0, 0, 4)).toBe(6);
  });

  test('is not washed out by ever new networks', () => {
    fill(10);
    for (let tag = 1000; tag < 20_000; tag++) passed(10, 1, 0, 0, tag);
    expect(passed(10, 1, 0, 0, 3)).toBe(0);
  });
});

test('that limiting is told of is known to all, until it is over', () => {
  passed(5, 20, 0, 0);
  const { account } = table;
  const other = new RateLimitTable(buffer);
  expect(table.wasTold(account)).toBe(false);
  expect(other.wasTold(account)).toBe(true);
  passed(5, 20, 500, 500);
  expect(table.wasTold(account)).toBe(true);
  expect(table.isOver(account, 60)).toBe(false);
  table.setTime(start + 61_000);
  expect(table.isOver(account, 60)).toBe(true);
  table.forgetTold(account);
  expect(table.wasTold(account)).toBe(false);
});

describe('responses in a second, for qps-scale', () => {
  const count = (times: number, ms: number): number => {
    table.setTime(start + ms);
    let qps = 0;
    for (let i = 0; i < times; i++) qps = table.countResponse(windowSeconds);
    return qps;
  };

  test('are told by those of this window, or of the last if they were more', () => {
    count(1, 0);
    count(5000, 100);
    expect(count(1, 10_000)).toBeCloseTo(500, -1);
    expect(count(1, 15_000)).toBeCloseTo(333, -1);
    expect(count(1, 16_000)).toBeCloseTo(333, -1);
    expect(count(10_000, 17_000)).toBeGreaterThan(4000);
  });

  test('a pause is forgotten', () => {
    count(1, 0);
    count(5000, 100);
    expect(count(1, 3_600_000)).toBeLessThan(2);
  });
});
