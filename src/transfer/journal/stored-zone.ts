/** What the journal knows of a zone beside its records; kept as JSON, so that a later release can add to it. */

/**
 * A place in a zone's journal. `mark` counts the octets of all deltas before it since the journal began: the distance of
 * two places is what lies between them.
 */
export interface JournalPlace {
  readonly serial: number;
  readonly mark: number;
}

/** A whole copy of a zone, in chunks of records. */
export interface StoredCopy {
  /** Chunks are written under a new generation; it counts when this says so. */
  readonly generation: number;
  readonly chunks: number;
  readonly octets: number;
  readonly records: number;
}

export interface StoredZone {
  /** Where the oldest delta begins; the same as `newest` where there is none. */
  readonly oldest: JournalPlace;
  /** What the master file or the copy holds: deltas from here on are needed at the next start. */
  readonly base: JournalPlace;
  readonly newest: JournalPlace;
  /** Secondaries: the copy, at `base`. */
  readonly copy?: StoredCopy | undefined;
  /** Primaries: signature of the master file as it was read or written for `base`. */
  readonly file?: string | undefined;
  readonly isFrozen?: boolean | undefined;
  /** Of the journal of what secondaries get where health is published: what is in force at `newest`. */
  readonly published?: StoredPublication | undefined;
}

export interface StoredPublication {
  /** Read by control/published/publish-wish.ts. */
  readonly wishes: unknown;
  /** Of the sets that differ from the zone. */
  readonly digest: string;
  /** Of the master file that was taken last; missing for a dynamic zone. */
  readonly fileSerial?: number | undefined;
}

/** A zone whose journal is empty. */
export function emptyJournalAt(serial: number): StoredZone {
  const place = { serial, mark: 0 };
  return { oldest: place, base: place, newest: place };
}

export function encodeStored(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** `undefined` where it is not of this form. */
export function decodeStoredZone(octets: Uint8Array): StoredZone | undefined {
  const value = decodeJson(octets);
  if (typeof value !== 'object' || value === null) return undefined;
  const zone = value as StoredZone;
  return isPlace(zone.oldest) && isPlace(zone.base) && isPlace(zone.newest) ? zone : undefined;
}

export function decodeJson(octets: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isPlace(value: unknown): boolean {
  const { serial, mark } = (value ?? {}) as Partial<JournalPlace>;
  return Number.isInteger(serial) && Number.isInteger(mark);
}
