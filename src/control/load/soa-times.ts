import { u32At } from '../../base/octets.ts';
import type { VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { Type } from '../../wire/codes.ts';

/** Of a SOA, in seconds. */
export interface SoaTimes {
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
}

/** Of the version's SOA (RFC 1035 §3.3.13); `undefined` without one. */
export function findSoaTimes(reader: ZoneReader, version: VersionRef): SoaTimes | undefined {
  const soa = version === 0 ? 0 : reader.findRrset(reader.apexNode(version), Type.soa);
  if (soa === 0) return undefined;
  // The last five fields have four octets each: serial, refresh, retry, expire, minimum.
  const end = reader.rrsetDataOffset(soa) + reader.rrsetDataOctets(soa);
  const field = (fromEnd: number) => u32At(reader.octets, end - 4 * fromEnd);
  return { refreshSeconds: field(4), retrySeconds: field(3), expireSeconds: field(2) };
}
