import type { TsigKey } from '../../tsig/tsig-key.ts';
import type { DrainOrder } from './drain-orders.ts';

/** Another Ringzone that this one exchanges opinions with. Plain data: it is sent to the health thread. */
export interface HealthPeer {
  readonly address: string;
  readonly port: number;
  /** With which both sign. */
  readonly key: TsigKey;
}

/** As logs name it: `192.0.2.53#53`. */
export function peerName({ address, port }: Pick<HealthPeer, 'address' | 'port'>): string {
  return `${address}#${port}`;
}

/** How a peer is, for operators and metrics. */
export interface PeerReport {
  readonly peer: string;
  /** Whether its opinions count at present. */
  readonly isHeard: boolean;
  /** Why they do not; `undefined` too while it has not been asked. */
  readonly problem: string | undefined;
  /** When that question was asked to which it last said all, in milliseconds since 1970. */
  readonly heardMs: number | undefined;
  /** Since the start: questions to it, and those of them that came to nothing. */
  readonly asked: number;
  readonly failed: number;
  /** How many addresses it tells of. */
  readonly opinions: number;
  /** What is drained because it said so; missing: nothing. */
  readonly drains?: readonly Pick<DrainOrder, 'name' | 'port'>[];
}
