import { expect, test } from 'vitest';
import { Places, seriesOf } from '../../../src/page/rate-series.ts';

function point(types: Readonly<Record<string, number>>) {
  return { atMs: 0, types, rcodes: {} };
}

test('lines of all points, the largest first, with what a table says of each', () => {
  const points = [point({ A: 1, SRV: 4 }), point({ SRV: 8 }), point({ A: 3, SRV: 6 })];
  expect(seriesOf(points, 'types', new Places())).toEqual([
    { name: 'SRV', values: [4, 8, 6], place: 0, now: 6, mean: 6, peak: 8 },
    { name: 'A', values: [1, 0, 3], place: 1, now: 3, mean: 4 / 3, peak: 3 },
  ]);
  expect(seriesOf(points, 'rcodes', new Places())).toEqual([]);
  expect(seriesOf([], 'types', new Places())).toEqual([]);
});

test('the small ones are one line', () => {
  const types = { A: 9, B: 8, C: 7, D: 6, E: 5, F: 2, G: 1 };
  const lines = seriesOf([point(types)], 'types', new Places()).map(({ name, place, now }) => [name, place, now]);
  expect(lines).toEqual([
    ['A', 0, 9],
    ['B', 1, 8],
    ['C', 2, 7],
    ['D', 3, 6],
    ['E', 4, 5],
    ['other', 5, 3],
  ]);
});

test('who stays keeps its colour, who comes gets a free one', () => {
  const places = new Places();
  seriesOf([point({ A: 9, B: 8, C: 7, D: 6, E: 5 })], 'types', places);
  const lines = seriesOf([point({ E: 50, X: 40, A: 9, B: 8, C: 7, D: 6 })], 'types', places);
  expect(lines.map(({ name, place }) => [name, place])).toEqual([
    ['E', 4],
    ['X', 3],
    ['A', 0],
    ['B', 1],
    ['C', 2],
    ['other', 5],
  ]);
});
