/** What the configuration says of the health of a zone's targets. */
import type { SipTransport } from '../../sip/message-options.ts';
import type { WireName } from '../../wire/name.ts';
import type { HealthSettings, ProbePlace } from '../health/health-plan.ts';

export interface ZoneHealth {
  readonly settings: HealthSettings;
  /** `undefined`: what the owner's labels say. */
  readonly transport: SipTransport | undefined;
  /** Where targets are probed instead of the addresses that are answered. */
  readonly addresses: readonly ProbeAddress[];
  /** Changes are written into the zone. */
  readonly publish: boolean;
}

export interface ProbeAddress {
  /** Absolute, lower case. */
  readonly target: WireName;
  readonly place: ProbePlace;
}
