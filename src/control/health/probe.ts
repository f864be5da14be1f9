/** One question to one address and port: what a probe is, whatever it is made of. */
import type { SipTransport } from '../../sip/message-options.ts';
import type { HealthSettings } from './health-plan.ts';
import type { Timeline } from './timeline.ts';

/** Whom to ask, and how. */
export interface ProbeTask {
  readonly address: string;
  readonly port: number;
  readonly transport: SipTransport;
  /** Name of the server for TLS, in presentation format without the final dot. */
  readonly serverName: string;
  readonly settings: HealthSettings;
}

export interface ProbeContext {
  readonly timeline: Timeline;
  readonly nextToken: () => string;
}

/** A probe under way. */
export interface Probe {
  /** End it without an outcome. */
  stop(): void;
}
