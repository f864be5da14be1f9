import { createHash } from 'node:crypto';
import { formatAddress, parseAddress } from '../../plane/sockets/socket-address.ts';
import { TargetState } from '../../plane/steering/steering-policy.ts';
import type { HealthSettings } from './health-plan.ts';
import type { ProbeOutcome } from './outcome.ts';
import type { Probe, ProbeTask } from './probe.ts';
import type { Appointment } from './timeline.ts';
import { Verdict } from './verdict.ts';

/** How Kamailio's dispatcher calls it. `trying`: no verdict yet, or failures that are not enough for one. */
export type StateWord = 'active' | 'trying' | 'inactive' | 'disabled';

/** An address and port that is asked over one transport, whoever wants to know. */
export class Endpoint {
  readonly key: string;
  task: ProbeTask;
  readonly verdict = new Verdict();
  /** The last outcome that says something, and the last of all. */
  outcome: ProbeOutcome | undefined;
  lastTry: ProbeOutcome | undefined;
  /** Of the last reply. */
  latencyMs: number | undefined;
  readonly addedMs: number;
  /** The probe under way, and when it began or the last one did. */
  running: Probe | undefined;
  startedMs = 0;
  next: Appointment | undefined;
  isRemoved = false;

  constructor(key: string, task: ProbeTask, nowMs: number) {
    this.key = key;
    this.task = task;
    this.addedMs = nowMs;
  }

  get word(): StateWord {
    const { state, isKnown, failures } = this.verdict;
    if (state === TargetState.down) return 'inactive';
    if (state === TargetState.drained) return 'disabled';
    return isKnown && failures === 0 ? 'active' : 'trying';
  }
}

/** So that peers tell of it in one character string of a TXT record (RFC 1035 §3.3). */
export const maxEndpointKeyOctets = 200;

/**
 * What all probes have in common that can share their replies: `sip-options 192.0.2.11 5060 udp`, for TLS with verification the name behind
 * it. It is the same on every server, whatever way somebody has written an address.
 */
export function endpointKey({ address, port, transport, serverName, settings }: ProbeTask): string {
  const octets = parseAddress(address);
  const place = octets === undefined ? address : formatAddress(octets);
  const plain = `${settings.probe} ${place} ${port} ${transport}`;
  if (transport !== 'tls' || !settings.tlsVerify) return plain;
  const key = `${plain} ${serverName}`;
  if (key.length <= maxEndpointKeyOctets) return key;
  return `${plain} sha256:${createHash('sha256').update(serverName).digest('hex')}`;
}

/** What is asked so that all who want to know are content: as often as the most eager, and as patient as the most patient. */
export function mergeSettings(a: HealthSettings, b: HealthSettings): HealthSettings {
  const intervalMs = Math.min(a.intervalMs, b.intervalMs);
  return {
    ...a,
    intervalMs,
    timeoutMs: Math.min(Math.max(a.timeoutMs, b.timeoutMs), intervalMs),
    fall: Math.max(a.fall, b.fall),
    rise: Math.max(a.rise, b.rise),
    maxForwards: Math.max(a.maxForwards, b.maxForwards),
  };
}
