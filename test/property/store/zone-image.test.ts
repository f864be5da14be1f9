import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffVersions } from '../../../src/store/zone-diff.ts';
import { VersionFlag } from '../../../src/store/zone-reader.ts';
import type { ZoneChange } from '../../../src/store/zone-store.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { Type } from '../../../src/wire/codes.ts';
import { formatName, wireNameFrom } from '../../../src/wire/name.ts';
import type { ParsedRecord } from '../../../src/zonefile/record-sink.ts';
import { addAll, lookup, nodeOf, ownerText, recordTexts } from '../../unit/store/zone-fixture.ts';
import * as model from './zone-model.ts';

const apex = wireNameFrom(model.apexText);

function newStore(): { store: ZoneStore; zoneNumber: number } {
  const store = ZoneStore.create({ maxOctets: 2 ** 26 });
  const [zoneNumber] = store.declareZones([{ view: 0, class: 1, apex }]);
  return { store, zoneNumber: zoneNumber as number };
}

function build(store: ZoneStore, records: readonly ParsedRecord[]) {
  const builder = store.startZone(apex, 1);
  addAll(builder, records);
  const zone = builder.finish();
  store.reader.renew();
  return zone;
}

/** Everything that was taken is given back when the zone goes. */
function expectNothingLeft(store: ZoneStore): void {
  store.declareZones([]);
  store.reclaim();
  expect(store.waitingPieces).toBe(0);
  // The empty set of zones.
  expect(store.usedOctets).toBeLessThanOrEqual(1024);
}

it('the model has two names whose hashes are the same', () => {
  const hashes = model.collidingLabels.map((label) => lookup(`${label}.${model.apexText}`).suffixHashes[3]);
  expect(hashes[0]).toBe(hashes[1]);
});

