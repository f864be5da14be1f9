import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import type { Delta } from '../../transfer/journal/delta.ts';
import {
  copyKey,
  deltaKey,
  type JournalId,
  KeyKind,
  keyPrefix,
  stateKey,
  timersKey,
} from '../../transfer/journal/journal-keys.ts';
import { decodeDelta, encodeDeltaHead, type StoredDelta } from '../../transfer/journal/stored-delta.ts';
import {
  decodeJson,
  decodeStoredZone,
  emptyJournalAt,
  encodeStored,
  type JournalPlace,
  type StoredCopy,
  type StoredZone,
} from '../../transfer/journal/stored-zone.ts';
import type { SecondaryTimers } from '../loader-messages.ts';
import { JournalDatabase, type JournalWrite } from './journal-database.ts';

/** Writes that go into one transaction, and the zone's record after them. */
export interface Step {
  readonly writes: readonly JournalWrite[];
  readonly zone: StoredZone;
}

/** Deltas in a row; `damage` tells why there are no more where there should be. */
export interface ReadChain {
  readonly deltas: readonly Delta[];
  readonly damage: string | undefined;
}

/**
 * What is kept on disk of zones: deltas chained by serial, copies of secondaries, timers. Lives on the loader thread, the
 * one writer; JournalReader reads beside it. Its methods make `Step`s, which count when `write` has resolved.
 */
export class Journal {
  private readonly database: JournalDatabase;

  private constructor(database: JournalDatabase) {
    this.database = database;
  }

  /** The error is a sentence with what to do. See JournalDatabase.open. */
  static async open(folder: string, patienceMs = 0): Promise<Result<Journal, string>> {
    const opened = await JournalDatabase.open(folder, patienceMs);
    return opened.ok ? ok(new Journal(opened.value)) : err(opened.error);
  }

  /** Resolves when durable; rejects when nothing of it is. */
  async write(step: Pick<Step, 'writes'>): Promise<void> {
    await this.database.write(step.writes);
  }

  /** The same at once: for what is too long to be kept in memory until then. */
  writeNow(step: Pick<Step, 'writes'>): void {
    this.database.writeNow(step.writes);
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  readZone(id: JournalId): StoredZone | 'damaged' | undefined {
    const payload = this.database.read(stateKey(id));
    if (payload === undefined || payload === 'damaged') return payload;
    return decodeStoredZone(payload) ?? 'damaged';
  }

  readTimers(id: JournalId): SecondaryTimers | undefined {
    const payload = this.database.read(timersKey(id));
    if (payload === undefined || payload === 'damaged') return undefined;
    const timers = decodeJson(payload) as SecondaryTimers | undefined;
    return Number.isFinite(timers?.refreshedAt) && Number.isFinite(timers?.expiresAt) ? timers : undefined;
  }

  /** All deltas from a serial on to the newest, as far as they are good. */
  readChain(id: JournalId, zone: StoredZone, fromSerial: number): ReadChain {
    const deltas: Delta[] = [];
    let serial = fromSerial;
    let mark = -1;
    while (serial !== zone.newest.serial) {
      const delta = this.readDelta(id, serial);
      if (typeof delta === 'string') return { deltas, damage: delta };
      // Marks rise: else it would go round in a circle.
      if (delta.mark <= mark) return { deltas, damage: `the change from serial ${serial} is in the wrong place` };
      mark = delta.mark;
      deltas.push(delta);
      serial = delta.toSerial;
    }
    return { deltas, damage: undefined };
  }

  /** Give each chunk of a copy to `take`, as far as they are good; what it says of the damage, if there is any. */
  readCopy(
    id: JournalId,
    { generation, chunks }: StoredCopy,
    take: (records: Uint8Array) => boolean,
  ): string | undefined {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const octets = this.database.read(copyKey(id, generation, chunk));
      if (octets === undefined) return `part ${chunk + 1} of ${chunks} is missing`;
      if (octets === 'damaged' || !take(octets)) return `part ${chunk + 1} of ${chunks} is damaged`;
    }
    return undefined;
  }

  putZone(id: JournalId, zone: StoredZone): Step {
    return { writes: [{ key: stateKey(id), payload: [encodeStored(zone)] }], zone };
  }

  putTimers(id: JournalId, timers: SecondaryTimers): Pick<Step, 'writes'> {
    return { writes: [{ key: timersKey(id), payload: [encodeStored(timers)] }] };
  }

