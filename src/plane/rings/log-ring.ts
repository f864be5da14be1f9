/** A ring of log records from one worker (the only writer) to the logger thread (the only reader): see record-ring.ts. */
import {
  copyLogRecord,
  type LogRecord,
  maxLogRecordOctets,
  type QueryLogEntry,
  recordOctets,
  writeLogRecord,
} from './log-record.ts';
import { StoredLogRecord } from './log-stored-record.ts';
import { createRing, RingReader, RingWriter } from './record-ring.ts';

/**
 * A query takes some 104 octets. 100,000 queries a second on one worker and a logger that is held up for 400 ms (by the disk, or
 * by its turn on a busy core) make 100,000 x 104 x 0.4 = 4.2 million. A worker that logs nothing pays nothing.
 */
const defaultOctets = 4_194_304;

/** Make a ring whose data part has `octets` octets: a power of two, 4,096 or more. */
export function createLogRing(octets = defaultOctets): SharedArrayBuffer {
  return createRing(octets);
}

export class LogRingWriter {
  private readonly ring: RingWriter;

  constructor(ring: SharedArrayBuffer) {
    this.ring = new RingWriter(ring);
  }

  /** Put a record behind the others. The reader sees it after `publish`. False where it was dropped. */
  append(record: LogRecord): boolean {
    const octets = recordOctets(record);
    const at = this.ring.reserve(octets);
    if (at < 0) return false;
    writeLogRecord(this.ring.views, at, octets, record);
    return true;
  }

  /** Show the reader all that has been appended; once per batch. */
  publish(): void {
    this.ring.publish();
  }
}

export class LogRingReader {
  /** To wait for records, and to ask for those that were dropped. */
  readonly ring: RingReader;
  private readonly stored: StoredLogRecord;

  constructor(ring: SharedArrayBuffer) {
    this.ring = new RingReader(ring, maxLogRecordOctets);
    this.stored = new StoredLogRecord(this.ring.views);
  }

  /** Give copies of at most `limit` records to `take`, oldest first, and free their room. Returns how many. */
  read(take: (entry: QueryLogEntry) => void, limit = Number.POSITIVE_INFINITY): number {
    return this.readStored((record) => take(copyLogRecord(record)), limit);
  }

  /**
   * The same without copies: `take` gets one object again and again, which it must not keep. Only what was published before is
   * read. Makes no object per record.
   */
  readStored(take: (record: StoredLogRecord) => void, limit = Number.POSITIVE_INFINITY): number {
    const { ring, stored } = this;
    ring.begin();
    let count = 0;
    while (count < limit) {
      const at = ring.next();
      if (at < 0) break;
      stored.moveTo(at);
      take(stored);
      count++;
    }
    ring.end();
    return count;
  }
}
