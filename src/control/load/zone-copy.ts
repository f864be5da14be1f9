/** Whole copies of secondary zones in the journal's database: in chunks, under a generation that counts when the zone says so. */
import { ArenaFullError } from '../../store/memory/arena.ts';
import type { VersionRef } from '../../store/zone-reader.ts';
import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import { forEachRecord, RecordBuffer } from '../../transfer/journal/record-octets.ts';
import type { StoredCopy, StoredZone } from '../../transfer/journal/stored-zone.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalWrite } from '../journal/journal-database.ts';
import { visitRecords } from './zone-records.ts';

const chunkOctets = 256 * 1024;
/** Chunks of one transaction: larger ones cost more memory. */
const chunksPerWrite = 32;

/** What the last transaction of a copy takes along: small copies are one transaction with the zone's record. */
export interface WrittenCopy {
  readonly copy: StoredCopy;
  readonly writes: readonly JournalWrite[];
}

/**
 * Write a copy under the next generation, all but its last chunks, which are given back to be written with the zone's record.
 * Throws where the disk doesn't take it. Blocks the thread: the version can't change meanwhile.
 */
export function writeCopy(
  journal: Journal,
  store: ZoneStore,
  id: ZoneId,
  before: StoredZone | undefined,
  version: VersionRef,
): WrittenCopy {
  const generation = (before?.copy?.generation ?? 0) + 1;
  const buffer = new RecordBuffer(16 * 1024);
  let writes: JournalWrite[] = [];
  let chunks = 0;
  let octets = 0;
  let records = 0;
  const closeChunk = () => {
    if (writes.length === chunksPerWrite) {
      journal.writeNow({ writes });
      writes = [];
    }
    octets += buffer.length;
    writes.push(journal.copyChunk(id, generation, chunks++, buffer.octets.slice()));
    buffer.clear();
  };
  const { reader } = store;
  reader.renew();
  visitRecords(reader, version, (record) => {
    buffer.add(record);
    records++;
    if (buffer.length >= chunkOctets) closeChunk();
  });
  if (buffer.length > 0) closeChunk();
  const copy = { generation, chunks, octets, records };
  return { copy, writes: [...writes, ...journal.dropCopiesBut(id, generation)] };
}

/** Build the zone of a copy; a text tells why there is none. */
export function readCopy(journal: Journal, store: ZoneStore, id: ZoneId, copy: StoredCopy): BuiltZone | string {
  const builder = store.startZone(id.apex, id.class);
  try {
    let records = 0;
    const damage = journal.readCopy(id, copy, (octets) =>
      forEachRecord(octets, (record) => {
        builder.addRecord(record);
        records++;
      }),
    );
    if (damage === undefined && records === copy.records) return builder.finish();
    builder.discard();
    return damage ?? `${records} of ${copy.records} records are there`;
  } catch (error) {
    builder.discard();
    if (!(error instanceof ArenaFullError)) throw error;
    return `no room for the zone: ${error.message}`;
  }
}
