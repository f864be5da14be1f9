import { describe, expect, it } from 'vitest';
import { NodeFlag, VersionFlag } from '../../../../src/store/zone-reader.ts';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import { walkNodesInOrder } from '../../../../src/store/zone-walk.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import type { ParsedRecord } from '../../../../src/zonefile/record-sink.ts';
import { findCollidingLabels } from '../colliding-labels.ts';
import * as fixture from '../zone-fixture.ts';

const { record, soa } = fixture;
const apex = wireNameFrom('example.');

function build(...records: ParsedRecord[]) {
  const store = ZoneStore.create({ maxOctets: 2 ** 26 });
  const builder = store.startZone(apex, 1);
  fixture.addAll(builder, records);
  const zone = builder.finish();
  store.reader.renew();
  const texts = (name: string) => {
    const node = fixture.nodeOf(store.reader, zone.version, name);
    return node === 0 ? undefined : fixture.recordTexts(store.reader, node);
  };
  const flags = (name: string) => store.reader.nodeFlags(fixture.nodeOf(store.reader, zone.version, name));
  return { store, reader: store.reader, zone, version: zone.version, texts, flags };
}

describe('ZoneBuilder', () => {
  it('keeps the order of the file inside a set, drops duplicates, takes the first TTL', () => {
    const { texts, zone } = build(
      record('a.example.', 1, [2], 60),
      record('A.example.', 1, [1], 300),
      record('a.example.', 1, [2], 300),
      record('a.example.', 16, [9], 10),
    );
    expect(texts('a.example.')).toEqual(['1 60 02', '1 60 01', '16 10 09']);
    expect(zone.recordCount).toBe(3);
  });

  it('takes names in data that differ in case for the same, text not', () => {
    const name = (text: string) => [...wireNameFrom(text)];
    const { texts } = build(
      record('a.example.', 2, name('NS.example.')),
      record('a.example.', 2, name('ns.example.')),
      record('a.example.', 33, [0, 1, 0, 1, 0, 1, ...name('Sip.example.')]),
      record('a.example.', 33, [0, 1, 0, 1, 0, 1, ...name('sip.example.')]),
      record('a.example.', 16, [1, 0x41]),
      record('a.example.', 16, [1, 0x61]),
    );
    expect(texts('a.example.')?.map((text) => text.split(' ')[0])).toEqual(['2', '16', '16', '33']);
  });

  it('counts each child once, however often it and its parent are met', () => {
    const { store, zone } = build(
      soa('example.', 1),
      record('1.c.example.', 1, [1]),
      record('a.example.', 1, [1]),
      record('2.c.example.', 1, [1]),
      record('b.c.example.', 1, [1]),
      record('a.example.', 1, [2]),
      record('1.c.example.', 1, [2]),
    );
    // The apex, a, c and three below it.
    expect(zone.nodeCount).toBe(6);
    const [number] = store.declareZones([{ view: 0, class: 1, apex }]) as [number];
    store.publish(number, zone);
    const without = (...owners: readonly string[]) => {
      const change = store.startChange(number);
      for (const owner of owners) expect(change.removeName(wireNameFrom(owner))).toBe(true);
      const changed = change.finish();
      store.reader.renew();
      const isThere = fixture.nodeOf(store.reader, changed.version, 'c.example.') !== 0;
      store.discard(changed);
      return isThere;
    };
    expect(without('1.c.example.', '2.c.example.')).toBe(true);
    expect(without('1.c.example.', '2.c.example.', 'b.c.example.')).toBe(false);
  });

  it('fills a name whose records come behind those of names below it, also the apex', () => {
    const { texts, flags, zone } = build(
      record('*.b.example.', 1, [1]),
      record('B.example.', 1, [2]),
      record('c.b.example.', 1, [3]),
      soa('example.', 7),
    );
    expect(zone.nodeCount).toBe(4);
    expect(zone.serial).toBe(7);
    expect(texts('b.example.')).toEqual(['1 300 02']);
    expect(flags('b.example.')).toBe(NodeFlag.wildcardChild | NodeFlag.mixedCase);
    expect(flags('example.')).toBe(NodeFlag.apex);
  });

  it('joins the records of owners that come back', () => {
    const { texts, zone } = build(
      record('a.example.', 1, [1]),
      record('b.example.', 1, [2]),
      record('a.example.', 1, [3]),
      record('b.example.', 1, [2]),
      record('a.example.', 2, [0]),
      record('a.example.', 1, [1]),
    );
    expect(texts('a.example.')).toEqual(['1 300 01', '1 300 03', '2 300 00']);
    expect(texts('b.example.')).toEqual(['1 300 02']);
    expect(zone.recordCount).toBe(4);
  });

  it('takes no more memory for a file that is sorted by type', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `host${i}.example.`);
    const sets = [1, 16, 33].map((type) => names.map((name) => record(name, type, [type, 0, 0, 0, 0, 0, 0, 0])));
    const byType = build(...sets.flat());
    const byOwner = build(...names.flatMap((_, i) => sets.map((set) => set[i] as ParsedRecord)));
    expect(byType.zone.recordCount).toBe(15_000);
    expect(byType.zone.octets).toBeLessThan(byOwner.zone.octets * 1.1);
    expect(byType.store.usedOctets).toBe(byType.zone.octets);
    expect(byType.texts('host77.example.')).toEqual(byOwner.texts('host77.example.'));
  });

  it('drops duplicates of a large set without comparing all pairs', () => {
    const count = 40_000;
    const records = Array.from({ length: 2 * count }, (_, i) =>
      record('a.example.', 1, [(i % count) >>> 8, (i % count) & 255]),
    );
    const { reader, version, zone } = build(...records);
    expect(zone.recordCount).toBe(count);
    const rrset = reader.findRrset(fixture.nodeOf(reader, version, 'a.example.'), 1);
    expect(reader.rrsetCount(rrset)).toBe(count);
    expect([...reader.octets.slice(reader.rrsetDataOffset(rrset), reader.rrsetDataOffset(rrset) + 8)]).toEqual([
      0, 2, 0, 0, 0, 2, 0, 1,
    ]);
  });

  it('makes empty non-terminals and tells parents of wildcards', () => {
    const { texts, flags, zone } = build(record('a.b.example.', 1, [1]), record('*.w.example.', 1, [1]));
    expect(texts('b.example.')).toEqual([]);
    expect(flags('b.example.')).toBe(NodeFlag.emptyNonTerminal);
    expect(flags('w.example.')).toBe(NodeFlag.emptyNonTerminal | NodeFlag.wildcardChild);
    expect(flags('example.')).toBe(NodeFlag.apex);
    expect(texts('c.example.')).toBeUndefined();
    expect(zone.nodeCount).toBe(5);
  });

  it('keeps the owner as written beside its lower case', () => {
    const { reader, version } = build(record('SIP.Example.', 1, [1]));
    const node = fixture.nodeOf(reader, version, 'sip.example.');
    const at = reader.nodeOriginalNameOffset(node);
    expect(Buffer.from(reader.octets.slice(at, at + 13)).toString('latin1')).toBe('\x03SIP\x07Example\x00');
    expect(fixture.ownerText(reader, node)).toBe('sip.example.');
  });

  it('marks cuts, DNAMEs and aliases', () => {
    const { flags, reader, version } = build(
      record('example.', 2, [0]),
      record('cut.example.', 2, [0]),
      record('alias.example.', 5, [0]),
      record('tree.example.', 39, [0]),
    );
    const marked = ['example.', 'cut.example.', 'alias.example.', 'tree.example.'].map(flags);
    expect(marked).toEqual([NodeFlag.apex, NodeFlag.zoneCut, NodeFlag.cname, NodeFlag.dname]);
    expect(reader.versionFlags(version)).toBe(VersionFlag.cutsOrDnames);
    expect(build(soa('example.', 1)).reader.versionFlags(build(soa('example.', 1)).version)).toBe(0);
  });

  it('leaves out what is outside of the zone, of another class or of a reserved type', () => {
    const chaos = { ...record('a.example.', 1, [1]), class: 3 };
    const { zone } = build(
      record('a.test.', 1, [1]),
      chaos,
      record('a.example.', 65_535, [1]),
      record('a.example.', 0, []),
    );
    expect([zone.recordCount, zone.nodeCount]).toEqual([0, 1]);
  });

  it('puts signatures behind what they cover, also where that is missing', () => {
    const { reader, version } = build(
      record('a.example.', 46, fixture.rrsigRdata(16, 1)),
      record('a.example.', 46, fixture.rrsigRdata(1, 2)),
      record('a.example.', 28, [1]),
      record('a.example.', 1, [1]),
    );
    const node = fixture.nodeOf(reader, version, 'a.example.');
    const seen: [number, number][] = [];
    for (let set = reader.firstRrset(node); set !== 0; set = reader.nextRrset(node, set)) {
      seen.push([reader.rrsetType(set), reader.rrsetCovered(set)]);
    }
    expect(seen).toEqual([
      [1, 0],
      [46, 1],
      [46, 16],
      [28, 0],
    ]);
    expect(reader.findRrset(node, 16)).toBe(0);
    expect(reader.rrsetCovered(reader.findRrsig(node, 16))).toBe(16);
  });

  it('reads the serial, also one above 2^31', () => {
    expect(build(soa('example.', 4_294_967_295)).zone.serial).toBe(4_294_967_295);
  });

  it('knows no name of a hashed owner, finds it by hash alone, and walks over it', () => {
    const hashName = `${'v'.repeat(32)}.example.`;
    const { reader, version, texts } = build(
      record('example.', 48, [1, 0, 3, 8, 1]),
      record('example.', 51, fixture.nsec3paramRdata(5, [0xaa, 0xbb])),
      record(hashName, 50, fixture.nsec3Rdata(5, [0xaa, 0xbb])),
      record(`${'0'.repeat(32)}.example.`, 50, fixture.nsec3Rdata(9, [])),
    );
    expect(texts(hashName)).toBeUndefined();
    expect(reader.versionFlags(version)).toBe(VersionFlag.nsec3);
    const node = reader.findNsec3AtOrBefore(version, new Uint8Array(20));
    expect(fixture.ownerText(reader, node)).toBe(hashName);
    expect(reader.isNsec3Match(node, new Uint8Array(20).fill(255))).toBe(true);
    expect(reader.isNsec3Match(node, new Uint8Array(20))).toBe(false);
    expect(reader.nsec3Iterations(version)).toBe(5);
    const salt = reader.nsec3SaltOffset(version);
    expect([...reader.octets.slice(salt, salt + reader.nsec3SaltOctets(version))]).toEqual([0xaa, 0xbb]);
    const owners: string[] = [];
    walkNodesInOrder(reader, version, (walked) => owners.push(fixture.ownerText(reader, walked)));
    expect(owners).toEqual(['example.', `${'0'.repeat(32)}.example.`, hashName]);
  });

  it('tells names apart whose hashes are the same', () => {
    const [one, other] = findCollidingLabels('example.').map((label) => `${label}.example.`) as [string, string];
    const { store, reader, version, texts } = build(
      record(one, 1, [1]),
      record(other, 1, [2]),
      record('x.example.', 1, [3]),
    );
    expect([texts(one), texts(other)]).toEqual([['1 300 01'], ['1 300 02']]);
    expect(lookupHash(one)).toBe(lookupHash(other));
    const alone = build(record(one, 1, [1]));
    expect(alone.texts(other)).toBeUndefined();
    expect(reader.versionNodeCount(version)).toBe(4);
    store.declareZones([{ view: 0, class: 1, apex }]);
  });

  it('gives all memory back when a zone is given up', () => {
    const store = ZoneStore.create({ maxOctets: 2 ** 26 });
    const builder = store.startZone(apex, 1);
    for (let i = 0; i < 1000; i++) builder.addRecord(record(`n${i}.example.`, 1, [1]));
    expect(store.usedOctets).toBeGreaterThan(0);
    builder.discard();
    expect(store.usedOctets).toBe(0);
    const other = store.startZone(apex, 1);
    other.addRecord(soa('example.', 1));
    store.discard(other.finish());
    expect(store.usedOctets).toBe(0);
  });
});

function lookupHash(text: string): number {
  const name = fixture.lookup(text);
  return name.suffixHashes[name.labelCount] as number;
}
