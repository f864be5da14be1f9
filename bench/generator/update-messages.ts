/** What the bench and the process that sends updates tell each other. */

export interface UpdateOrder {
  readonly port: number;
  readonly zone: string;
  /** Owners are `host0` to `host(names - 1)` of the zone, taken in turn. */
  readonly names: number;
  /** Updates that wait for an answer at once. */
  readonly inFlight: number;
  readonly seconds: number;
}

export interface UpdateLoadResult {
  readonly acknowledged: number;
  /** Answered with something else than NOERROR. */
  readonly refused: number;
  /** Without an answer within a second. */
  readonly lost: number;
  /** From the first one sent to the last one acknowledged. */
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
