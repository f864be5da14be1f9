import type { HttpSource } from './http-source.ts';
import { knownZones } from './known-zones.ts';
import { sumZones, type ZoneTotals } from './zone-totals.ts';

/** Whether questions should be sent here, and why, in a line. */
export interface Readiness {
  readonly isReady: boolean;
  readonly reason: string;
}

export type ReadinessSource = Pick<HttpSource, 'vitals' | 'config' | 'secondaries' | 'zoneFacts' | 'readinessMemory'>;

/** What has been said before: a server that was ready doesn't cease to be because it gets a new zone. */
export class ReadinessMemory {
  wasReady = false;
}

/**
 * Ready: this server stays, a UDP worker answers, some zone is served, and, until it is ready for the first time, each secondary zone
 * without a copy has been tried for once. Zones that can't be had do not make a server unready that serves others: that would take the
 * good ones down too. `totals`: of the zones, where they have been summed up just now.
 */
export function readinessOf(source: ReadinessSource, totals?: ZoneTotals): Readiness {
  const { isLeaving, udpWorkers } = source.vitals();
  if (isLeaving) return notReady('the server is about to end');
  if (udpWorkers === 0) return notReady('no worker answers');
  const { count, primary, secondary, untried } = totals ?? sumZones(knownZones(source));
  const served = primary.served + secondary.served;
  if (served === 0) return notReady(`none of ${count} zones is served`);
  const { readinessMemory } = source;
  if (untried > 0 && !readinessMemory.wasReady) {
    return notReady(`${untried} of ${count} zones wait for their first transfer`);
  }
  readinessMemory.wasReady = true;
  return { isReady: true, reason: `ready: ${served} of ${count} zones are served` };
}

function notReady(reason: string): Readiness {
  return { isReady: false, reason: `not ready: ${reason}` };
}
