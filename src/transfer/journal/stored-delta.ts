/**
 * A delta as a value of the journal:
 *
 *     serial before u32, serial after u32, mark u64 (see `JournalPlace`), the delta's octets
 */
import { putU32, u32At } from '../../base/octets.ts';
import type { Delta } from './delta.ts';

const headOctets = 16;

export interface StoredDelta extends Delta {
  /** Of the place where it begins. */
  readonly mark: number;
}

/** What goes before the delta's octets. */
export function encodeDeltaHead({ fromSerial, toSerial }: Delta, mark: number): Uint8Array {
  const head = new Uint8Array(headOctets);
  putU32(head, 0, fromSerial);
  putU32(head, 4, toSerial);
  putU32(head, 8, Math.floor(mark / 2 ** 32));
  putU32(head, 12, mark % 2 ** 32);
  return head;
}

/** The delta's octets stay in the same memory. */
export function decodeDelta(payload: Uint8Array): StoredDelta | undefined {
  if (payload.length < headOctets) return undefined;
  return {
    fromSerial: u32At(payload, 0),
    toSerial: u32At(payload, 4),
    mark: u32At(payload, 8) * 2 ** 32 + u32At(payload, 12),
    octets: payload.subarray(headOctets),
  };
}
