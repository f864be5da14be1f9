/**
 * Keys of the journal's database, in octets that sort by kind and zone:
 *
 *     kind u8, view u16, class u16, apex (wire format, lower case), then by kind:
 *       state, timers   nothing
 *       delta           its serial before, u32
 *       copy            generation u32, chunk u32
 */
import { lowerCase, octetAt, putU16, putU32 } from '../../base/octets.ts';
import type { ZoneId } from './zone-id.ts';

export const KeyKind = { state: 1, timers: 2, delta: 3, copy: 4 } as const;

export function stateKey(zone: ZoneId): Buffer {
  return keyOf(KeyKind.state, zone, 0);
}

export function timersKey(zone: ZoneId): Buffer {
  return keyOf(KeyKind.timers, zone, 0);
}

export function deltaKey(zone: ZoneId, fromSerial: number): Buffer {
  const key = keyOf(KeyKind.delta, zone, 4);
  putU32(key, key.length - 4, fromSerial);
  return key;
}

export function copyKey(zone: ZoneId, generation: number, chunk: number): Buffer {
  const key = keyOf(KeyKind.copy, zone, 8);
  putU32(key, key.length - 8, generation);
  putU32(key, key.length - 4, chunk);
  return key;
}

function keyOf(kind: number, { view, class: zoneClass, apex }: ZoneId, suffixOctets: number): Buffer {
  const key = Buffer.allocUnsafe(5 + apex.length + suffixOctets);
  key[0] = kind;
  putU16(key, 1, view);
  putU16(key, 3, zoneClass);
  for (let i = 0; i < apex.length; i++) key[5 + i] = octetAt(lowerCase, octetAt(apex, i));
  return key;
}
