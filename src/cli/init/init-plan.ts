/** What `ringzone init` writes down: a domain, its SIP servers, and where questions are answered. */
import type { ListenAddress } from '../../plane/messages.ts';

/** The options as they were written; lists hold each time the option was given. */
export interface InitOptions {
  readonly domain?: string | undefined;
  readonly server?: readonly string[] | undefined;
  readonly backup?: readonly string[] | undefined;
  readonly transport?: string | undefined;
  readonly naptr?: boolean | undefined;
  readonly ns?: readonly string[] | undefined;
  readonly listen?: readonly string[] | undefined;
  readonly dir?: string | undefined;
  readonly force?: boolean | undefined;
}

export const transports = ['udp', 'tcp', 'tls'] as const;
export type Transport = (typeof transports)[number];

/** A name and its addresses, as they stand in a zone file. */
export interface Host {
  /** Relative to the domain, or absolute with its final dot where it is another's. */
  readonly name: string;
  /** IPv4 and IPv6, without brackets; none where the name is another's. */
  readonly addresses: readonly string[];
}

export interface SipServer extends Host {
  /** Over UDP and TCP, and over TLS where there is nothing else. `undefined`: the usual one. */
  readonly port: number | undefined;
  /** Over TLS beside others. */
  readonly tlsPort: number | undefined;
  readonly weight: number | undefined;
}

export interface InitPlan {
  /** In ASCII, without a final dot. */
  readonly domain: string;
  readonly servers: readonly SipServer[];
  readonly backups: readonly SipServer[];
  /** At least one, in the order of `transports`. */
  readonly transports: readonly Transport[];
  readonly hasNaptr: boolean;
  readonly nameServers: readonly Host[];
  readonly listen: readonly ListenAddress[];
}
