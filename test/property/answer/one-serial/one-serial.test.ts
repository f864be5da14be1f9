/** Readers run during random zone changes: every answer is the answer of exactly one serial. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { type BuiltZone, ZoneStore } from '../../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { parseZone } from '../../../../src/zonefile/parse-zone.ts';
import type { RecordSink } from '../../../../src/zonefile/record-sink.ts';
import { openFromMemory } from '../../../../src/zonefile/zone-source.ts';
import { Random } from '../../../interop/differential/random.ts';
import { apex, zoneLines } from './model.ts';
import type { ReaderData, ReaderReport } from './reader-thread.ts';

const apexName = wireNameFrom(apex);
const runMs = 4000;
const readerCount = 2;

it('never mixes two serials in one answer', { timeout: 30_000 }, async () => {
  const seed = Number(process.env.RINGZONE_SEED);
  const store = ZoneStore.create();
  const [number] = store.declareZones([{ view: 0, class: 1, apex: apexName }]) as [number];
  store.publish(number, buildZone(store, 1));
  const shared = new Int32Array(new SharedArrayBuffer(4 * (3 + readerCount)));
  shared.set([1, 1, 0]);
  const readers = Array.from({ length: readerCount }, (_, index) => {
    const workerData = {
      arena: store.arena,
      readerIndex: index,
      seed: seed + index,
      words: shared.buffer,
    } as ReaderData;
    return new Worker(new URL('./reader-thread.ts', import.meta.url), { workerData });
  });
  const reports = readers.map((reader) => once(reader, 'message') as Promise<[ReaderReport]>);
  // A thread that is online has not yet loaded its code.
  while (slowest(shared) === 0) await new Promise((resolve) => setTimeout(resolve, 10));

  const last = await changeZone(store, number, shared, new Random(seed));
  Atomics.store(shared, 2, 1);
  const told = (await Promise.all(reports)).map(([report]) => report);
  console.info(
    `seed ${seed}: ${last} serials, ${told.map((r) => `${r.answers} answers of ${r.serialsSeen} serials`).join(', ')}`,
  );
  expect(told.flatMap((report) => report.wrong)).toEqual([]);
  for (const report of told) {
    expect(report.answers).toBeGreaterThan(100);
    expect(report.serialsSeen).toBeGreaterThanOrEqual(5);
  }
  // What the old versions held is used again: without that, thousands of them would stay.
  store.reclaim();
  expect(store.usedOctets).toBeLessThan(2 ** 22);
});

/** Publish serial after serial, mostly as changes, sometimes as a whole new zone. */
async function changeZone(store: ZoneStore, zone: number, shared: Int32Array, random: Random): Promise<number> {
  const end = Date.now() + runMs;
  let serial = 1;
  const latest = end + 4 * runMs;
  // On a machine that is busy, until there is something to judge.
  while (Date.now() < end || (slowest(shared) < 500 && Date.now() < latest)) {
    const next = serial + 1;
    const built = random.chance(15) ? buildZone(store, next) : deriveZone(store, zone, serial, next);
    Atomics.store(shared, 0, next);
    store.publish(zone, built);
    Atomics.store(shared, 1, next);
    store.reclaim();
    serial = next;
    // Bursts and pauses.
    if (random.chance(30)) await new Promise((resolve) => setTimeout(resolve, random.below(4)));
  }
  return serial;
}

/** Answers of the reader that has made the fewest. */
function slowest(shared: Int32Array): number {
  return Math.min(...shared.subarray(3));
}

function buildZone(store: ZoneStore, serial: number): BuiltZone {
  const builder = store.startZone(apexName, 1);
  addLines(zoneLines(serial), builder);
  return builder.finish();
}

function deriveZone(store: ZoneStore, zone: number, from: number, to: number): BuiltZone {
  const before = new Set(zoneLines(from));
  const after = new Set(zoneLines(to));
  const change = store.startChange(zone);
  addLines([...before.difference(after)], { addRecord: (record) => expect(change.removeRecord(record)).toBe(true) });
  addLines([...after.difference(before)], change);
  return change.finish();
}

function addLines(lines: readonly string[], sink: RecordSink): void {
  const open = openFromMemory(new Map([['zone', `${lines.join('\n')}\n`]]));
  parseZone({
    file: 'zone',
    apex: apexName,
    open,
    sink,
    onDiagnostic: (diagnostic) => expect.unreachable(diagnostic.message),
  });
}
