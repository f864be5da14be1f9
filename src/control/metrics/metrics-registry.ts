import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import { familyLines } from './exposition.ts';
import type { MetricFamily } from './metric-family.ts';
import type { Scrape } from './scrape.ts';
import { metricsSources } from './sources.ts';

/** Main's event loop is looked at so often, from the first scrape on. */
const eventLoopLookMs = 50;

/**
 * Of prom-client's: gauges named as counters, which say nothing of a server that has its sockets in threads of their own, and what Linux
 * calls the data segment, of which most is only reserved.
 */
const unwanted = [
  ...['resources', 'handles', 'requests'].flatMap((what) => [`nodejs_active_${what}`, `nodejs_active_${what}_total`]),
  'process_heap_bytes',
];

/**
 * What /metrics says. prom-client has the metrics of the process and of Node, and writes those that are few; the others (a sample for each
 * zone) are written line by line, because it would build each as one text while main does nothing else.
 */
export class MetricsRegistry {
  private readonly registry = new Registry();
  private readonly longFamilies: readonly MetricFamily[];
  private scrape: Scrape | undefined;

  constructor() {
    const families = metricsSources.flatMap((source) => source.families);
    for (const family of families) if (family.isLong !== true) this.register(family);
    this.longFamilies = families.filter(({ isLong }) => isLong === true);
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: eventLoopLookMs });
    for (const name of unwanted) this.registry.removeSingleMetric(name);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The names of prom-client's own metrics, and their help. */
  get processMetrics(): readonly { readonly name: string; readonly help: string }[] {
    return this.registry.getMetricsAsArray().filter(({ name }) => !name.startsWith('ringzone_'));
  }

  /** The exposition in parts; whoever writes them lets others have their turn between. */
  async *parts(scrape: Scrape): AsyncGenerator<string> {
    // All samples are taken before the first await in there.
    this.scrape = scrape;
    yield await this.registry.metrics();
    for (const family of this.longFamilies) yield* familyLines(family, scrape);
  }

  /** prom-client asks for the values of any object with a `get`, which its types don't say. */
  private register(family: MetricFamily): void {
    const { name, help, type } = family;
    const metric = {
      name,
      help,
      type,
      get: () => Promise.resolve({ name, help, type, aggregator: 'sum', values: this.valuesOf(family) }),
    };
    this.registry.registerMetric(metric as unknown as Metric);
  }

  private valuesOf({ name, samples }: MetricFamily): readonly object[] {
    if (this.scrape === undefined) return [];
    return [...samples(this.scrape)].map(({ labels = {}, value, suffix }) => ({
      labels,
      value,
      ...(suffix === undefined ? {} : { metricName: `${name}${suffix}` }),
    }));
  }
}
