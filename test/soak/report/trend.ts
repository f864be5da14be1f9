/** How a figure changes with time. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

export interface Trend {
  readonly samples: number;
  readonly mean: number;
  /** By the regression line, over the whole time, as a part of the mean: 0.05 is five percent more at the end than at the beginning. */
  readonly growth: number;
}

/** The line of least squares through the samples. */
export function trendOf(samples: readonly Sample[]): Trend {
  const count = samples.length;
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { samples: count, mean: samples[0]?.value ?? 0, growth: 0 };
  const meanMs = meanOf(samples.map(({ atMs }) => atMs));
  const mean = meanOf(samples.map(({ value }) => value));
  const covariance = meanOf(samples.map(({ atMs, value }) => (atMs - meanMs) * (value - mean)));
  const variance = meanOf(samples.map(({ atMs }) => (atMs - meanMs) ** 2));
  const spanMs = (samples.at(-1) as Sample).atMs - (samples[0] as Sample).atMs;
  const growth = variance === 0 || mean === 0 ? 0 : ((covariance / variance) * spanMs) / mean;
  return { samples: count, mean, growth };
}