describe('a built zone', () => {
  it('answers every look-up as a list of records would', () => {
    fc.assert(
      fc.property(fc.array(model.anyRecord, { maxLength: 40 }), (records) => {
        const { store } = newStore();
        const { reader } = store;
        const { version, ...zone } = build(store, records);
        const names = model.modelNames(records);
        for (const text of model.questionNames(names)) {
          const node = nodeOf(reader, version, text);
          expect(node !== 0, text).toBe(names.has(text));
          if (node === 0) continue;
          expect(ownerText(reader, node)).toBe(text);
          expect(recordTexts(reader, node)).toEqual(model.modelTexts(records, text));
          expect(reader.nodeFlags(node), text).toBe(model.modelFlags(records, text, names));
          const name = lookup(text);
          const wildcard = reader.findWildcard(version, name, name.labelCount);
          expect(wildcard).toBe(nodeOf(reader, version, `*.${text}`));
        }
        const hashed = new Set(records.filter(model.isHashed).map(model.lowerOwner));
        expect(zone.nodeCount).toBe(names.size + hashed.size);
      }),
      { numRuns: 150 },
    );
  });

  it('finds single sets and their signatures', () => {
    fc.assert(
      fc.property(fc.array(model.anyRecord, { maxLength: 40 }), (records) => {
        const { store } = newStore();
        const { reader } = store;
        const { version } = build(store, records);
        for (const text of model.modelNames(records)) {
          const node = nodeOf(reader, version, text);
          const own = records.filter((one) => !model.isHashed(one) && model.lowerOwner(one) === text);
          for (const type of [1, 2, 5, 6, 16, 39, 47, 48, 50, 51, 99, 65_535]) {
            const rrset = reader.findRrset(node, type);
            expect(rrset !== 0).toBe(own.some((one) => one.type === type));
            if (rrset !== 0) expect(reader.rrsetType(rrset)).toBe(type);
            const rrsig = reader.findRrsig(node, type);
            const isSigned = own.some((one) => one.type === Type.rrsig && one.rdata[1] === type);
            expect(rrsig !== 0).toBe(isSigned);
            if (rrsig !== 0) expect(reader.rrsetCovered(rrsig)).toBe(type);
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  it('finds the NSEC that covers a name, and the NSEC3 that covers a hash', () => {
    fc.assert(
      fc.property(fc.array(model.anyRecord, { maxLength: 60 }), (records) => {
        const { store } = newStore();
        const { reader } = store;
        const { version } = build(store, records);
        for (const text of model.questionNames(model.modelNames(records))) {
          const name = lookup(text);
          const node = reader.findNsecAtOrBefore(version, name, name.labelCount);
          expect(node === 0 ? undefined : ownerText(reader, node)).toBe(model.modelNsec(records, text));
        }
        const chain = (model.dump(reader, version) as { nsec3: string[] }).nsec3.map((text) => text.slice(0, 32));
        expect(chain).toEqual([...chain].sort());
        if ((reader.versionFlags(version) & VersionFlag.nsec3) !== 0) expect(chain.length).toBeGreaterThan(0);
        for (const octet of [0x00, 0x08, 0x42, 0x5a, 0x5b, 0xff]) {
          const hash = new Uint8Array(20).fill(octet);
          const digits = base32hex(hash);
          const node = reader.findNsec3AtOrBefore(version, hash);
          const expected = chain.filter((label) => label <= digits).at(-1) ?? chain.at(-1);
          expect(node === 0 ? undefined : ownerText(reader, node).slice(0, 32)).toBe(expected);
          if (node !== 0) expect(reader.isNsec3Match(node, hash)).toBe(expected === digits);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('holds with thousands of names, in any order of the records', () => {
    fc.assert(
      fc.property(model.manyNames(3000), (records) => {
        const { store } = newStore();
        const { reader } = store;
        const inOrder = build(store, records);
        // Sorted by data, so that owners come back and parents come late.
        const shuffled = [...records].sort((a, b) => (a.rdata[1] as number) - (b.rdata[1] as number));
        const other = build(store, shuffled.reverse());
        const names = model.modelNames(records);
        for (const text of names) expect(nodeOf(reader, inOrder.version, text) !== 0).toBe(true);
        expect(inOrder.nodeCount).toBe(names.size);
        expect(nodeOf(reader, inOrder.version, `no.${model.apexText}`)).toBe(0);
        const sorted = [...records].filter((one) => one.type === Type.nsec).map(model.lowerOwner);
        const { nsec } = model.dump(reader, other.version) as { nsec: string[] };
        expect(nsec).toEqual([...new Set(sorted)].sort(model.compareTexts));
      }),
      { numRuns: 6 },
    );
  });
});

describe('a change', () => {
  const step = fc.record({
    kind: fc.constantFrom('add', 'add', 'add', 'removeRecord', 'removeRrset', 'removeName', 'publish'),
    record: model.anyRecord,
  });

  it('gives what building the changed records anew would give, and takes no memory for good', () => {
    fc.assert(
      fc.property(fc.array(model.anyRecord, { maxLength: 30 }), fc.array(step, { maxLength: 60 }), (records, steps) => {
        const { store, zoneNumber } = newStore();
        const list = withoutDuplicates(records);
        store.publish(zoneNumber, build(store, list));
        let change = store.startChange(zoneNumber);
        const publish = () => {
          store.publish(zoneNumber, change.finish());
          store.reader.renew();
          expectSameAsRebuilt(store, zoneNumber, list);
          change = store.startChange(zoneNumber);
        };
        for (const { kind, record } of steps) {
          if (kind === 'publish') publish();
          else applyStep(change, list, kind, record);
        }
        publish();
        change.discard();
        expectSameAsRebuilt(store, zoneNumber, list);
        expectNothingLeft(store);
      }),
      { numRuns: 200 },
    );
  });

  it('that is discarded leaves the zone and the memory as they were', () => {
    fc.assert(
      fc.property(fc.array(model.anyRecord, { maxLength: 30 }), fc.array(step, { maxLength: 30 }), (records, steps) => {
        const { store, zoneNumber } = newStore();
        store.publish(zoneNumber, build(store, records));
        store.reader.renew();
        const before = model.dump(store.reader, store.currentVersion(zoneNumber));
        const { usedOctets } = store;
        const change = store.startChange(zoneNumber);
        for (const { kind, record } of steps) applyStep(change, [], kind, record);
        store.discard(change.finish());
        store.reader.renew();
        expect(store.usedOctets).toBe(usedOctets);
        expect(model.dump(store.reader, store.currentVersion(zoneNumber))).toEqual(before);
        expectNothingLeft(store);
      }),
      { numRuns: 80 },
    );
  });

  it('of many names in a large zone, there and back, gives the zone as built', () => {
    fc.assert(
      fc.property(model.manyNames(250), model.manyNames(250), (records, others) => {
        const { store, zoneNumber } = newStore();
        store.publish(zoneNumber, build(store, records));
        const original = withoutDuplicates(records);
        const list = [...original];
        const change = store.startChange(zoneNumber);
        for (const one of others) applyStep(change, list, 'add', one);
        for (const one of records.slice(0, records.length / 2)) applyStep(change, list, 'removeRecord', one);
        store.publish(zoneNumber, change.finish());
        store.reader.renew();
        expectSameAsRebuilt(store, zoneNumber, list);
        const versionBefore = build(store, records);
        const back = store.startChange(zoneNumber);
        diffVersions(store.reader, store.currentVersion(zoneNumber), versionBefore.version, back);
        store.publish(zoneNumber, back.finish());
        store.discard(versionBefore);
        store.reader.renew();
        expectSameAsRebuilt(store, zoneNumber, original);
        expectNothingLeft(store);
      }),
      { numRuns: 4 },
    );
  });
});

describe('the difference of two versions', () => {
  it('applied to the first gives the second', () => {
    const someRecords = fc.array(model.anyRecord, { maxLength: 40 });
    fc.assert(
      fc.property(someRecords, someRecords, someRecords, (common, onlyA, onlyB) => {
        const { store, zoneNumber } = newStore();
        store.publish(zoneNumber, build(store, [...common, ...onlyA]));
        const target = build(store, [...onlyB, ...common]);
        const change = store.startChange(zoneNumber);
        store.reader.renew();
        diffVersions(store.reader, store.currentVersion(zoneNumber), target.version, change);
        store.publish(zoneNumber, change.finish());
        store.reader.renew();
        const reached = model.dump(store.reader, store.currentVersion(zoneNumber));
        expect(reached).toEqual(model.dump(store.reader, target.version));
        expect(countDifferences(store, zoneNumber, target.version)).toBe(0);
        store.discard(target);
        expectNothingLeft(store);
      }),
      { numRuns: 200 },
    );
  });
});

type Step = 'add' | 'removeRecord' | 'removeRrset' | 'removeName' | 'publish';

/** Do the same to the change and to the list. */
function applyStep(change: ZoneChange, list: ParsedRecord[], kind: Step, one: ParsedRecord): void {
  const isOwn = (other: ParsedRecord) => model.lowerOwner(other) === model.lowerOwner(one);
  if (kind === 'add') {
    change.addRecord(one);
    addToList(list, one);
  } else if (kind === 'removeRecord') {
    change.removeRecord(one);
    removeFromList(list, (other) => isSameRecord(other, one));
  } else if (kind === 'removeRrset') {
    change.removeRrset(wireNameFrom(formatName(one.owner)), one.type);
    removeFromList(list, (other) => isOwn(other) && other.type === one.type);
  } else if (kind === 'removeName') {
    change.removeName(wireNameFrom(formatName(one.owner)));
    removeFromList(list, isOwn);
  }
}

/** A set keeps its TTL, an owner the case of its first record. */
function addToList(list: ParsedRecord[], one: ParsedRecord): void {
  if (list.some((other) => isSameRecord(other, one))) return;
  const isOwn = (other: ParsedRecord) =>
    model.lowerOwner(other) === model.lowerOwner(one) && model.isHashed(other) === model.isHashed(one);
  const owner = list.find(isOwn)?.owner ?? one.owner;
  const ttlSeconds = list.find((other) => isOwn(other) && setOf(other) === setOf(one))?.ttlSeconds ?? one.ttlSeconds;
  list.push({ ...one, owner, ttlSeconds });
}

function withoutDuplicates(records: readonly ParsedRecord[]): ParsedRecord[] {
  const list: ParsedRecord[] = [];
  for (const one of records) addToList(list, one);
  return list;
}

function setOf(one: ParsedRecord): string {
  return one.type === Type.rrsig ? `rrsig ${one.rdata[0]} ${one.rdata[1]}` : `${one.type}`;
}

function isSameRecord(a: ParsedRecord, b: ParsedRecord): boolean {
  return a.type === b.type && model.lowerOwner(a) === model.lowerOwner(b) && Buffer.compare(a.rdata, b.rdata) === 0;
}

function removeFromList(list: ParsedRecord[], isGone: (one: ParsedRecord) => boolean): void {
  const kept = list.filter((one) => !isGone(one));
  list.length = 0;
  list.push(...kept);
}

function expectSameAsRebuilt(store: ZoneStore, zoneNumber: number, list: readonly ParsedRecord[]): void {
  const rebuilt = build(store, list);
  const { reader } = store;
  const version = store.currentVersion(zoneNumber);
  expect(model.dump(reader, version)).toEqual(model.dump(reader, rebuilt.version));
  for (const text of model.modelNames(list)) expect(ownerText(reader, nodeOf(reader, version, text))).toBe(text);
  expect(countDifferences(store, zoneNumber, rebuilt.version)).toBe(0);
  store.discard(rebuilt);
}

function countDifferences(store: ZoneStore, zoneNumber: number, other: Parameters<typeof diffVersions>[2]): number {
  let count = 0;
  const sink = { addRecord: () => count++, removeRecord: () => count++ };
  diffVersions(store.reader, store.currentVersion(zoneNumber), other, sink);
  return count;
}

function base32hex(hash: Uint8Array): string {
  const bits = [...hash].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2).toString(32)).join('');
}
