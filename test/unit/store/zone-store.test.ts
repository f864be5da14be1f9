import { describe, expect, it } from 'vitest';
import { ZoneReader, ZoneState } from '../../../src/store/zone-reader.ts';
import type { ZoneKey } from '../../../src/store/zone-store.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { addAll, lookup, nodeOf, record, soa } from './zone-fixture.ts';

function key(apex: string, view = 0, zoneClass = 1): ZoneKey {
  return { view, class: zoneClass, apex: wireNameFrom(apex) };
}

function newStore(...keys: ZoneKey[]) {
  const store = ZoneStore.create({ maxOctets: 2 ** 26 });
  const numbers = store.declareZones(keys);
  return { store, numbers, reader: new ZoneReader(store.arena, 0) };
}

function publish(store: ZoneStore, zoneNumber: number, apex: string, serial: number): void {
  const builder = store.startZone(wireNameFrom(apex), 1);
  addAll(builder, [soa(apex, serial), record(`www.${apex}`, 1, [192, 0, 2, 1])]);
  store.publish(zoneNumber, builder.finish());
}

describe('findZone', () => {
  it('finds the zone with the longest apex', () => {
    const { numbers, reader } = newStore(key('example.'), key('a.example.'), key('x.a.example.'));
    reader.enter();
    const find = (name: string) => {
      const zone = reader.findZone(0, 1, lookup(name));
      return zone === 0 ? undefined : numbers.indexOf(reader.zoneNumber(zone));
    };
    expect(['example.', 'b.example.', 'a.example.', 'Y.A.Example.', 'q.x.a.example.', 'test.', '.'].map(find)).toEqual([
      0,
      0,
      1,
      1,
      2,
      undefined,
      undefined,
    ]);
  });

  it('finds the zone above for the DS of an apex', () => {
    const { numbers, reader } = newStore(key('example.'), key('a.example.'));
    reader.enter();
    const name = lookup('a.example.');
    expect(reader.zoneNumber(reader.findZone(0, 1, name, name.labelCount - 1))).toBe(numbers[0]);
  });

  it('finds the root zone, and nothing above it', () => {
    const { reader } = newStore(key('.'), key('org.'));
    reader.enter();
    expect(reader.zoneLabels(reader.findZone(0, 1, lookup('a.com.')))).toBe(0);
    expect(reader.findZone(0, 1, lookup('.'), -1)).toBe(0);
  });

  it('tells views and classes apart', () => {
    const { numbers, reader } = newStore(key('example.'), key('example.', 1), key('example.', 0, 3));
    reader.enter();
    const found = [
      [0, 1],
      [1, 1],
      [0, 3],
      [2, 1],
      [1, 3],
    ].map(([view, zoneClass]) => {
      const zone = reader.findZone(view as number, zoneClass as number, lookup('www.example.'));
      return zone === 0 ? undefined : reader.zoneNumber(zone);
    });
    expect(found).toEqual([...numbers, undefined, undefined]);
  });

  it('works with thousands of zones', () => {
    const apexes = Array.from({ length: 5000 }, (_, i) => `tenant${i}.example.`);
    const { store, numbers, reader } = newStore(...apexes.map((apex) => key(apex)));
    reader.enter();
    for (const [i, apex] of apexes.entries()) {
      expect(reader.zoneNumber(reader.findZone(0, 1, lookup(`sip.${apex}`)))).toBe(numbers[i]);
    }
    for (const [i, apex] of apexes.slice(0, 500).entries()) publish(store, numbers[i] as number, apex, 1);
    const before = store.usedOctets;
    publish(store, numbers[500] as number, apexes[500] as string, 1);
    // A zone of two records: one extent of a kilobyte.
    expect(store.usedOctets - before).toBeLessThanOrEqual(1024);
  });
});

describe('a zone in its states', () => {
  it('has no version until it is loaded, nor when it has expired', () => {
    const { store, numbers, reader } = newStore(key('example.'));
    const [number] = numbers as [number];
    reader.enter();
    const zone = reader.findZone(0, 1, lookup('example.'));
    expect([reader.zoneState(zone), reader.takeVersion(zone)]).toEqual([ZoneState.notLoaded, 0]);
    publish(store, number, 'example.', 5);
    expect(reader.takeVersion(zone)).toBe(0);
    reader.enter();
    expect(reader.versionSerial(reader.takeVersion(zone))).toBe(5);
    const generation = reader.zoneGeneration(zone);
    store.setState(number, ZoneState.expired);
    reader.enter();
    expect([reader.zoneState(zone), reader.takeVersion(zone)]).toEqual([ZoneState.expired, 0]);
    expect(reader.zoneGeneration(zone)).not.toBe(generation);
    store.setState(number, ZoneState.loaded);
    reader.enter();
    expect(reader.versionSerial(reader.takeVersion(zone))).toBe(5);
  });

  it('shows one version until the next enter', () => {
    const { store, numbers, reader } = newStore(key('example.'));
    const [number] = numbers as [number];
    publish(store, number, 'example.', 1);
    reader.enter();
    const zone = reader.findZone(0, 1, lookup('example.'));
    const version = reader.takeVersion(zone);
    for (let serial = 2; serial < 20; serial++) publish(store, number, 'example.', serial);
    expect(reader.takeVersion(zone)).toBe(version);
    expect(reader.versionSerial(version)).toBe(1);
    expect(nodeOf(reader, version, 'www.example.')).not.toBe(0);
    reader.enter();
    expect(reader.versionSerial(reader.takeVersion(zone))).toBe(19);
  });

  it('is not mixed up by an answer that touches very many zones', () => {
    const apexes = Array.from({ length: 200 }, (_, i) => `z${i}.example.`);
    const { store, numbers, reader } = newStore(...apexes.map((apex) => key(apex)));
    for (const [i, apex] of apexes.entries()) publish(store, numbers[i] as number, apex, i + 1);
    reader.enter();
    const zones = apexes.map((apex) => reader.findZone(0, 1, lookup(apex)));
    const versions = zones.map((zone) => reader.takeVersion(zone));
    for (const [i, apex] of apexes.entries()) publish(store, numbers[i] as number, apex, 1000 + i);
    expect(zones.map((zone) => reader.takeVersion(zone))).toEqual(versions);
    expect(versions.map((version) => reader.versionSerial(version))).toEqual(apexes.map((_, i) => i + 1));
  });
});

