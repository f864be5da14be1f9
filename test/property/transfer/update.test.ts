/** Random updates, well-formed and not: nothing throws, an update is whole or not at all, and the zone stays one that can be loaded. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRdata } from '../../../src/rr/rdata.ts';
import { checkOwners } from '../../../src/store/check/check-owners.ts';
import { checkZone } from '../../../src/store/check/check-zone.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { runUpdate } from '../../../src/transfer/update/run-update.ts';
import { parseUpdateMessage } from '../../../src/transfer/update/update-message.ts';
import { collectRecords } from '../../../src/transfer/update/zone-content.ts';
import { asWireName, wireNameFrom } from '../../../src/wire/name.ts';
import { nameToWire } from '../../interop/lib/names.ts';
import { add, buildUpdate, textData, type UpdateRecord } from '../../interop/lib/update-message.ts';
import { NaiveContent } from '../../unit/transfer/update/naive-content.ts';

const zone = 'z.test';
const [a, ns, cname, soa, mx, txt, srv, dname, any] = [1, 2, 5, 6, 15, 16, 33, 39, 255];
const labels = ['', 'ns.', 'www.', 'a.', 'b.a.', 'WWW.', '*.', '*.a.', 'dn.'];

const owner = fc.constantFrom(...labels).map((label) => `${label}${zone}`);
const target = fc.constantFrom('ns.z.test', 'WWW.z.test', 'b.a.z.test', 'x.dn.z.test', 'other.test');
const data = fc.oneof(
  fc.tuple(
    fc.constant(a),
    fc.integer({ min: 1, max: 4 }).map((last) => [192, 0, 2, last]),
  ),
  fc.tuple(fc.constant(txt), fc.constantFrom(...['x', 'y']).map(textData)),
  fc.tuple(fc.constantFrom(ns, cname, dname), target.map(nameToWire)),
  fc.tuple(
    fc.constant(mx),
    target.map((name) => [0, 1, ...nameToWire(name)]),
  ),
  fc.tuple(
    fc.constant(srv),
    target.map((name) => [0, 1, 0, 2, 0, 3, ...nameToWire(name)]),
  ),
  fc.tuple(fc.constantFrom(51), fc.constantFrom([1, 0, 0, 1, 0], [1, 0, 255, 255, 0], [2, 0, 0, 1, 0])),
  fc.tuple(
    fc.constant(soa),
    fc.integer({ min: 0, max: 30 }).map((serial) => [...nameToWire('ns.z.test'), 0, ...fiveNumbers(serial)]),
  ),
);
const ttl = fc.constantFrom(60, 60, 60, 300);
const change = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(owner, data, ttl).map(([name, [type, octets], seconds]) => add(name, type, octets, seconds)),
  },
  fc
    .tuple(owner, data)
    .map(([name, [type, octets]]): UpdateRecord => ({ name, type, class: 254, ttl: 0, data: octets })),
  fc.tuple(owner, data).map(([name, [type]]): UpdateRecord => ({ name, type, class: 255, ttl: 0, data: [] })),
  owner.map((name): UpdateRecord => ({ name, type: any, class: 255, ttl: 0, data: [] })),
  // What makes the whole update fail.
  { weight: 1, arbitrary: fc.constant(add('elsewhere.test', a, [1, 2, 3, 4])) },
);
const prerequisite = fc
  .tuple(owner, fc.constantFrom(a, txt, any), fc.constantFrom(254, 255))
  .map(([name, type, recordClass]): UpdateRecord => ({ name, type, class: recordClass, ttl: 0, data: [] }));
const update = fc.record({
  changes: fc.array(change, { minLength: 1, maxLength: 5 }),
  prerequisites: fc.array(prerequisite, { maxLength: 1 }),
});

const first: readonly UpdateRecord[] = [
  add(zone, soa, [...nameToWire('ns.z.test'), 0, ...fiveNumbers(1)], 300),
  add(zone, ns, nameToWire('ns.z.test'), 300),
  add('ns.z.test', a, [192, 0, 2, 1]),
];

function fiveNumbers(serial: number): readonly number[] {
  return [serial, 3600, 600, 86_400, 60].flatMap((value) => [0, value >> 16, (value >> 8) & 255, value & 255]);
}

function begin(): ZoneStore {
  const store = ZoneStore.create({ maxOctets: 1 << 26 });
  const apex = wireNameFrom(`${zone}.`);
  store.declareZones([{ view: 0, class: 1, apex }]);
  const builder = store.startZone(apex, 1);
  for (const record of first) builder.addRecord(parsedRecord(record));
  store.publish(0, builder.finish());
  return store;
}

function parsedRecord({ name, type, ttl: ttlSeconds, data: octets }: UpdateRecord) {
  const name_ = wireNameFrom(`${name}.`);
  const rdata = Uint8Array.from(octets);
  return { owner: name_, ownerOctets: name_.length, type, class: 1, ttlSeconds, rdata, rdataOctets: rdata.length };
}

function linesOf(store: ZoneStore): readonly string[] {
  const change_ = store.startChange(0);
  const lines = labels.flatMap((label) =>
    collectRecords(change_, wireNameFrom(`${label}${zone}.`)).map(
      ({ type, ttlSeconds, rdata }) =>
        `${label.toLowerCase()} ${ttlSeconds} ${type} ${formatRdata(type, rdata, 0, rdata.length)}`,
    ),
  );
  change_.discard();
  return [...new Set(lines)].toSorted();
}

describe('random updates', () => {
  it('come to the same on a plain list; the zone stays whole, and one that can be loaded', () => {
    fc.assert(
      fc.property(fc.array(update, { minLength: 1, maxLength: 12 }), (updates) => {
        const store = begin();
        for (const { changes, prerequisites } of updates) step(store, changes, prerequisites);
      }),
      { numRuns: 150 },
    );
  });

  /** Do one update as the loader thread does it. */
  function step(store: ZoneStore, changes: readonly UpdateRecord[], prerequisites: readonly UpdateRecord[]): void {
    const parsed = parseUpdateMessage(buildUpdate(1, zone, changes, prerequisites));
    if (!parsed.ok) throw new Error('a malformed case');
    const before = linesOf(store);
    const naive = naiveOf(store);
    const naiveBefore = naive.lines;
    const change_ = store.startChange(0);
    const outcome = runUpdate(parsed.value, change_, undefined, () => undefined);
    const onList = runUpdate(parsed.value, naive, undefined, () => undefined);
    expect(onList.ok).toBe(outcome.ok);
    if (!outcome.ok) {
      change_.discard();
      expect(naive.lines).toEqual(naiveBefore);
      return;
    }
    const built = change_.finish();
    store.reader.renew();
    const owners = parsed.value.updates.map((record) => record.owner);
    const faults = (problems: ReturnType<typeof checkZone>) =>
      problems.problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    const found = faults(checkOwners(store.reader, built.version, owners));
    // What the check of a few owners finds is what the check of the whole zone finds.
    expect(new Set(found)).toEqual(new Set(faults(checkZone(store.reader, built.version, { strict: false }))));
    if (found.length > 0) {
      store.discard(built);
      expect(linesOf(store)).toEqual(before);
      return;
    }
    store.publish(0, built);
    expect(naiveOf(store).lines).toEqual(naive.lines);
  }

  function naiveOf(store: ZoneStore): NaiveContent {
    const naive = new NaiveContent();
    const change_ = store.startChange(0);
    for (const label of labels) {
      const name = wireNameFrom(`${label}${zone}.`);
      for (const { type, ttlSeconds, rdata } of collectRecords(change_, name)) {
        const sizes = { ownerOctets: name.length, rdataOctets: rdata.length };
        naive.addRecord({ owner: asWireName(name), type, class: 1, ttlSeconds, rdata, ...sizes });
      }
    }
    change_.discard();
    return naive;
  }
});

describe('any octets', () => {
  it('are an update or FORMERR, and never a throw', () => {
    fc.assert(
      fc.property(
        update,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        fc.nat(),
        ({ changes, prerequisites }, edits, cut) => {
          const message = buildUpdate(1, zone, changes, prerequisites);
          for (const [at, octet] of edits) message[at % message.length] = octet;
          const octets = cut % 3 === 0 ? message.subarray(0, cut % message.length) : message;
          const parsed = parseUpdateMessage(octets);
          if (!parsed.ok) {
            expect(parsed.error).toBe(1);
            return;
          }
          const naive = new NaiveContent();
          for (const record of first) naive.addRecord(parsedRecord(record));
          const before = naive.lines;
          const outcome = runUpdate(parsed.value, naive, undefined, () => undefined);
          if (!outcome.ok) expect(naive.lines).toEqual(before);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
