import { describe, expect, test } from 'vitest';
import { maxMessageOctets } from '../../../../src/base/limits.ts';
import { type StoredTap, TapProtocol, TapType } from '../../../../src/plane/rings/tap-record.ts';
import { createTapRing, TapRingReader, TapRingWriter } from '../../../../src/plane/rings/tap-ring.ts';

const allTypes = Object.values(TapType).reduce((set, type) => set | (1 << type), 0);

const ends = {
  family: 6,
  octets: Uint8Array.from({ length: 24 }, (_, i) => i + 1),
  offset: 8,
  port: 65_535,
  local: Uint8Array.from({ length: 17 }, (_, i) => 100 + i),
  localOffset: 1,
} as const;

function fill(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 255);
}

function copy(record: StoredTap) {
  const { octets, family, messageOffset, messageOctets, apexOffset, apexOctets, clientOffset, localOffset } = record;
  const addressOctets = family === 4 ? 4 : 16;
  const take = (at: number, length: number) => octets.slice(at, at + length);
  return {
    type: record.type,
    timeMs: record.timeMs,
    family,
    protocol: record.protocol,
    client: take(clientOffset, addressOctets),
    clientPort: record.clientPort,
    local: take(localOffset, addressOctets),
    localPort: record.localPort,
    apex: take(apexOffset, apexOctets),
    message: take(messageOffset, messageOctets),
  };
}

function readAll(reader: TapRingReader): ReturnType<typeof copy>[] {
  const records: ReturnType<typeof copy>[] = [];
  reader.read((record) => {
    records.push(copy(record));
    return true;
  });
  return records;
}

describe('the ring of messages for dnstap', () => {
  test('carries every field', () => {
    const ring = createTapRing(4096);
    const writer = new TapRingWriter({ ring, types: allTypes });
    const message = fill(40, 3);
    const apex = Uint8Array.of(1, 0x61, 0, 9, 9);
    writer.append(TapType.authResponse, 1_795_409_242_983.5, ends, 853, TapProtocol.dot, message, 5, 30, apex, 3);
    const ipv4 = { ...ends, family: 4 } as const;
    writer.append(TapType.updateQuery, 1, ipv4, 53, TapProtocol.udp, message, 0, 12);
    const reader = new TapRingReader(ring);
    expect(readAll(reader)).toEqual([]);
    writer.publish();
    expect(readAll(reader)).toEqual([
      {
        type: TapType.authResponse,
        timeMs: 1_795_409_242_983.5,
        family: 6,
        protocol: TapProtocol.dot,
        client: ends.octets.slice(8, 24),
        clientPort: 65_535,
        local: ends.local.slice(1, 17),
        localPort: 853,
        apex: apex.slice(0, 3),
        message: message.slice(5, 35),
      },
      {
        type: TapType.updateQuery,
        timeMs: 1,
        family: 4,
        protocol: TapProtocol.udp,
        client: ends.octets.slice(8, 12),
        clientPort: 65_535,
        local: ends.local.slice(1, 5),
        localPort: 53,
        apex: new Uint8Array(0),
        message: message.slice(0, 12),
      },
    ]);
  });

  test('holds what is wanted alone', () => {
    const ring = createTapRing(4096);
    const writer = new TapRingWriter({ ring, types: 1 << TapType.updateResponse });
    for (const type of Object.values(TapType)) writer.append(type, 0, ends, 53, TapProtocol.tcp, fill(12, 0), 0, 12);
    writer.publish();
    expect(readAll(new TapRingReader(ring)).map(({ type }) => type)).toEqual([TapType.updateResponse]);
  });

  test('goes round with messages of all lengths, the longest too', () => {
    const ring = createTapRing(131_072);
    const writer = new TapRingWriter({ ring, types: allTypes });
    const reader = new TapRingReader(ring);
    const lengths = [maxMessageOctets, 12, 4096, 30_000, 61, maxMessageOctets, 513, 20_000];
    for (let round = 0; round < 8; round++) {
      for (const length of lengths) {
        const message = fill(length, round);
        writer.append(TapType.authQuery, round, ends, 53, TapProtocol.tcp, message, 0, length);
        writer.publish();
        const messages = readAll(reader).map((record) => record.message);
        expect(messages).toHaveLength(1);
        expect(Buffer.compare(messages[0] ?? new Uint8Array(0), message)).toBe(0);
      }
    }
    expect(reader.ring.takeDropped()).toBe(0);
  });

  test('a full one drops and counts, and goes on when it has been read', () => {
    const ring = createTapRing(4096);
    const writer = new TapRingWriter({ ring, types: allTypes });
    const reader = new TapRingReader(ring);
    // 64 + 16 + 48 = 128 octets: 32 of them.
    for (let i = 0; i < 50; i++) {
      writer.append(TapType.authQuery, i, ends, 53, TapProtocol.udp, fill(64, i), 0, 64);
      writer.publish();
    }
    expect(readAll(reader).map(({ timeMs }) => timeMs)).toEqual(Array.from({ length: 32 }, (_, i) => i));
    expect(reader.ring.takeDropped()).toBe(18);
    expect(reader.ring.takeDropped()).toBe(0);
    writer.append(TapType.authQuery, 99, ends, 53, TapProtocol.udp, fill(64, 1), 0, 64);
    writer.publish();
    expect(readAll(reader).map(({ timeMs }) => timeMs)).toEqual([99]);
  });

  test('a reader that stops goes on behind what it took', () => {
    const ring = createTapRing(4096);
    const writer = new TapRingWriter({ ring, types: allTypes });
    for (let i = 0; i < 5; i++) writer.append(TapType.authQuery, i, ends, 53, TapProtocol.udp, fill(12, i), 0, 12);
    writer.publish();
    const reader = new TapRingReader(ring);
    const times: number[] = [];
    const take = (record: StoredTap) => times.push(record.timeMs) % 2 !== 0;
    expect(reader.read(take)).toBe(2);
    expect(times).toEqual([0, 1]);
    expect(readAll(reader).map(({ timeMs }) => timeMs)).toEqual([2, 3, 4]);
  });
});
