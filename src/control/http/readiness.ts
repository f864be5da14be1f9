import type { HttpSource } from './http-source.ts';

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
 * good ones down too.
 */
export function readinessOf(source: ReadinessSource): Readiness {
  const { isLeaving, udpWorkers } = source.vitals();
  if (isLeaving) return notReady('the server is about to end');
  if (udpWorkers === 0) return notReady('no worker answers');
  const { served, zones, untried } = countServed(source);
  if (served === 0) return notReady(`none of ${zones} zones is served`);
  const { readinessMemory } = source;
  if (untried > 0 && !readinessMemory.wasReady) {
    return notReady(`${untried} of ${zones} zones wait for their first transfer`);
  }
  readinessMemory.wasReady = true;
  return { isReady: true, reason: `ready: ${served} of ${zones} zones are served` };
}

function notReady(reason: string): Readiness {
  return { isReady: false, reason: `not ready: ${reason}` };
}

interface ServedCount {
  readonly served: number;
  readonly zones: number;
  /** Without a copy, and no primary has been asked to the end. */
  readonly untried: number;
}

function countServed(source: ReadinessSource): ServedCount {
  const { zones } = source.config();
  const secondaries = source.secondaries();
  let served = 0;
  let untried = 0;
  for (const zone of zones) {
    const hasCopy = source.zoneFacts.find(zone) !== undefined;
    const secondary = zone.type === 'secondary' ? secondaries?.find(zone.view, zone.class, zone.apex) : undefined;
    if (hasCopy && secondary?.isExpired !== true) served++;
    else if (secondary !== undefined && secondary.failures === 0) untried++;
  }
  return { served, zones: zones.length, untried };
}
