/**
 * The log thread as it is, fed at a steady rate while its file rotates. RINGZONE_LOG_SECONDS says how long: what a change's own run
 * takes fits into the ring, so that a slow machine can't fail it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FromLogThread, LogThreadStart } from '../../../src/control/log/log-messages.ts';
import type { ChannelConfig } from '../../../src/control/log/logging-config.ts';
import { LogRecord } from '../../../src/plane/rings/log-record.ts';
import { createLogRing, LogRingWriter } from '../../../src/plane/rings/log-ring.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';

const ratePerSecond = 100_000;
const seconds = Number(process.env.RINGZONE_LOG_SECONDS ?? '0.3');
const count = Math.round(ratePerSecond * seconds);
const versions = 3;
/** Some ten files or more, not thousands. */
const sizeOctets = seconds < 1 ? 250_000 : 5_000_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-log-load-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function channel(name: string, kept: number): ChannelConfig {
  return {
    name,
    destination: { kind: 'file', path: join(folder, name), versions: kept, sizeOctets },
    severity: 'info',
    printTime: 'local',
    printSeverity: true,
    printCategory: true,
  };
}

/** Give the ring what is due by the clock, until all is given. Resolves to how many found no room. */
async function feed(ring: SharedArrayBuffer): Promise<number> {
  const writer = new LogRingWriter(ring);
  const record = new LogRecord();
  record.qtype = 33;
  record.qclass = 1;
  let dropped = 0;
  const startMs = performance.now();
  for (let given = 0; given < count; ) {
    const due = Math.ceil(((performance.now() - startMs) * ratePerSecond) / 1000);
    // After a pause of this process not all at once.
    const until = Math.min(count, due, given + 1000);
    for (; given < until; given++) {
      record.timeMs = Date.now();
      record.qname = wireNameFrom(`n${given}.test.`);
      record.qnameOctets = record.qname.length;
      if (!writer.append(record)) dropped++;
      // A worker's batch.
      if (given % 64 === 0) writer.publish();
    }
    writer.publish();
    await sleep(1);
  }
  return dropped;
}

/** The numbers in the names of the questions of a file. */
function numbersIn(name: string): readonly number[] {
  const text = readFileSync(join(folder, name), 'utf8');
  return [...text.matchAll(/query: n(\d+)\.test IN SRV/g)].map(([, number]) => Number(number));
}

test(`${count} questions at ${ratePerSecond} a second: rotation loses none and keeps ${versions} old files`, {
  timeout: 60_000 + 4000 * seconds,
}, async () => {
  const ring = createLogRing();
  const workerData: LogThreadStart = {
    logging: {
      channels: [channel('all', Number.POSITIVE_INFINITY), channel('some', versions)],
      categories: { queries: ['all', 'some'] },
    },
    sources: [{ ring, object: '0x7f0000000000' }],
    owner: undefined,
    debugLevel: 0,
  };
  const thread = new Worker(new URL('../../../src/control/log-thread.ts', import.meta.url), { workerData });
  const told: FromLogThread[] = [];
  const configured = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  thread.on('message', (message: FromLogThread) => {
    told.push(message);
    if (message.kind === 'configured') configured.resolve();
    if (message.kind === 'stopped') stopped.resolve();
  });
  await configured.promise;
  const dropped = await feed(ring);
  thread.postMessage({ kind: 'stop' });
  await stopped.promise;
  await thread.terminate();

  expect(dropped).toBe(0);
  expect(told.map(({ kind }) => kind)).toEqual(['configured', 'stopped']);
  const names = readdirSync(folder);
  const seen = new Uint8Array(count);
  for (const name of names.filter((name) => name.startsWith('all')))
    for (const number of numbersIn(name)) seen[number] = (seen[number] ?? 0) + 1;
  expect(seen.every((times) => times === 1)).toBe(true);
  expect(names.filter((name) => name.startsWith('some')).toSorted()).toEqual(['some', 'some.0', 'some.1', 'some.2']);
  const kept = ['some.2', 'some.1', 'some.0', 'some'].flatMap(numbersIn);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => count - kept.length + i));
});
