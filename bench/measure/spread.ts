/** The median of some rounds, with the least and the greatest, so that noise is seen. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** `undefined` where there is nothing to tell the middle of. Values that are no numbers are left out. */
export function findSpread(values: readonly number[]): Spread | undefined {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  return { median: middleOf(sorted), min, max };
}

/** The ratio of each round to the same round of another row. Rounds that one of them lacks are left out. */
export function findRatios(values: readonly number[], others: readonly number[]): Spread | undefined {
  return findSpread(values.map((value, round) => value / (others[round] ?? Number.NaN)));
}

function middleOf(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] as number)) / 2;
}
