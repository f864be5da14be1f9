import { expect, test } from 'vitest';
import { formatAge } from '../../../src/base/format-age.ts';
import { formatCount, formatMs, formatRate, formatShare, many } from '../../../src/page/format.ts';

test.each([
  [formatRate(0), '0'],
  [formatRate(0.01), '< 0.1'],
  [formatRate(0.25), '0.3'],
  [formatRate(99.94), '99.9'],
  [formatRate(100.4), '100'],
  [formatRate(1_234_567), '1,234,567'],
  [formatShare(0.4), '40 %'],
  [formatShare(0.387), '38.7 %'],
  [formatShare(1), '100 %'],
  [formatShare(1 / 3), '33.3 %'],
  [formatMs(1.26), '1.3 ms'],
  [formatMs(12.6), '13 ms'],
  [formatAge(-5), '0 s'],
  [formatAge(119_000), '119 s'],
  [formatAge(120_000), '2 min'],
  [formatAge(7_200_000), '2 h'],
  [formatAge(172_800_000), '2 d'],
  [formatCount(10_000), '10,000'],
  [many(1, 'zone'), '1 zone'],
  [many(0, 'zone'), '0 zones'],
])('%s is %s', (text, expected) => {
  expect(text).toBe(expected);
});
