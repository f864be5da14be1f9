/** Reads journals beside their writer: for transfers out, on a thread of their own. */
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { checkLmdbFile } from './check-lmdb-file.ts';
import type { Delta } from './delta.ts';
import { deltaKey, type JournalId, stateKey } from './journal-keys.ts';
import { lmdbOptions } from './lmdb-options.ts';
import { unsealValue } from './sealed-value.ts';
import { decodeDelta, type StoredDelta } from './stored-delta.ts';
import { decodeStoredZone } from './stored-zone.ts';

/** Deltas that lead from one serial to another. */
export interface DeltaChain {
  /** Of all deltas together. */
  readonly octets: number;
  /**
   * The next delta, `undefined` behind the last one. What it gives is a copy. Throws `ChainBroken` where the next one
   * has been dropped meanwhile, or is damaged: then the transfer must be given up.
   */
  next(): Delta | undefined;
}

export class ChainBroken extends Error {
  override readonly name = 'ChainBroken';
}

export class JournalReader {
  private readonly database: RootDatabase<Buffer, Buffer>;

  private constructor(database: RootDatabase<Buffer, Buffer>) {
    this.database = database;
  }

  /** `folder` is that of `journalFolder`. Rejects where there is no journal (yet), or a damaged one: then no zone has deltas. */
  static async open(folder: string): Promise<JournalReader> {
    const damage = checkLmdbFile(join(folder, 'data.mdb'));
    if (damage !== undefined) throw new Error(`the journal in ${folder} is damaged: ${damage}`);
    const { open } = await import('lmdb');
    return new JournalReader(open({ ...lmdbOptions(folder), readOnly: true }));
  }

  /**
   * The deltas from one serial to another, which must be newer. `undefined` where the journal doesn't reach back, or doesn't
   * know the serials. Costs three look-ups, whatever the length; each delta is read when it is asked for.
   */
  chain(zone: JournalId, fromSerial: number, toSerial: number): DeltaChain | undefined {
    this.database.resetReadTxn();
    const key = stateKey(zone);
    const value = this.database.get(key);
    const payload = value === undefined ? undefined : unsealValue(key, value);
    const stored = payload === undefined ? undefined : decodeStoredZone(payload);
    if (stored === undefined) return undefined;
    const start = this.read(zone, fromSerial)?.mark;
    const end = toSerial === stored.newest.serial ? stored.newest.mark : this.read(zone, toSerial)?.mark;
    if (start === undefined || end === undefined || start < stored.oldest.mark || start >= end) return undefined;
    return { octets: end - start, next: this.walk(zone, fromSerial, toSerial) };
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  private walk(zone: JournalId, fromSerial: number, toSerial: number): () => Delta | undefined {
    let serial = fromSerial;
    return () => {
      if (serial === toSerial) return undefined;
      const delta = this.read(zone, serial);
      if (delta === undefined) throw new ChainBroken(`the journal has lost the change from serial ${serial}`);
      serial = delta.toSerial;
      return delta;
    };
  }

  private read(zone: JournalId, fromSerial: number): StoredDelta | undefined {
    const key = deltaKey(zone, fromSerial);
    const value = this.database.get(key);
    return value === undefined ? undefined : readDelta(key, value, fromSerial);
  }
}

/** The delta in a value; `undefined` where it is damaged. */
export function readDelta(key: Uint8Array, value: Uint8Array, fromSerial: number): StoredDelta | undefined {
  const payload = unsealValue(key, value);
  const delta = payload === undefined ? undefined : decodeDelta(payload);
  return delta !== undefined && delta.fromSerial === fromSerial ? delta : undefined;
}
