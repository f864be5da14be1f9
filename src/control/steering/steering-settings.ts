/** What the configuration says of the SRV of a zone. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { Reaction, SrvOrder, type SteeringPolicy } from '../../plane/steering/steering-policy.ts';
import type { WireName } from '../../wire/name.ts';
import type { ZoneHealth } from './health-settings.ts';

/** Of a zone about whose SRV something is said; others have none, and nothing of them is looked at. */
export interface SteeringSettings {
  /** For owners about which nothing else is said; `undefined`: they are answered as the zone has them. */
  readonly policy: SteeringPolicy | undefined;
  /** `undefined`: their targets are not probed. */
  readonly health: ZoneHealth | undefined;
  readonly owners: readonly OwnerSettings[];
  /** Where the zone's own `health` stands; `undefined` where that is inherited, or none. */
  readonly healthPlace: Place | undefined;
  /** Where what holds for the zone stands, here or above. */
  readonly place: Place | undefined;
}

export interface OwnerSettings {
  /** Absolute, lower case. */
  readonly owner: WireName;
  /** As it was written. */
  readonly name: string;
  readonly policy: SteeringPolicy;
  readonly health: ZoneHealth | undefined;
  /** Whether it has a `health` of its own, which is wrong where there is nothing to probe. */
  readonly namesHealth: boolean;
  readonly place: Place;
}

/** A place of the configuration file, for what is found out later. */
export type Place = Pick<Diagnostic, 'file' | 'line' | 'column' | 'sourceLine'>;

/** As the zone has them; of targets that are down nothing that a signature covers changes. */
export const asWritten: SteeringPolicy = {
  order: SrvOrder.zone,
  reaction: Reaction.order,
  emptyWhenAllDown: false,
  degradedTtlSeconds: 15,
  prefixBits4: 32,
  prefixBits6: 56,
};

/** Where nothing is said. */
export const defaultPolicy: SteeringPolicy = { ...asWritten, reaction: Reaction.demote };
