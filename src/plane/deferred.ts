/**
 * Requests that a worker doesn't answer itself: NOTIFY, UPDATE, and how targets are, which peers ask (health-name.ts). They go to main with all that their responses need, since a UDP
 * worker is back in `recvmmsg` when these are ready.
 */
import type { TsigAccepted } from '../tsig/verify-request.ts';
import { TapProtocol } from './rings/tap-record.ts';

/** One end of what a message came by. */
export interface Endpoint {
  readonly family: 4 | 6;
  /** 4 or 16 octets. */
  readonly octets: Uint8Array;
  readonly port: number;
}

export interface Deferred {
  readonly kind: 'deferred';
  readonly message: Uint8Array;
  readonly client: Endpoint;
  /** The address that was asked. */
  readonly local: Endpoint;
  /** The view that it is for, by its number. */
  readonly view: number;
  /** Its TSIG, which is right; the response is signed by it. */
  readonly verdict: TsigAccepted | undefined;
  readonly route: DeferredRoute;
}

/** How the response finds back. */
export type DeferredRoute =
  /**
   * By main, on its own descriptor for that address among those listened on, to the sockaddr and with the control data that were
   * received.
   */
  | {
      readonly kind: 'datagram';
      readonly addressIndex: number;
      readonly peer: Uint8Array;
      readonly control: Uint8Array;
    }
  /**
   * By the worker, which has an event loop: `number` is its socket (dgram) or its connection (TCP). `protocol`: UDP where it is
   * missing.
   */
  | { readonly kind: 'worker'; readonly number: number; readonly protocol?: TapProtocol };

/** What the message came by. */
export function protocolOf(route: DeferredRoute): TapProtocol {
  return route.kind === 'worker' ? (route.protocol ?? TapProtocol.udp) : TapProtocol.udp;
}

/** Main to the worker whose message it was. No octets: nothing is sent. A connection that has gone meanwhile is no error. */
export interface DeferredReply {
  readonly kind: 'reply';
  readonly number: number;
  readonly client: Endpoint;
  readonly octets: Uint8Array;
}
