import { expect, test } from 'vitest';
import {
  Counter,
  CounterBlock,
  createCounters,
  firstDurationMicroseconds,
  sumCounters,
} from '../../../src/plane/counters.ts';

/** The bucket that a time of so many milliseconds falls in. */
function bucketOf(ms: number): number {
  const counters = createCounters(1);
  new CounterBlock(counters, 0).addDuration(0, ms, 1);
  return sumCounters(counters).durations[0]?.counts.indexOf(1) ?? -1;
}

test('a bucket ends where the next one begins, and each is twice as wide', () => {
  for (let bucket = 0; bucket < 17; bucket++) {
    const boundMs = (firstDurationMicroseconds * 2 ** bucket) / 1000;
    expect(bucketOf(boundMs - 0.001)).toBe(bucket);
    expect(bucketOf(boundMs)).toBe(bucket + 1);
  }
  expect([0, 1e12].map(bucketOf)).toEqual([0, 17]);
});

test('are summed over the workers, for UDP and TCP, and touch no other counter', () => {
  const counters = createCounters(2);
  for (const index of [0, 1]) {
    const block = new CounterBlock(counters, index);
    block.addDuration(0, 1, 64);
    block.addDuration(1, 2, 3);
  }
  const { durations, named, sizes } = sumCounters(counters);
  const [udp, tcp] = durations;
  expect(udp?.counts.reduce((sum, count) => sum + count)).toBe(128);
  expect(udp?.seconds).toBeCloseTo(0.128, 12);
  expect(tcp?.counts.reduce((sum, count) => sum + count)).toBe(6);
  expect(tcp?.seconds).toBeCloseTo(0.012, 12);
  expect(Object.values(named).every((count) => count === 0)).toBe(true);
  expect(sizes.flatMap(({ requests, responses }) => [...requests, ...responses]).every((count) => count === 0)).toBe(
    true,
  );
});

test('each counter has a place of its own', () => {
  const places = Object.values(Counter);
  expect(new Set(places).size).toBe(places.length);
  expect(Math.max(...places)).toBeLessThan(96);
});
