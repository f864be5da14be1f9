/**
 * A ring of log records from one worker (the only writer) to the logger thread (the only reader) in shared memory.
 *
 * The writer never waits: a record that finds no room is dropped and counted. It makes no object and costs one atomic
 * store per batch (`publish`); only a reader that sleeps is notified.
 *
 *     words 0..15   head, tail (octets written and read so far, modulo 2^32), dropped, sleeping; spare
 *     data          records, each a multiple of 8 octets and never split at the end of the ring
 */
import { assert } from '../base/assert.ts';
import {
  copyLogRecord,
  type LogRecord,
  maxLogRecordOctets,
  type QueryLogEntry,
  recordOctets,
  writeLogRecord,
} from './log-record.ts';
import { StoredLogRecord } from './log-stored-record.ts';
import { LogViews } from './log-views.ts';

const Word = { head: 0, tail: 1, dropped: 2, sleeping: 3 } as const;
/** States of the word `sleeping`: which publishing wakes the reader. */
const Sleep = { awake: 0, untilRecord: 1, untilHalfFull: 2 } as const;
const headerOctets = 64;
/** The reader gives room back in steps of this, not with an atomic store for each record. */
const freeStepOctets = 16_384;
/**
 * A query takes some 104 octets. 100,000 queries a second on one worker and a logger that is held up for 400 ms (by the disk, or
 * by its turn on a busy core) make 100,000 x 104 x 0.4 = 4.2 million. Pages become resident as they are first written, so
 * a worker that logs nothing pays nothing.
 */
const defaultOctets = 4_194_304;

/** Make a ring whose data part has `octets` octets: a power of two, 4,096 or more. */
export function createLogRing(octets = defaultOctets): SharedArrayBuffer {
  assert(octets >= 4096 && (octets & (octets - 1)) === 0, 'a log ring is a power of two');
  return new SharedArrayBuffer(headerOctets + octets);
}

export class LogRingWriter {
  private readonly words: Int32Array;
  private readonly views: LogViews;
  private readonly capacity: number;
  /** Written, but not yet shown to the reader. */
  private head: number;

  constructor(ring: SharedArrayBuffer) {
    this.words = new Int32Array(ring, 0, headerOctets / 4);
    this.views = new LogViews(ring, headerOctets);
    this.capacity = ring.byteLength - headerOctets;
    // A worker that replaces a dead one goes on where that one last published.
    this.head = Atomics.load(this.words, Word.head);
  }

  /** Put a record behind the others. The reader sees it after `publish`. False where it was dropped. */
  append(record: LogRecord): boolean {
    const octets = recordOctets(record);
    const at = this.head & (this.capacity - 1);
    const toEnd = this.capacity - at;
    const needed = octets <= toEnd ? octets : toEnd + octets;
    const used = (this.head - Atomics.load(this.words, Word.tail)) | 0;
    if (used + needed > this.capacity) {
      Atomics.add(this.words, Word.dropped, 1);
      return false;
    }
    if (octets > toEnd) {
      this.views.putGap(at, toEnd);
      writeLogRecord(this.views, 0, octets, record);
    } else {
      writeLogRecord(this.views, at, octets, record);
    }
    this.head = (this.head + needed) | 0;
    return true;
  }

  /** Show the reader all that has been appended; once per batch. */
  publish(): void {
    if (Atomics.load(this.words, Word.head) === this.head) return;
    Atomics.store(this.words, Word.head, this.head);
    // Both sides store first and then look (sequentially consistent), so one of them sees the other: no record is slept on.
    const sleeping = Atomics.load(this.words, Word.sleeping);
    if (sleeping === Sleep.awake || (sleeping === Sleep.untilHalfFull && !isHalfFull(this.words, this.capacity)))
      return;
    Atomics.store(this.words, Word.sleeping, Sleep.awake);
    Atomics.notify(this.words, Word.sleeping);
  }
}

export class LogRingReader {
  private readonly words: Int32Array;
  private readonly views: LogViews;
  private readonly stored: StoredLogRecord;
  private readonly capacity: number;

  constructor(ring: SharedArrayBuffer) {
    this.words = new Int32Array(ring, 0, headerOctets / 4);
    this.views = new LogViews(ring, headerOctets);
    this.stored = new StoredLogRecord(this.views);
    this.capacity = ring.byteLength - headerOctets;
  }

