/** One question to one address and port, and what comes of it. */
import { randomBytes } from 'node:crypto';
import type { SipTransport } from '../../sip/message-options.ts';
import type { HealthSettings } from './health-plan.ts';
import type { ProbeOutcome } from './outcome.ts';
import { StreamProbe } from './stream-probe.ts';
import type { Timeline } from './timeline.ts';
import { UdpProbe } from './udp-probe.ts';

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

/** Begin a probe. `done` is called once, later, unless it is stopped before. */
export function startProbe(task: ProbeTask, context: ProbeContext, done: (outcome: ProbeOutcome) => void): Probe {
  const isUdp = task.transport === 'udp' && task.settings.probe === 'sip-options';
  return isUdp ? new UdpProbe(task, context, done) : new StreamProbe(task, context, done);
}

const tokenOctets = 16;

/** Makes tokens that nobody can guess. */
export function createTokens(): () => string {
  let pool = Buffer.alloc(0);
  return () => {
    if (pool.length < tokenOctets) pool = randomBytes(256 * tokenOctets);
    const token = pool.toString('hex', 0, tokenOctets);
    pool = pool.subarray(tokenOctets);
    return token;
  };
}
