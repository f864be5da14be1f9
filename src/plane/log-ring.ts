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
  type LogRecord,
  maxLogRecordOctets,
  type QueryLogEntry,
  readLogRecord,
  recordOctets,
  writeLogRecord,
} from './log-record.ts';
import { LogViews } from './log-views.ts';

const Word = { head: 0, tail: 1, dropped: 2, sleeping: 3 } as const;
const headerOctets = 64;

/** Make a ring whose data part has `octets` octets: a power of two, 4,096 or more. 1 MiB holds some ten thousand queries. */
export function createLogRing(octets = 1_048_576): SharedArrayBuffer {
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
    if (Atomics.load(this.words, Word.sleeping) !== 0) {
      Atomics.store(this.words, Word.sleeping, 0);
      Atomics.notify(this.words, Word.sleeping);
    }
  }
}

export class LogRingReader {
  private readonly words: Int32Array;
  private readonly views: LogViews;
  private readonly capacity: number;

  constructor(ring: SharedArrayBuffer) {
    this.words = new Int32Array(ring, 0, headerOctets / 4);
    this.views = new LogViews(ring, headerOctets);
    this.capacity = ring.byteLength - headerOctets;
  }

  isEmpty(): boolean {
    return Atomics.load(this.words, Word.tail) === Atomics.load(this.words, Word.head);
  }

  /** Give at most `limit` records to `take`, oldest first, and free their room. Returns how many. */
  read(take: (entry: QueryLogEntry) => void, limit = 1000): number {
    const head = Atomics.load(this.words, Word.head);
    let tail = Atomics.load(this.words, Word.tail);
    let count = 0;
    while (tail !== head && count < limit) {
      const at = tail & (this.capacity - 1);
      const octets = this.views.octetsAt(at);
      assert(octets >= 8 && octets <= this.capacity - at, 'a log record lies inside its ring');
      if (!this.views.isGapAt(at)) {
        assert(octets <= maxLogRecordOctets, 'a log record has a bounded length');
        take(readLogRecord(this.views, at));
        count++;
      }
      tail = (tail + octets) | 0;
      // After each record: the writer may use its room while the next one is formatted.
      Atomics.store(this.words, Word.tail, tail);
    }
    return count;
  }

  /** How many records were dropped since the last call. */
  takeDropped(): number {
    return Atomics.exchange(this.words, Word.dropped, 0);
  }

  /** Sleep until the writer publishes. `undefined` where there is something to read already. For `waitForRecords`. */
  sleep(timeoutMs: number): Promise<unknown> | undefined {
    Atomics.store(this.words, Word.sleeping, 1);
    if (!this.isEmpty()) {
      Atomics.store(this.words, Word.sleeping, 0);
      return undefined;
    }
    const waiting = Atomics.waitAsync(this.words, Word.sleeping, 1, timeoutMs);
    return waiting.async ? waiting.value : undefined;
  }

  /** End a `sleep`, whoever sleeps. */
  wake(): void {
    Atomics.store(this.words, Word.sleeping, 0);
    Atomics.notify(this.words, Word.sleeping);
  }
}

/**
 * Wait until one of the rings has something to read, or for `timeoutMs`. The wait alone does not keep a thread's event loop
 * alive (V8's `waitAsync` is no handle of libuv): the logger's message port does.
 */
export async function waitForRecords(readers: readonly LogRingReader[], timeoutMs: number): Promise<void> {
  const sleeps: Promise<unknown>[] = [];
  for (const reader of readers) {
    const sleep = reader.sleep(timeoutMs);
    if (sleep === undefined) break;
    sleeps.push(sleep);
  }
  if (sleeps.length === readers.length) await Promise.race(sleeps);
  // The other sleeps would otherwise pile up, one per round.
  for (const reader of readers) reader.wake();
}
