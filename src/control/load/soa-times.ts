import { u32At } from '../../base/octets.ts';
import type { ZoneStore } from '../../store/zone-store.ts';
import { Type } from '../../wire/codes.ts';
import type { ZonePlace } from './zone-place.ts';

export interface SoaTimes {
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
}

/** Of the published version's SOA (RFC 1035 §3.3.13); 0 without one. */
export function readSoaTimes(store: ZoneStore, place: ZonePlace): SoaTimes {
  const { reader } = store;
  reader.renew();
  const version = store.currentVersion(place.number);
  const soa = version === 0 ? 0 : reader.findRrset(reader.apexNode(version), Type.soa);
  if (soa === 0) return { refreshSeconds: 0, retrySeconds: 0, expireSeconds: 0 };
  // The last five fields have four octets each: serial, refresh, retry, expire, minimum.
  const end = reader.rrsetDataOffset(soa) + reader.rrsetDataOctets(soa);
  const field = (fromEnd: number) => u32At(reader.octets, end - 4 * fromEnd);
  return { refreshSeconds: field(4), retrySeconds: field(3), expireSeconds: field(2) };
}