describe('declareZones', () => {
  it('keeps numbers and versions of zones that stay, frees those that go', () => {
    const { store, numbers, reader } = newStore(key('a.'), key('b.'), key('c.'));
    for (const [i, apex] of ['a.', 'b.', 'c.'].entries()) publish(store, numbers[i] as number, apex, i + 1);
    const generation = reader.zoneSetGeneration();
    const [c, d, a] = store.declareZones([key('C.'), key('d.'), key('a.')]);
    expect(reader.zoneSetGeneration()).toBe(generation + 1);
    expect([c, a]).toEqual([numbers[2], numbers[0]]);
    // The number of a zone that went is given to a later one, not in the same step.
    expect(d).toBe(3);
    expect(store.declareZones([key('c.'), key('d.'), key('a.'), key('e.')])[3]).toBe(numbers[1]);
    reader.enter();
    expect(reader.findZone(0, 1, lookup('b.'))).toBe(0);
    expect(reader.versionSerial(reader.takeVersion(reader.findZone(0, 1, lookup('c.'))))).toBe(3);
    expect(reader.zoneState(reader.findZone(0, 1, lookup('d.')))).toBe(ZoneState.notLoaded);
    reader.leave();
    store.declareZones([]);
    store.reclaim();
    expect(store.usedOctets).toBeLessThanOrEqual(1024);
  });

  it('keeps a zone that went for the reader that is inside', () => {
    const { store, numbers, reader } = newStore(key('a.'));
    publish(store, numbers[0] as number, 'a.', 9);
    reader.enter();
    const version = reader.takeVersion(reader.findZone(0, 1, lookup('a.')));
    const [b] = store.declareZones([key('b.')]) as [number];
    for (let i = 0; i < 50; i++) publish(store, b, 'b.', i);
    expect(reader.versionSerial(version)).toBe(9);
    expect(reader.zoneNumber(reader.findZone(0, 1, lookup('a.')))).toBe(numbers[0]);
  });

  it('refuses a zone twice', () => {
    expect(() => newStore(key('a.'), key('A.'))).toThrow('twice');
  });
});

describe('publish', () => {
  it('refuses what was built for another zone, what was published before, what derives from an old version', () => {
    const { store, numbers } = newStore(key('a.'), key('b.'));
    const [a, b] = numbers as [number, number];
    const builder = store.startZone(wireNameFrom('a.'), 1);
    builder.addRecord(soa('a.', 1));
    const zone = builder.finish();
    expect(() => store.publish(b, zone)).toThrow('another zone');
    store.publish(a, zone);
    expect(() => store.publish(a, zone)).toThrow('once');
    const change = store.startChange(a);
    change.addRecord(record('www.a.', 1, [1, 2, 3, 4]));
    const late = change.finish();
    publish(store, a, 'a.', 2);
    expect(() => store.publish(a, late)).toThrow('in between');
    store.discard(late);
    const stale = store.startChange(a);
    publish(store, a, 'a.', 3);
    expect(() => stale.addRecord(record('www.a.', 1, [1, 2, 3, 4]))).toThrow('in between');
    stale.discard();
  });

  it('reuses the memory of earlier versions: twenty reloads take little more than two', () => {
    const { store, numbers } = newStore(key('a.'));
    const load = () => {
      const builder = store.startZone(wireNameFrom('a.'), 1);
      for (let i = 0; i < 2000; i++) builder.addRecord(record(`n${i}.a.`, 1, [1, 2, 3, 4]));
      store.publish(numbers[0] as number, builder.finish());
      return store.usedOctets;
    };
    const first = load();
    for (let i = 0; i < 19; i++) expect(load()).toBe(first);
    expect(store.usedOctets + store.freeOctets).toBeLessThan(2.2 * first + 2 ** 20);
  });

  it('lets go what a reader that died held, when its place is taken again', () => {
    const { store, numbers, reader } = newStore(key('a.'));
    publish(store, numbers[0] as number, 'a.', 1);
    reader.enter();
    publish(store, numbers[0] as number, 'a.', 2);
    expect(store.waitingPieces).toBeGreaterThan(0);
    new ZoneReader(store.arena, 0).enter();
    store.reclaim();
    expect(store.waitingPieces).toBe(0);
  });

  it('lets readers of before see zones in memory that came later', () => {
    const { store, numbers, reader } = newStore(key('a.'));
    const octetsBefore = reader.octets.length;
    const builder = store.startZone(wireNameFrom('a.'), 1);
    for (let i = 0; i < 12_000; i++) builder.addRecord(record(`n${i}.a.`, 1, [1, 2, 3, 4]));
    reader.enter();
    store.publish(numbers[0] as number, builder.finish());
    const version = reader.takeVersion(reader.findZone(0, 1, lookup('a.')));
    expect(reader.octets.length).toBeGreaterThan(octetsBefore);
    expect(nodeOf(reader, version, 'n11999.a.')).not.toBe(0);
  });
});
