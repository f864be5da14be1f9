import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { LogFlag, LogKind, LogRecord, type QueryLogEntry } from '../../../../src/plane/rings/log-record.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../../src/plane/rings/log-ring.ts';
import { waitForMany, waitForRecords } from '../../../../src/plane/rings/record-ring.ts';

function readAll(reader: LogRingReader): QueryLogEntry[] {
  const entries: QueryLogEntry[] = [];
  reader.read((entry) => entries.push(entry));
  return entries;
}

function numbered(time: number, qnameOctets = 16): LogRecord {
  const record = new LogRecord();
  record.timeMs = time;
  record.qname = new Uint8Array(256).fill(time & 255);
  record.qnameOctets = qnameOctets;
  return record;
}

describe('the log ring', () => {
  it('carries every field', () => {
    const ring = createLogRing(4096);
    const writer = new LogRingWriter(ring);
    const record = new LogRecord();
    const addresses = Uint8Array.from({ length: 40 }, (_, i) => i + 1);
    Object.assign(record, {
      kind: LogKind.queryError,
      timeMs: 1_795_381_060_123.5,
      family: 6,
      client: addresses,
      clientOffset: 3,
      clientPort: 65_535,
      local: addresses,
      localOffset: 20,
      localPort: 53,
      flags: LogFlag.edns | LogFlag.cookiePresent | LogFlag.recursionDesired,
      qtype: 65_280,
      qclass: 1,
      view: 7,
      rcode: 5,
      outcome: 5,
      ednsVersion: 1,
      zoneNumber: 1_000_000,
      responseOctets: 1232,
      qname: Uint8Array.of(3, 0x57, 0x77, 0x57, 0),
      qnameOctets: 5,
      ecs: Uint8Array.of(9, 9, 0, 1, 24, 0, 203, 0, 113),
      ecsOffset: 2,
      ecsOctets: 7,
      keyName: Uint8Array.of(3, 0x4b, 0x65, 0x79, 0),
      keyNameOctets: 5,
      tsigError: 17,
      text: Uint8Array.of(0x61, 0, 0x62),
      textOctets: 3,
    });
    expect(writer.append(record)).toBe(true);
    writer.publish();
    expect(readAll(new LogRingReader(ring))).toEqual([
      {
        kind: LogKind.queryError,
        timeMs: 1_795_381_060_123.5,
        family: 6,
        client: addresses.slice(3, 19),
        clientPort: 65_535,
        local: addresses.slice(20, 36),
        localPort: 53,
        flags: LogFlag.edns | LogFlag.cookiePresent | LogFlag.recursionDesired,
        qtype: 65_280,
        qclass: 1,
        view: 7,
        rcode: 5,
        outcome: 5,
        ednsVersion: 1,
        zoneNumber: 1_000_000,
        responseOctets: 1232,
        qname: Uint8Array.of(3, 0x57, 0x77, 0x57, 0),
        ecs: Uint8Array.of(0, 1, 24, 0, 203, 0, 113),
        keyName: Uint8Array.of(3, 0x4b, 0x65, 0x79, 0),
        tsigError: 17,
        text: Uint8Array.of(0x61, 0, 0x62),
      },
    ]);
  });

  it('shows nothing before it is published', () => {
    const ring = createLogRing(4096);
    const writer = new LogRingWriter(ring);
    const reader = new LogRingReader(ring);
    writer.append(numbered(1));
    expect(reader.ring.isEmpty()).toBe(true);
    writer.publish();
    expect(readAll(reader)).toHaveLength(1);
    expect(readAll(reader)).toHaveLength(0);
  });

  it('drops and counts what finds no room, and goes on when there is room again', () => {
    const ring = createLogRing(4096);
    const writer = new LogRingWriter(ring);
    const reader = new LogRingReader(ring);
    const kept = Array.from({ length: 100 }, (_, i) => writer.append(numbered(i))).filter(Boolean).length;
    writer.publish();
    // 80 fixed octets and 16 of the name make 96.
    expect(kept).toBe(Math.floor(4096 / 96));
    expect(reader.ring.takeDropped()).toBe(100 - kept);
    expect(reader.ring.takeDropped()).toBe(0);
    expect(readAll(reader).map((entry) => entry.timeMs)).toEqual(Array.from({ length: kept }, (_, i) => i));
    expect(writer.append(numbered(1000))).toBe(true);
    writer.publish();
    expect(readAll(reader).map((entry) => entry.timeMs)).toEqual([1000]);
  });

  it('keeps records whole over the end of the ring', () => {
    const ring = createLogRing(4096);
    const writer = new LogRingWriter(ring);
    const reader = new LogRingReader(ring);
    for (let i = 0; i < 300; i++) {
      const qnameOctets = 1 + ((i * 37) % 255);
      writer.append(numbered(i, qnameOctets));
      writer.publish();
      const [entry] = readAll(reader);
      expect([entry?.timeMs, entry?.qname.join()]).toEqual([i, new Uint8Array(qnameOctets).fill(i & 255).join()]);
    }
    expect(reader.ring.takeDropped()).toBe(0);
  });

  it('is read in parts', () => {
    const ring = createLogRing(8192);
    const writer = new LogRingWriter(ring);
    for (let i = 0; i < 10; i++) writer.append(numbered(i));
    writer.publish();
    const reader = new LogRingReader(ring);
    const times: number[] = [];
    expect(reader.read((entry) => times.push(entry.timeMs), 4)).toBe(4);
    expect(reader.read((entry) => times.push(entry.timeMs), 100)).toBe(6);
    expect(times).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('wakes a sleeping reader, whichever of its rings gets something', async () => {
    const rings = [createLogRing(4096), createLogRing(4096)] as const;
    const readers = rings.map((ring) => new LogRingReader(ring));
    const sleepers = readers.map(({ ring }) => ring);
    const writer = new LogRingWriter(rings[1]);
    for (let round = 0; round < 3; round++) {
      const started = performance.now();
      const woken = waitForRecords(sleepers, 10_000);
      setTimeout(() => {
        writer.append(numbered(round));
        writer.publish();
      }, 10);
      await woken;
      expect(performance.now() - started).toBeLessThan(5000);
      expect(readers.map((reader) => readAll(reader).length)).toEqual([0, 1]);
    }
    const started = performance.now();
    await waitForRecords(sleepers, 30);
    expect(performance.now() - started).toBeGreaterThan(20);
  });

  it('lets records gather until it is half full', async () => {
    const ring = createLogRing(4096);
    const reader = new LogRingReader(ring);
    const writer = new LogRingWriter(ring);
    const publish = (records: number) => {
      for (let i = 0; i < records; i++) writer.append(numbered(i));
      writer.publish();
    };
    // Of 96 octets each: 20 are less than half of the ring, 22 are more.
    publish(1);
    let started = performance.now();
    const timed = waitForMany([reader.ring], 40);
    publish(19);
    await timed;
    expect(performance.now() - started).toBeGreaterThan(30);
    started = performance.now();
    const woken = waitForMany([reader.ring], 10_000);
    publish(2);
    await woken;
    await waitForMany([reader.ring], 10_000);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(readAll(reader)).toHaveLength(22);
  });

  it('loses no record but those it counts, with the writer on another thread', async () => {
    const ring = createLogRing(65_536);
    const count = 60_000;
    const worker = new Worker(new URL('./ring-writer.ts', import.meta.url), { workerData: { ring, count } });
    const done = once(worker, 'message').then(() => {
      finished = true;
    });
    let finished = false;
    const reader = new LogRingReader(ring);
    let last = -1;
    let taken = 0;
    let wrong = 0;
    while (!finished || !reader.ring.isEmpty()) {
      taken += reader.read((entry) => {
        const i = entry.timeMs;
        const whole = entry.qname.length === 1 + (i % 255) && entry.qname.every((octet) => octet === (i & 255));
        if (i <= last || !whole) wrong++;
        last = i;
      });
      await waitForRecords([reader.ring], 20);
    }
    await done;
    expect(wrong).toBe(0);
    expect(taken + reader.ring.takeDropped()).toBe(count);
    expect(taken).toBeGreaterThan(100);
    await worker.terminate();
  });
});
