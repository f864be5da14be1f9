import { describe, expect, it } from 'vitest';
import { AxfrWriter } from '../../../../src/transfer/out/axfr-writer.ts';
import { notYet, tooLarge, usualMessageOctets } from '../../../../src/transfer/out/transfer-writer.ts';
import { Type } from '../../../../src/wire/codes.ts';
import type { ParsedRecord } from '../../../../src/zonefile/record-sink.ts';
import { record } from '../../store/zone-fixture.ts';
import {
  nameRdata,
  readMessages,
  recordsOf,
  soaRecordData,
  type TransferZone,
  transferZone,
} from './transfer-fixture.ts';

const soa = record('zone.test.', Type.soa, soaRecordData(7));
const ns = record('zone.test.', Type.ns, nameRdata([], 'ns1.zone.test.'));
const hosts = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    record(`host${i}.zone.test.`, Type.a, [10, i >> 16, (i >> 8) & 255, i & 255]),
  );

function zoneOf(...records: readonly ParsedRecord[]): TransferZone {
  return transferZone('zone.test.', [soa, ns, ...records]);
}

function writerOf({ reader, version, head }: TransferZone, opt = new Uint8Array(0)): AxfrWriter {
  return new AxfrWriter(reader, version, { ...head, opt });
}

describe('AxfrWriter', () => {
  it('sends a zone of a SOA alone as that twice', () => {
    const messages = readMessages(writerOf(transferZone('zone.test.', [soa])), 65_535);
    expect(recordsOf(messages).map(({ type }) => type)).toEqual([Type.soa, Type.soa]);
  });

  it('fills messages as far as pointers reach, and names the question in the first alone', () => {
    const writer = writerOf(zoneOf(...hosts(5000)));
    const messages = readMessages(writer, 65_535);
    expect(writer.records).toBe(5003);
    expect(messages.length).toBeGreaterThan(5);
    for (const { octets } of messages.slice(0, -1)) {
      expect(octets).toBeLessThanOrEqual(usualMessageOctets);
      expect(octets).toBeGreaterThan(usualMessageOctets - 100);
    }
    expect(messages.map(({ question }) => question.length)).toEqual(messages.map((_, i) => Number(i === 0)));
    expect(new Set(messages.map(({ id, flags }) => `${id} ${flags}`))).toEqual(new Set(['18193 33792']));
  });

  it('takes 16 octets and the label for an address, as the apex and the owner before are pointed at', () => {
    const [message] = readMessages(writerOf(transferZone('zone.test.', [soa])), 65_535);
    const [longer] = readMessages(
      writerOf(
        transferZone('zone.test.', [
          soa,
          record('a.zone.test.', Type.a, [10, 0, 0, 1]),
          record('a.zone.test.', Type.a, [10, 0, 0, 2]),
          record('_sip._udp.a.zone.test.', Type.txt, [0]),
        ]),
      ),
      65_535,
    );
    // Owners: label and pointer, pointer, two labels and pointer; each with 10 octets and its data.
    expect((longer?.octets ?? 0) - (message?.octets ?? 0)).toBe(2 + 2 + 14 + 2 + 14 + 10 + 2 + 11);
  });

  it('points names in data at the owner and at each other', () => {
    const [without] = readMessages(writerOf(zoneOf()), 65_535);
    const delegation = ['sub', 'other'].flatMap((name) => [
      record(`${name}.zone.test.`, Type.ns, nameRdata([], 'ns1.host.example.')),
      record(`${name}.zone.test.`, Type.ns, nameRdata([], `ns.${name}.zone.test.`)),
    ]);
    const [message] = readMessages(writerOf(zoneOf(...delegation)), 65_535);
    const owners = 4 + 2 + 2 + 6 + 2 + 2;
    const data = 'ns1.host.example.'.length + 1 + 2 + (3 + 2) + (3 + 2);
    expect((message?.octets ?? 0) - (without?.octets ?? 0)).toBe(owners + 4 * 10 + data);
  });

  it('puts OPT into each message (RFC 9103 §6.3.4), and keeps room for it', () => {
    const opt = Uint8Array.of(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0);
    const messages = readMessages(writerOf(zoneOf(...hosts(200)), opt), 1000);
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.every(({ edns, octets }) => edns?.udpOctets === 1232 && octets <= 1000)).toBe(true);
  });

  it('gives a record that is longer than messages usually are a longer one', () => {
    const long = record('long.zone.test.', 65_280, new Uint8Array(60_000).fill(7));
    const messages = readMessages(writerOf(zoneOf(long, ...hosts(3))), 65_535);
    expect(recordsOf(messages)).toHaveLength(7);
    expect(messages.find(({ octets }) => octets > 60_000)?.answer[0]?.type).toBe(65_280);
    expect(messages.filter(({ octets }) => octets > usualMessageOctets)).toHaveLength(1);
  });

  it('says when one fits in no message', () => {
    const writer = writerOf(zoneOf(record('long.zone.test.', 65_280, new Uint8Array(65_535))));
    const out = new Uint8Array(65_535);
    const said: number[] = [];
    for (let i = 0; i < 5; i++) said.push(writer.next(out, 0, out.length));
    expect(said[0]).toBe(notYet);
    expect(said[1]).toBeGreaterThan(0);
    expect(said.slice(2)).toEqual([tooLarge, tooLarge, tooLarge]);
  });

  it('goes on with the version that is held while others are published', () => {
    const { store, reader, version, head } = transferZone('zone.test.', [soa, ns, ...hosts(3000)]);
    const writer = new AxfrWriter(reader, version, head);
    const out = new Uint8Array(65_535);
    while (writer.next(out, 0, 2000) === notYet);
    const before = writer.records;
    for (let serial = 8; serial < 12; serial++) {
      const change = store.startChange(0);
      for (const host of hosts(3000)) change.removeRecord(host);
      change.removeRecord(record('zone.test.', Type.soa, soaRecordData(serial - 1)));
      change.addRecord(record('zone.test.', Type.soa, soaRecordData(serial)));
      for (const host of hosts(serial)) change.addRecord({ ...host, ttlSeconds: serial });
      store.publish(0, change.finish());
    }
    const rest = recordsOf(readMessages(writer, 65_535));
    expect(before + rest.length).toBe(3003);
    expect(rest.every(({ ttl }) => ttl === 300)).toBe(true);
    expect(Buffer.from(rest.at(-1)?.rdata ?? []).readUInt32BE((rest.at(-1)?.rdata.length ?? 0) - 20)).toBe(7);
  });
});
