import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from '../../../bench/measure/latency-histogram.ts';
import { parseProcessStat, readCpuTime } from '../../../bench/measure/proc-stat.ts';
import { findRatios, findSpread } from '../../../bench/measure/spread.ts';
import { parseCoreList } from '../../../bench/report/machine.ts';

describe('the spread of rounds', () => {
  it('has the middle one of an odd number and the mean of the middle two of an even number', () => {
    expect(findSpread([9, 1, 10])).toEqual({ median: 9, min: 1, max: 10 });
    expect(findSpread([4, 1, 10, 2])).toEqual({ median: 3, min: 1, max: 10 });
  });

  it('leaves out what is no number, and is none where nothing is left', () => {
    expect(findSpread([Number.NaN, 5])).toEqual({ median: 5, min: 5, max: 5 });
    expect(findSpread([Number.NaN])).toBeUndefined();
  });

  it('takes ratios round by round, so that what slows both cancels out', () => {
    expect(findRatios([1, 10, 3], [2, 20, 6])).toEqual({ median: 0.5, min: 0.5, max: 0.5 });
    expect(findRatios([1, 10], [2])).toEqual({ median: 0.5, min: 0.5, max: 0.5 });
  });
});

describe('/proc/PID/stat', () => {
  it('is read behind a name with blanks and parentheses', () => {
    const line =
      '4242 (a) b (c) S 1 4240 4239 0 -1 4194560 900 0 0 0 17 5 2 1 20 0 7 0 12345 1000 200 18446744073709551615';
    expect(parseProcessStat(line)).toEqual({
      pid: 4242,
      session: 4239,
      time: { userMicros: 190_000, systemMicros: 60_000 },
    });
  });

  it.skipIf(process.platform !== 'linux')('counts time that this process spends', () => {
    const endMs = performance.now() + 60;
    while (performance.now() < endMs);
    const own = parseProcessStat(readFileSync('/proc/self/stat', 'utf8'));
    const { userMicros, systemMicros } = readCpuTime(own.session);
    expect(userMicros + systemMicros).toBeGreaterThanOrEqual(own.time.userMicros + own.time.systemMicros);
  });
});

describe('the histogram of latencies', () => {
  it('tells percentiles to a thirty-second of the value', () => {
    const histogram = new LatencyHistogram();
    for (let i = 1; i <= 1000; i++) histogram.add(i / 10);
    expect(histogram.percentileMs(0.5) / 50).toBeCloseTo(1, 1);
    expect(histogram.percentileMs(0.99) / 99).toBeCloseTo(1, 1);
    expect(Math.abs(histogram.percentileMs(0.99) - 99)).toBeLessThan(99 / 32);
  });

  it('is exact for short ones, and keeps those beyond its range', () => {
    const histogram = new LatencyHistogram();
    histogram.add(0.063);
    expect(histogram.percentileMs(0.5)).toBe(0.063);
    histogram.add(1e9);
    expect(histogram.percentileMs(1)).toBeGreaterThan(60_000);
  });

  it('has no percentile while empty', () => {
    expect(new LatencyHistogram().percentileMs(0.5)).toBeNaN();
  });
});

it('reads the list of cores that a process may use', () => {
  expect(parseCoreList('0-2,5')).toEqual([0, 1, 2, 5]);
});
