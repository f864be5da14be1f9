/**
 * Keys of the journal's database, in octets that sort by kind and zone:
 *
 *     kind u8, view, class u16, apex (wire format, lower case), then by kind:
 *       state, timers   nothing
 *       delta           its serial before, u32
 *       copy            generation u32, chunk u32
 *
 * Of a zone as it is published for its secondaries the kinds are these and `publishedKinds` (see PublishedZoneId).
 *
 * The view: u16, 0 for the default view; of another one 0x8000 and the octets of its name, then these (UTF-8). By name, because the
 * number of a view is another one when views come, go or change places.
 */
import { assert } from '../../base/assert.ts';
import { lowerCase, octetAt, putU16, putU32 } from '../../base/octets.ts';
import type { PublishedZoneId, ZoneId } from './zone-id.ts';

export const KeyKind = { state: 1, timers: 2, delta: 3, copy: 4 } as const;
const publishedKinds = 0x40;

/** The zone's own journal, or that of what its secondaries get. */
export type JournalId = ZoneId | PublishedZoneId;

/** What all keys of this kind begin with. */
export function keyPrefix(kind: number, zone: JournalId): Buffer {
  return keyOf(kind, zone, 0);
}

export function stateKey(zone: JournalId): Buffer {
  return keyOf(KeyKind.state, zone, 0);
}

export function timersKey(zone: JournalId): Buffer {
  return keyOf(KeyKind.timers, zone, 0);
}

export function deltaKey(zone: JournalId, fromSerial: number): Buffer {
  const key = keyOf(KeyKind.delta, zone, 4);
  putU32(key, key.length - 4, fromSerial);
  return key;
}

export function copyKey(zone: JournalId, generation: number, chunk: number): Buffer {
  const key = keyOf(KeyKind.copy, zone, 8);
  putU32(key, key.length - 8, generation);
  putU32(key, key.length - 4, chunk);
  return key;
}

function keyOf(kind: number, zone: JournalId, suffixOctets: number): Buffer {
  const { view, viewName, class: zoneClass, apex } = zone;
  assert((view === 0) === (viewName === undefined), 'what is kept of a view has its name');
  const nameOctets = viewName === undefined ? 0 : Buffer.byteLength(viewName);
  const classAt = 3 + nameOctets;
  const apexAt = classAt + 2;
  const key = Buffer.allocUnsafe(apexAt + apex.length + suffixOctets);
  key[0] = 'isPublished' in zone ? kind | publishedKinds : kind;
  putU16(key, 1, viewName === undefined ? 0 : namedView | nameOctets);
  if (viewName !== undefined) key.write(viewName, 3);
  putU16(key, classAt, zoneClass);
  for (let i = 0; i < apex.length; i++) key[apexAt + i] = octetAt(lowerCase, octetAt(apex, i));
  return key;
}

const namedView = 0x8000;
