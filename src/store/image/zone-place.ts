/** Layout of a zone's place, for the writer and the readers; see zone-set.ts. */
import { lowerCase, octetAt } from '../../base/octets.ts';

export const PlaceWord = {
  state: 0,
  version: 1,
  generation: 2,
  labels: 3,
  number: 4,
  view: 5,
  class: 6,
  apexOctets: 7,
  allowQuery: 8,
  allowTransfer: 9,
  maxIxfrRatio: 10,
  expiresAt: 11,
  transferSeconds: 12,
  transferIdleSeconds: 13,
} as const;

export const placeNameOffset = 56;

/** Words of a zone set, and of each of its views, which stand behind them. */
export const ZoneSetWord = { root: 0, mostLabels: 1, viewCount: 2, views: 4 } as const;
export const ViewWord = { number: 0, clients: 1, destinations: 2, recursiveOnly: 3 } as const;
export const viewWords = 4;

/** The hash of a zone, from that of its apex. */
export function mixZoneHash(apexHash: number, view: number, zoneClass: number): number {
  const hash = Math.imul(apexHash ^ Math.imul(view + 1, 0x85ebca6b) ^ zoneClass, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

export function copyLowerCase(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, length: number): void {
  for (let i = 0; i < length; i++) to[toAt + i] = octetAt(lowerCase, octetAt(from, fromAt + i));
}
