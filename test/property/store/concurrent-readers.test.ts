import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { putU32 } from '../../../src/base/octets.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import type { ParsedRecord } from '../../../src/zonefile/record-sink.ts';
import { addAll, record } from '../../unit/store/zone-fixture.ts';

const apexText = 'busy.test.';
const apex = wireNameFrom(apexText);
const durationMs = 2500;
/** On a busy machine it takes longer until the readers have seen enough to speak of. */
const longestMs = 20_000;
const fewestSerials = 20;
const allNames = Array.from({ length: 120 }, (_, i) => `h${i}.${i % 3 === 0 ? `g${i % 7}.` : ''}${apexText}`);

describe('readers during changes', () => {
  it('see exactly one serial at each look, and what they have left is used again', async () => {
    const store = ZoneStore.create({ maxOctets: 2 ** 28 });
    const [zoneNumber] = store.declareZones([{ view: 0, class: 1, apex }]) as [number];
    const writer = new Writer(store, zoneNumber);
    writer.reload(20);
    // Word 0 stops the readers, words 1 and 2 say how many serials each has seen.
    const progress = new Int32Array(new SharedArrayBuffer(12));
    const results = [0, 1].map((readerIndex) => readInWorker({ arena: store.arena, readerIndex, progress }));

    const start = performance.now();
    const passedMs = () => performance.now() - start;
    const fewestSeen = () => Math.min(Atomics.load(progress, 1), Atomics.load(progress, 2));
    const sawEnough = () => writer.serial > 100 && fewestSeen() >= fewestSerials;
    while (passedMs() < durationMs || (!sawEnough() && passedMs() < longestMs)) {
      for (let i = 0; i < 10; i++) writer.step();
      store.reclaim();
      await new Promise((resolve) => setImmediate(resolve));
    }
    Atomics.store(progress, 0, 1);

    for (const result of await Promise.all(results)) {
      expect(result.problem).toBe('');
      expect(result.serials).toBeGreaterThanOrEqual(fewestSerials);
    }
    expect(writer.serial).toBeGreaterThan(100);
    store.reclaim();
    expect(store.waitingPieces).toBe(0);
    writer.reload(20);
    store.reclaim();
    // One zone of 21 names is left of hundreds of versions; the arena never had room for more than a few large ones.
    expect(store.usedOctets).toBeLessThan(16_384);
    expect(store.arena.byteLength).toBeLessThan(2 ** 25);
  });

  it('keep what they hold, however much is published in between', () => {
    const store = ZoneStore.create({ maxOctets: 2 ** 26 });
    const [zoneNumber] = store.declareZones([{ view: 0, class: 1, apex }]) as [number];
    const writer = new Writer(store, zoneNumber);
    writer.reload(20);
    const { reader } = store;
    const held = { version: store.currentVersion(zoneNumber), serial: writer.serial };
    reader.enter();
    for (let i = 0; i < 50; i++) writer.step();
    expect(store.waitingPieces).toBeGreaterThan(0);
    expect(reader.versionSerial(held.version)).toBe(held.serial);
    reader.leave();
    store.reclaim();
    expect(store.waitingPieces).toBe(0);
  });
});

interface Result {
  readonly serials: number;
  readonly problem: string;
}

function readInWorker(work: { arena: SharedArrayBuffer; readerIndex: number; progress: Int32Array }): Promise<Result> {
  const workerData = { ...work, apex: apexText, names: allNames };
  const worker = new Worker(new URL('./reading-worker.ts', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** Publishes one serial after the other: by changes, by small reloads, now and then by one that makes the arena grow. */
class Writer {
  serial = 0;
  private readonly store: ZoneStore;
  private readonly zoneNumber: number;
  private readonly names = new Set<string>();
  private random = 42;

  constructor(store: ZoneStore, zoneNumber: number) {
    this.store = store;
    this.zoneNumber = zoneNumber;
  }

  step(): void {
    if (this.serial % 40 === 39) this.reload(20);
    else if (this.serial % 100 === 50) this.reload(20, 4000);
    else this.change(this.draw(5) !== 0);
  }

  reload(nameCount: number, paddingCount = 0): void {
    this.serial++;
    this.names.clear();
    for (let i = 0; i < nameCount; i++) this.names.add(this.drawName());
    const builder = this.store.startZone(apex, 1);
    addAll(builder, this.apexRecords());
    addAll(
      builder,
      [...this.names].map((name) => this.text(name)),
    );
    for (let i = 0; i < paddingCount; i++) builder.addRecord(record(`pad${i}.${apexText}`, Type.a, [1, 2, 3, 4]));
    this.store.publish(this.zoneNumber, builder.finish());
  }

  /** All names get the next serial; some go, some come. Some changes are given up at the end. */
  private change(isPublished: boolean): void {
    const change = this.store.startChange(this.zoneNumber);
    const before = [...this.names];
    for (const name of [apexText, ...before]) change.removeName(wireNameFrom(name));
    this.serial++;
    for (const name of before) if (this.draw(6) === 0) this.names.delete(name);
    for (let i = this.draw(6); i > 0; i--) this.names.add(this.drawName());
    addAll(change, this.apexRecords());
    addAll(
      change,
      [...this.names].map((name) => this.text(name)),
    );
    if (isPublished) {
      this.store.publish(this.zoneNumber, change.finish());
      return;
    }
    this.store.discard(change.finish());
    this.names.clear();
    for (const name of before) this.names.add(name);
  }

  private apexRecords(): ParsedRecord[] {
    const soa = new Uint8Array(22);
    putU32(soa, 2, this.serial);
    putU32(soa, 18, this.names.size);
    return [record(apexText, Type.soa, soa), record(apexText, Type.nsec, [0, 0, 1, 0x40])];
  }

  private text(name: string): ParsedRecord {
    const rdata = new Uint8Array(4 + this.draw(60));
    putU32(rdata, 0, this.serial);
    return record(name, Type.txt, rdata);
  }

  private drawName(): string {
    return allNames[this.draw(allNames.length)] as string;
  }

  private draw(count: number): number {
    this.random = (Math.imul(this.random, 1103515245) + 12345) & 0x7fffffff;
    return (this.random >>> 8) % count;
  }
}
