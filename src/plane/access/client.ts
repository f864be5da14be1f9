const noOctets = new Uint8Array(16);

/** How a client's message came. */
export const Channel = {
  /** Everybody on the way can read it. */
  plain: 0,
  /** Over TLS, but not as RFC 9103 §7.1 and §7.2 want it for transfers: not 1.3, or ALPN has not chosen `dot`. */
  tls: 1,
  /** Over TLS that zones may be transferred over. */
  xot: 2,
} as const;
export type Channel = (typeof Channel)[keyof typeof Channel];

/** Who sends: one object per thread, filled anew for each message. It refers to octets elsewhere, so filling copies nothing. */
export class Client {
  family: 4 | 6 = 4;
  /** The address: 4 or 16 octets at `offset`, in network order. */
  octets: Uint8Array = noOctets;
  offset = 0;
  port = 0;
  /** The number of the TSIG key that the message was verified with, in Config.keys; -1 for none. */
  key = -1;
  channel: Channel = Channel.plain;
  /** The address that was asked, of the same family, at `localOffset`. */
  local: Uint8Array = noOctets;
  localOffset = 0;
}
