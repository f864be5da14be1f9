/** What the bench and the process that sends the load tell each other. */

/** One run of load. */
export interface LoadOrder {
  readonly port: number;
  readonly seconds: number;
  /** Questions a second, whatever comes back; absent: as many as come back, `inFlight` at a time. */
  readonly rate?: number;
  readonly inFlight?: number;
  /** The server sends questions back. */
  readonly isEcho?: boolean;
}

export interface LoadResult {
  readonly answered: number;
  /** Questions without a response within a second. */
  readonly lost: number;
  /** Responses that are not what the question wants. */
  readonly wrong: number;
  /** Responses whose question was given up already, or that came twice. */
  readonly late: number;
  /** From the first question to the last response. */
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the generator itself. */
  readonly loadMicros: number;
  /** The first wrong response, in hexadecimal. */
  readonly example?: string;
}
