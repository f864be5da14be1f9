import type { CounterSums } from '../../plane/counters.ts';
import type { HttpSource } from '../http/http-source.ts';
import { type KnownZone, knownZones } from '../http/known-zones.ts';
import { sumZones, type ZoneTotals } from '../http/zone-totals.ts';

/** The server at the moment of one question for its metrics: what several families are made of is looked up once. */
export class Scrape {
  readonly source: HttpSource;
  readonly sums: CounterSums;
  readonly vitals: ReturnType<HttpSource['vitals']>;
  readonly zones: readonly KnownZone[];
  readonly totals: ZoneTotals;
  readonly nowSeconds = Date.now() / 1000;

  constructor(source: HttpSource) {
    this.source = source;
    this.sums = source.counters();
    this.vitals = source.vitals();
    this.zones = knownZones(source);
    this.totals = sumZones(this.zones);
  }
}
