import type { Labels, Sample } from './metric-family.ts';

/** A bucket's upper bound, and how many lie above the bound of the one before. */
export interface Bucket {
  /** `Infinity` in the last one. */
  readonly bound: number;
  readonly count: number;
}

/** The lines of a histogram: each bucket with those below it. `sum`: of all values, where it is known. */
export function* histogramSamples(labels: Labels, buckets: readonly Bucket[], sum?: number): Generator<Sample> {
  let count = 0;
  for (const bucket of buckets) {
    count += bucket.count;
    const le = bucket.bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bucket.bound);
    yield { suffix: '_bucket', labels: { ...labels, le }, value: count };
  }
  if (sum !== undefined) yield { suffix: '_sum', labels, value: sum };
  yield { suffix: '_count', labels, value: count };
}

/** Put narrow buckets together into those of `bounds`, which rise; the last one is of all above. */
export function mergeBuckets(buckets: readonly Bucket[], bounds: readonly number[]): readonly Bucket[] {
  const merged = [...bounds, Number.POSITIVE_INFINITY].map((bound) => ({ bound, count: 0 }));
  let at = 0;
  for (const { bound, count } of buckets) {
    while ((merged[at]?.bound ?? Number.POSITIVE_INFINITY) < bound) at++;
    const into = merged[at];
    if (into !== undefined) into.count += count;
  }
  return merged;
}
