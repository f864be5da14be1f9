import { randomBytes } from 'node:crypto';
import type { ProbeOutcome } from './outcome.ts';
import type { Probe, ProbeContext, ProbeTask } from './probe.ts';
import { StreamProbe } from './stream-probe.ts';
import { UdpProbe } from './udp-probe.ts';

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
