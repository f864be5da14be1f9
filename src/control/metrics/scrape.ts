import type { CounterSums } from '../../plane/counters.ts';
import type { HttpSource } from '../http/http-source.ts';
import { ZoneRows } from './zone-rows.ts';

/** The server at the moment of one question for its metrics: what several families are made of is looked up once. */
export class Scrape {
  readonly source: HttpSource;
  readonly sums: CounterSums;
  readonly vitals: ReturnType<HttpSource['vitals']>;
  readonly zones: ZoneRows;

  constructor(source: HttpSource) {
    this.source = source;
    this.sums = source.counters();
    this.vitals = source.vitals();
    this.zones = new ZoneRows(source);
  }
}
