/**
 * A ring of records from one thread (the only writer) to another (the only reader) in shared memory. What a record holds is its
 * users' affair: log-ring.ts, tap-ring.ts.
 *
 * The writer never waits: a record that finds no room is dropped and counted. It makes no object and costs one atomic
 * store per batch (`publish`); only a reader that sleeps is notified.
 *
 *     words 0..15   head, tail (octets written and read so far, modulo 2^32), dropped, sleeping, dropped since the start; spare
 *     data          records, each a multiple of 8 octets and never split at the end of the ring
 */
import { assert } from '../../base/assert.ts';
import { LogViews } from './log-views.ts';

const Word = { head: 0, tail: 1, dropped: 2, sleeping: 3, droppedInAll: 4 } as const;
/** States of the word `sleeping`: which publishing wakes the reader. */
const Sleep = { awake: 0, untilRecord: 1, untilHalfFull: 2 } as const;
const headerOctets = 64;
/** The reader gives room back in steps of this, not with an atomic store for each record. */
const freeStepOctets = 16_384;

/** Make a ring whose data part has `octets` octets: a power of two, 4,096 or more. Pages become resident as they are first written. */
export function createRing(octets: number): SharedArrayBuffer {
  assert(octets >= 4096 && (octets & (octets - 1)) === 0, 'a ring is a power of two');
  return new SharedArrayBuffer(headerOctets + octets);
}

/** How many records have found no room since the ring was made, modulo 2^32: for who looks on. */
export function countDropped(ring: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(ring, 0, headerOctets / 4), Word.droppedInAll) >>> 0;
}

export class RingWriter {
  /** To write records with, their heads first. */
  readonly views: LogViews;
  private readonly words: Int32Array;
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

  /**
   * Take room for a record of so many octets, a multiple of 8. Returns its place, -1 where it is dropped. The reader sees it after
   * `publish`; till then it must have been written whole.
   */
  reserve(octets: number): number {
    const at = this.head & (this.capacity - 1);
    const toEnd = this.capacity - at;
    const needed = octets <= toEnd ? octets : toEnd + octets;
    const used = (this.head - Atomics.load(this.words, Word.tail)) | 0;
    if (used + needed > this.capacity) {
      Atomics.add(this.words, Word.dropped, 1);
      Atomics.add(this.words, Word.droppedInAll, 1);
      return -1;
    }
    this.head = (this.head + needed) | 0;
    if (octets <= toEnd) return at;
    this.views.putGap(at, toEnd);
    return 0;
  }

  /** Show the reader all that has been written; once per batch. */
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

export class RingReader {
  readonly views: LogViews;
  private readonly words: Int32Array;
  private readonly capacity: number;
  private readonly maxOctets: number;
  /** Between `begin` and `end`: how far is published, how far has been read, and how far the writer knows of it. */
  private head = 0;
  private tail = 0;
  private freed = 0;

  /** `maxOctets`: no record of this ring is longer. */
  constructor(ring: SharedArrayBuffer, maxOctets: number) {
    this.words = new Int32Array(ring, 0, headerOctets / 4);
    this.views = new LogViews(ring, headerOctets);
    this.capacity = ring.byteLength - headerOctets;
    this.maxOctets = maxOctets;
  }

  isEmpty(): boolean {
    return Atomics.load(this.words, Word.tail) === Atomics.load(this.words, Word.head);
  }

  /** Begin to read what is published now, and no more: so it ends however fast the writer is. */
  begin(): void {
    this.head = Atomics.load(this.words, Word.head);
    this.tail = Atomics.load(this.words, Word.tail);
    this.freed = this.tail;
  }

  /** The place of the next record, oldest first; -1 where there is none. The one before may be overwritten from now on. */
  next(): number {
    const { words, views, capacity, head } = this;
    if (((this.tail - this.freed) | 0) >= freeStepOctets) {
      Atomics.store(words, Word.tail, this.tail);
      this.freed = this.tail;
    }
    while (this.tail !== head) {
      const at = this.tail & (capacity - 1);
      const octets = views.octetsAt(at);
      assert(octets >= 8 && octets <= capacity - at, 'a record lies inside its ring');
      this.tail = (this.tail + octets) | 0;
      if (views.isGapAt(at)) continue;
      assert(octets <= this.maxOctets, 'a record has a bounded length');
      return at;
    }
    return -1;
  }

  /** Give back the room of all that `next` has given. */
  end(): void {
    Atomics.store(this.words, Word.tail, this.tail);
  }

  /** Leave out all that is published now, whatever it is. */
  skip(): void {
    Atomics.store(this.words, Word.tail, Atomics.load(this.words, Word.head));
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
 * alive (V8's `waitAsync` is no handle of libuv): the reading thread's message port does.
 */
export function waitForRecords(readers: readonly RingReader[], timeoutMs: number): Promise<void> {
  return waitForAny(readers, (reader) => reader.sleep(timeoutMs));
}

/** Wait for `timeoutMs`, less where one of the rings becomes half full: the writer then wakes its reader once for many records. */
export function waitForMany(readers: readonly RingReader[], timeoutMs: number): Promise<void> {
  return waitForAny(readers, (reader) => reader.nap(timeoutMs));
}

async function waitForAny(
  readers: readonly RingReader[],
  begin: (reader: RingReader) => Promise<unknown> | undefined,
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
