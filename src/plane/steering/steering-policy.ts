/** What an operator can ask of SRV answers, as the data plane reads it. */

/** `srv-order`. Priorities are never mixed but by `zone`. */
export const SrvOrder = {
  /** As the zone file has them. */
  zone: 0,
  /** Each answer begins with the next one. */
  cyclic: 1,
  /** The permutation that RFC 2782 has clients make by the weights. */
  rfc2782: 2,
  /** The same, and the weights rewritten so that they rank in its order: for clients that take the highest one, always. */
  shape: 3,
  /** The permutation is the client's own: one network meets the same server again. */
  sticky: 4,
} as const;
export type SrvOrder = (typeof SrvOrder)[keyof typeof SrvOrder];

/** What becomes of a target that is down. A drained one is left out, unless nothing would remain. */
export const Reaction = {
  /** It goes behind the last priority. */
  demote: 0,
  /** It is left out. */
  withdraw: 1,
  /** It goes last in the message; no data is changed. */
  order: 2,
} as const;
export type Reaction = (typeof Reaction)[keyof typeof Reaction];

export const TargetState = { up: 0, down: 1, drained: 2 } as const;
export type TargetState = (typeof TargetState)[keyof typeof TargetState];

/** Of a zone, or of one owner of SRV in it. */
export interface SteeringPolicy {
  readonly order: SrvOrder;
  readonly reaction: Reaction;
  /** With all targets down the set is answered as configured; with this it is answered as if it were not there. */
  readonly emptyWhenAllDown: boolean;
  /** Bound on the TTL of a set of which a target is not up, in seconds. */
  readonly degradedTtlSeconds: number;
  /** For `sticky`: as many bits of a client's address are its network's. */
  readonly prefixBits4: number;
  readonly prefixBits6: number;
}
