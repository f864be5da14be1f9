import type { HttpSource } from '../http/http-source.ts';
import type { Route } from '../http/route.ts';
import type { MetricsRegistry } from './metrics-registry.ts';
import { Scrape } from './scrape.ts';

let loading: Promise<MetricsRegistry> | undefined;

/** prom-client takes time and memory, and looks at the event loop: not before somebody asks. */
function registry(): Promise<MetricsRegistry> {
  loading ??= import('./metrics-registry.ts').then(({ MetricsRegistry: Registry }) => new Registry());
  return loading;
}

async function* parts(source: HttpSource): AsyncGenerator<string> {
  const metrics = await registry();
  yield* metrics.parts(new Scrape(source));
}

/** Prometheus' text format; what it tells is in docs/metrics.md. */
export const metricsRoute: Route = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  isPacked: true,
  body: parts,
};