  /**
   * Add deltas that lead on from the newest serial, and drop the oldest ones that the base doesn't need as long as there are
   * more than `mostOctets`.
   */
  append(id: JournalId, before: StoredZone, deltas: readonly Delta[], mostOctets: number): Step {
    const writes: JournalWrite[] = [];
    let zone = before;
    for (const delta of deltas) {
      const begin = zone.newest;
      const end = { serial: delta.toSerial, mark: begin.mark + delta.octets.length };
      writes.push({ key: deltaKey(id, delta.fromSerial), payload: [encodeDeltaHead(delta, begin.mark), delta.octets] });
      zone = { ...zone, newest: end };
    }
    const trimmed = this.trim(id, zone, before.newest.mark, mostOctets);
    return { writes: [...trimmed.writes, ...writes, ...this.putZone(id, trimmed.zone).writes], zone: trimmed.zone };
  }

  /** Whether a serial is a place in the journal already: it can't be there twice. */
  hasSerial(id: JournalId, zone: StoredZone, serial: number): boolean {
    return serial === zone.newest.serial || this.database.read(deltaKey(id, serial)) !== undefined;
  }

  /**
   * The base is the newest serial now: its file or copy has been written. Then drop what is too much; deltas behind
   * `writtenMark` are not on disk yet.
   */
  rebase(
    id: JournalId,
    before: StoredZone,
    change: Partial<StoredZone>,
    mostOctets: number,
    writtenMark: number = before.newest.mark,
  ): Step {
    const rebased = { ...before, ...change, base: before.newest };
    const trimmed = this.trim(id, rebased, writtenMark, mostOctets);
    return { writes: [...trimmed.writes, ...this.putZone(id, trimmed.zone).writes], zone: trimmed.zone };
  }

  /** Forget all deltas: what is there now begins anew at this serial. */
  restart(id: JournalId, before: StoredZone | undefined, serial: number, change: Partial<StoredZone>): Step {
    const removals = this.keysOf(KeyKind.delta, id).map((key) => ({ key, payload: undefined }));
    const zone = { ...before, ...emptyJournalAt(serial), ...change };
    return { writes: [...removals, ...this.putZone(id, zone).writes], zone };
  }

  /** Chunks of a copy under a generation that doesn't count yet. */
  copyChunk(id: JournalId, generation: number, chunk: number, records: Uint8Array): JournalWrite {
    return { key: copyKey(id, generation, chunk), payload: [records] };
  }

  /** Remove what is there of other copies. */
  dropCopiesBut(id: JournalId, generation: number): readonly JournalWrite[] {
    const kept = copyKey(id, generation, 0).subarray(0, -4);
    return this.keysOf(KeyKind.copy, id)
      .filter((key) => kept.compare(key, 0, kept.length) !== 0)
      .map((key) => ({ key, payload: undefined }));
  }

  /** Remove all that is known of a zone. */
  forget(id: JournalId): Pick<Step, 'writes'> {
    const kinds = [KeyKind.state, KeyKind.timers, KeyKind.delta, KeyKind.copy];
    return { writes: kinds.flatMap((kind) => this.keysOf(kind, id)).map((key) => ({ key, payload: undefined })) };
  }

  private readDelta(id: JournalId, fromSerial: number): StoredDelta | string {
    const payload = this.database.read(deltaKey(id, fromSerial));
    if (payload === undefined) return `the change from serial ${fromSerial} is missing`;
    const delta = payload === 'damaged' ? undefined : decodeDelta(payload);
    return delta?.fromSerial === fromSerial ? delta : `the change from serial ${fromSerial} is damaged`;
  }

  /** Drop the oldest deltas before the base while there are too many octets; those behind `writtenMark` are not on disk yet. */
  private trim(id: JournalId, zone: StoredZone, writtenMark: number, mostOctets: number): Step {
    const writes: JournalWrite[] = [];
    let { oldest } = zone;
    const last = Math.min(zone.base.mark, writtenMark);
    while (zone.newest.mark - oldest.mark > mostOctets && oldest.mark < last) {
      const next = this.placeAfter(id, oldest);
      if (next === undefined) return this.cutAt(id, zone, zone.base);
      writes.push({ key: deltaKey(id, oldest.serial), payload: undefined });
      oldest = next;
    }
    return { writes, zone: { ...zone, oldest } };
  }

  private placeAfter(id: JournalId, { serial, mark }: JournalPlace): JournalPlace | undefined {
    const delta = this.readDelta(id, serial);
    return typeof delta === 'string' ? undefined : { serial: delta.toSerial, mark: mark + delta.octets.length };
  }

  /** The deltas before the base are damaged: they are of no use. Their keys are left; nothing leads to them. */
  private cutAt(id: JournalId, zone: StoredZone, base: JournalPlace): Step {
    const key = deltaKey(id, zone.oldest.serial);
    return { writes: [{ key, payload: undefined }], zone: { ...zone, oldest: base } };
  }

  private keysOf(kind: number, id: JournalId): readonly Buffer[] {
    const start = keyPrefix(kind, id);
    // The zone's part ends with the root's octet: behind it come suffixes, and none of 9 octets of 255.
    return this.database.keys(start, Buffer.concat([start, Buffer.alloc(9, 255)]));
  }
}
