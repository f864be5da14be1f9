import { describe, expect, it } from 'vitest';
import type { Allocator } from '../../../../src/store/memory/allocator.ts';
import { HeaderWord } from '../../../../src/store/memory/arena-layout.ts';
import { diffVersions } from '../../../../src/store/zone-diff.ts';
import { NodeFlag } from '../../../../src/store/zone-reader.ts';
import type { ZoneChange } from '../../../../src/store/zone-store.ts';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import type { ParsedRecord } from '../../../../src/zonefile/record-sink.ts';
import { addAll, nodeOf, record, recordTexts, soa } from '../zone-fixture.ts';

const apex = wireNameFrom('example.');

function loaded(...records: ParsedRecord[]) {
  const store = ZoneStore.create({ maxOctets: 2 ** 26 });
  const [number] = store.declareZones([{ view: 0, class: 1, apex }]) as [number];
  const builder = store.startZone(apex, 1);
  addAll(builder, records);
  store.publish(number, builder.finish());
  const { reader } = store;
  const change = (edit: (change: ZoneChange) => void) => {
    const begun = store.startChange(number);
    edit(begun);
    const zone = begun.finish();
    store.publish(number, zone);
    reader.renew();
    return zone;
  };
  const nodeNamed = (name: string) => nodeOf(reader, store.currentVersion(number), name);
  const texts = (name: string) => (nodeNamed(name) === 0 ? undefined : recordTexts(reader, nodeNamed(name)));
  return { store, number, reader, change, nodeNamed, texts };
}

describe('ZoneChange', () => {
  it('adds and removes single records and sets', () => {
    const zone = loaded(soa('example.', 1), record('a.example.', 1, [1]), record('a.example.', 1, [2]));
    const built = zone.change((change) => {
      expect(change.removeRecord(record('a.example.', 1, [1]))).toBe(true);
      expect(change.removeRecord(record('a.example.', 1, [9]))).toBe(false);
      expect(change.removeRecord(record('none.example.', 1, [1]))).toBe(false);
      change.addRecord(record('a.example.', 1, [3], 60));
      change.addRecord(record('a.example.', 16, [4], 60));
      expect(change.removeRrset(apex, 6)).toBe(true);
      change.addRecord(soa('example.', 2));
    });
    expect(built.serial).toBe(2);
    expect(built.recordCount).toBe(4);
    expect(zone.texts('a.example.')).toEqual(['1 300 02', '1 300 03', '16 60 04']);
    zone.change((change) => expect(change.removeName(wireNameFrom('A.example.'))).toBe(true));
    expect(zone.texts('a.example.')).toBeUndefined();
  });

  it('lets empty non-terminals come and go with what is below them', () => {
    const zone = loaded(soa('example.', 1), record('a.b.c.example.', 1, [1]), record('c.example.', 16, [1]));
    zone.change((change) => change.removeName(wireNameFrom('a.b.c.example.')));
    expect(zone.nodeNamed('b.c.example.')).toBe(0);
    expect(zone.texts('c.example.')).toEqual(['16 300 01']);
    zone.change((change) => change.addRecord(record('*.x.c.example.', 1, [1])));
    expect(zone.reader.nodeFlags(zone.nodeNamed('x.c.example.'))).toBe(
      NodeFlag.emptyNonTerminal | NodeFlag.wildcardChild,
    );
    zone.change((change) => change.removeName(wireNameFrom('c.example.')));
    expect(zone.reader.nodeFlags(zone.nodeNamed('c.example.'))).toBe(NodeFlag.emptyNonTerminal);
    zone.change((change) => change.removeName(wireNameFrom('*.x.c.example.')));
    expect([zone.nodeNamed('x.c.example.'), zone.nodeNamed('c.example.')]).toEqual([0, 0]);
    expect(zone.nodeNamed('example.')).not.toBe(0);
  });

  it('takes memory for the path to what changes alone, and gives it back', () => {
    const hosts = Array.from({ length: 10_000 }, (_, i) => record(`h${i}.example.`, 1, [1]));
    const zone = loaded(soa('example.', 1), ...hosts);
    const edit = (serial: number) => (change: ZoneChange) => {
      change.removeRrset(apex, 6);
      change.addRecord(soa('example.', serial));
      change.removeRrset(wireNameFrom('h77.example.'), 1);
      change.addRecord(record('h77.example.', 1, [serial & 255]));
    };
    expect(zone.change(edit(2)).octets).toBeLessThan(2048);
    const { usedOctets } = zone.store;
    for (let serial = 3; serial < 60; serial++) zone.change(edit(serial));
    expect(zone.store.usedOctets).toBe(usedOctets);
    expect(zone.texts('h77.example.')).toEqual(['1 300 3b']);
  });

  it('goes on when the epochs wrap', () => {
    const zone = loaded(soa('example.', 1));
    const words = new Int32Array(zone.store.arena, 0, 16);
    Atomics.store(words, HeaderWord.epoch, 0x7fff_ffff);
    zone.reader.enter();
    for (let serial = 2; serial < 6; serial++)
      zone.change((change) => change.addRecord(record('a.example.', 1, [serial])));
    expect(zone.store.waitingPieces).toBeGreaterThan(0);
    zone.reader.leave();
    zone.store.reclaim();
    expect(zone.store.waitingPieces).toBe(0);
    Atomics.store(words, HeaderWord.epoch, -1);
    zone.change((change) => change.addRecord(record('b.example.', 1, [1])));
    expect(Atomics.load(words, HeaderWord.epoch)).toBe(1);
  });

  it('works above 2 GiB', () => {
    const store = ZoneStore.create();
    const [number] = store.declareZones([{ view: 0, class: 1, apex }]) as [number];
    takeLowAddresses(store);
    const builder = store.startZone(apex, 1);
    for (let i = 0; i < 3000; i++) builder.addRecord(record(`h${i}.example.`, i % 3 === 0 ? 47 : 1, [0, i & 255]));
    store.publish(number, builder.finish());
    const change = store.startChange(number);
    change.addRecord(record('new.example.', 1, [7]));
    store.publish(number, change.finish());
    const { reader } = store;
    reader.enter();
    const version = store.currentVersion(number);
    expect(version).toBeGreaterThan(2 ** 31);
    for (const name of ['h1.example.', 'h2999.example.', 'new.example.']) {
      expect(nodeOf(reader, version, name)).toBeGreaterThan(2 ** 31);
    }
    expect(recordTexts(reader, nodeOf(reader, version, 'new.example.'))).toEqual(['1 300 07']);
  });
});

