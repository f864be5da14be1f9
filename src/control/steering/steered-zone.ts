/** What of a zone's content steering and health look at, as the loader thread finds it and main gets it. Names are lower case. */
import type { ZoneId } from '../../transfer/journal/zone-id.ts';

export interface SteeredZone {
  readonly id: ZoneId;
  /** `rapidtech.phones/IN`. */
  readonly title: string;
  /** It was signed before it was loaded: answers may not change its data. */
  readonly isSigned: boolean;
  readonly owners: readonly SrvOwner[];
  /** Whether there are more owners than are listed. */
  readonly isCut: boolean;
  /** Of the targets; none where no target of the zone is probed. */
  readonly hosts: readonly TargetHost[];
}

/** One RRset. */
export interface SrvOwner {
  readonly owner: Uint8Array;
  readonly ttlSeconds: number;
  /** In the order of the zone. */
  readonly records: readonly SrvRecord[];
}

export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: Uint8Array;
}

/** The addresses of a target in the zones that are served. */
export interface TargetHost {
  readonly target: Uint8Array;
  /** The owner of the addresses: the target, or the wildcard that stands for it. `undefined`: it is in none of the zones. */
  readonly owner: Uint8Array | undefined;
  readonly addresses: readonly HostAddress[];
}

export interface HostAddress {
  /** 4 or 16. */
  readonly octets: Uint8Array;
  readonly ttlSeconds: number;
}
