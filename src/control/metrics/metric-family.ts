/** What a metric is made of. Names, types and labels follow Prometheus' conventions: base units, `_total` for counters. */
import type { Scrape } from './scrape.ts';

export type MetricType = 'counter' | 'gauge' | 'histogram';

export type Labels = Readonly<Record<string, string>>;

/** Labels as they stand behind the name, `{zone="a.test"}`: of families with thousands of samples, made once for many scrapes. */
export type LabelText = string & { readonly kind: 'LabelText' };

/** One line of the exposition. */
export interface Sample {
  /** Those of the family, or fewer: one that is missing is the same as an empty one. */
  readonly labels?: Labels | LabelText;
  readonly value: number;
  /** Of histograms. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

/** All samples of one name. */
export interface MetricFamily {
  readonly name: string;
  readonly type: MetricType;
  /** A sentence without a full stop, which stands in the exposition and in docs/metrics.md. */
  readonly help: string;
  readonly labels: readonly string[];
  /**
   * There may be thousands of samples: they are written in parts, one after the other, and what they are taken from may change
   * meanwhile. All others are taken at one moment, and their labels are no texts.
   */
  readonly isLong?: boolean;
  /** Nothing where there is nothing to tell. */
  samples(scrape: Scrape): Iterable<Sample>;
}

/** A part of the server that is told of in /metrics; each stands in sources.ts. */
export interface MetricsSource {
  /** The heading in docs/metrics.md. */
  readonly title: string;
  readonly families: readonly MetricFamily[];
}
