/** Time as a parameter, so that protocol rooms read no clock and tests can set one. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z; may jump. For time stamps. */
  nowMs(): number;
  /** Milliseconds that never jump back. For time-outs and intervals. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