  isEmpty(): boolean {
    return Atomics.load(this.words, Word.tail) === Atomics.load(this.words, Word.head);
  }

  /** Give copies of at most `limit` records to `take`, oldest first, and free their room. Returns how many. */
  read(take: (entry: QueryLogEntry) => void, limit = Number.POSITIVE_INFINITY): number {
    return this.readStored((record) => take(copyLogRecord(record)), limit);
  }

  /**
   * The same without copies: `take` gets one object again and again, which it must not keep. Only what was published before is
   * read, so it ends however fast the writer is. Makes no object per record.
   */
  readStored(take: (record: StoredLogRecord) => void, limit = Number.POSITIVE_INFINITY): number {
    const { words, views, stored, capacity } = this;
    const head = Atomics.load(words, Word.head);
    let tail = Atomics.load(words, Word.tail);
    let freed = tail;
    let count = 0;
    while (tail !== head && count < limit) {
      const at = tail & (capacity - 1);
      const octets = views.octetsAt(at);
      assert(octets >= 8 && octets <= capacity - at, 'a log record lies inside its ring');
      if (!views.isGapAt(at)) {
        assert(octets <= maxLogRecordOctets, 'a log record has a bounded length');
        stored.moveTo(at);
        take(stored);
        count++;
      }
      tail = (tail + octets) | 0;
      if (((tail - freed) | 0) >= freeStepOctets) {
        Atomics.store(words, Word.tail, tail);
        freed = tail;
      }
    }
    Atomics.store(words, Word.tail, tail);
    return count;
  }

  /** How many records were dropped since the last call. */
  takeDropped(): number {
    return Atomics.exchange(this.words, Word.dropped, 0);
  }

  /** Sleep until the writer publishes. `undefined` where there is something to read already. For `waitForRecords`. */
  sleep(timeoutMs: number): Promise<unknown> | undefined {
    Atomics.store(this.words, Word.sleeping, Sleep.untilRecord);
    return this.isEmpty() ? this.wait(Sleep.untilRecord, timeoutMs) : this.stayAwake();
  }

  /** Let records gather: sleep until the ring is half full. `undefined` where it is. For `waitForMany`. */
  nap(timeoutMs: number): Promise<unknown> | undefined {
    Atomics.store(this.words, Word.sleeping, Sleep.untilHalfFull);
    return isHalfFull(this.words, this.capacity) ? this.stayAwake() : this.wait(Sleep.untilHalfFull, timeoutMs);
  }

  /** End a `sleep` or `nap`, whoever sleeps. */
  wake(): void {
    Atomics.store(this.words, Word.sleeping, Sleep.awake);
    Atomics.notify(this.words, Word.sleeping);
  }

  private stayAwake(): undefined {
    Atomics.store(this.words, Word.sleeping, Sleep.awake);
  }

  private wait(state: number, timeoutMs: number): Promise<unknown> | undefined {
    const waiting = Atomics.waitAsync(this.words, Word.sleeping, state, timeoutMs);
    return waiting.async ? waiting.value : undefined;
  }
}

function isHalfFull(words: Int32Array, capacity: number): boolean {
  return ((Atomics.load(words, Word.head) - Atomics.load(words, Word.tail)) | 0) >= capacity / 2;
}

/**
 * Wait until one of the rings has something to read, or for `timeoutMs`. The wait alone does not keep a thread's event loop
 * alive (V8's `waitAsync` is no handle of libuv): the logger's message port does.
 */
export function waitForRecords(readers: readonly LogRingReader[], timeoutMs: number): Promise<void> {
  return waitForAny(readers, (reader) => reader.sleep(timeoutMs));
}

/** Wait for `timeoutMs`, less where one of the rings becomes half full: the writer then wakes its reader once for many records. */
export function waitForMany(readers: readonly LogRingReader[], timeoutMs: number): Promise<void> {
  return waitForAny(readers, (reader) => reader.nap(timeoutMs));
}

async function waitForAny(
  readers: readonly LogRingReader[],
  begin: (reader: LogRingReader) => Promise<unknown> | undefined,
): Promise<void> {
  const sleeps: Promise<unknown>[] = [];
  for (const reader of readers) {
    const sleep = begin(reader);
    if (sleep === undefined) break;
    sleeps.push(sleep);
  }
  if (sleeps.length === readers.length) await Promise.race(sleeps);
  // The other sleeps would otherwise pile up, one per round.
  for (const reader of readers) reader.wake();
}