describe('diffVersions', () => {
  function differences(before: readonly ParsedRecord[], after: readonly ParsedRecord[]): string[] {
    const { store, number, reader } = loaded(...before);
    const builder = store.startZone(apex, 1);
    addAll(builder, after);
    const zone = builder.finish();
    reader.renew();
    const told: string[] = [];
    const text = (one: ParsedRecord) => `${one.type} ${one.ttlSeconds} ${[...one.rdata.slice(0, one.rdataOctets)]}`;
    diffVersions(reader, store.currentVersion(number), zone.version, {
      removeRecord: (one) => told.push(`- ${text(one)}`),
      addRecord: (one) => told.push(`+ ${text(one)}`),
    });
    return told;
  }

  it('tells the records that went and came', () => {
    const kept = [record('a.example.', 1, [1]), record('a.example.', 1, [2]), record('b.example.', 16, [1])];
    const told = differences(
      [...kept, record('a.example.', 15, [9])],
      [...kept, record('a.example.', 1, [3]), record('a.example.', 28, [4])],
    );
    expect(told).toEqual(['- 15 300 9', '+ 1 300 3', '+ 28 300 4']);
  });

  it('tells a set whole whose TTL or order has changed', () => {
    const one = record('a.example.', 1, [1]);
    const two = record('a.example.', 1, [2]);
    expect(differences([one, two], [two, one])).toEqual(['- 1 300 1', '- 1 300 2', '+ 1 300 2', '+ 1 300 1']);
    expect(differences([one], [{ ...one, ttlSeconds: 60 }])).toEqual(['- 1 300 1', '+ 1 60 1']);
  });

  it('tells nothing of equal zones', () => {
    expect(differences([record('a.example.', 1, [1])], [record('a.example.', 1, [1])])).toEqual([]);
  });
});

/** Take all that lies below 2 GiB, which is address space alone: nothing is written there. */
function takeLowAddresses(store: ZoneStore): void {
  const { allocator } = store as unknown as { allocator: Allocator };
  for (let i = 0; i < 5; i++) allocator.alloc(2 ** 29);
  for (let octets = 2 ** 26; octets >= 1024; octets /= 2) while (allocator.alloc(octets) < 2 ** 31);
}
