import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaBetween, visitRecords } from '../../../src/control/load/zone-records.ts';
import { writeZoneText } from '../../../src/control/load/zone-text.ts';
import type { VersionRef } from '../../../src/store/zone-reader.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { applyDelta, type Delta } from '../../../src/transfer/journal/delta.ts';
import { forEachRecord, RecordBuffer } from '../../../src/transfer/journal/record-octets.ts';
import { sealValue, unsealValue } from '../../../src/transfer/journal/sealed-value.ts';
import { decodeDelta, encodeDeltaHead } from '../../../src/transfer/journal/stored-delta.ts';
import { Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import type { ParsedRecord } from '../../../src/zonefile/record-sink.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { addAll, record, soaRdata } from '../../unit/store/zone-fixture.ts';
import * as model from '../store/zone-model.ts';

const apex = wireNameFrom(model.apexText);
const someRecords = fc
  .array(model.anyRecord, { maxLength: 40 })
  .map((records) => records.filter(({ type }) => type !== Type.soa));

function newStore(): { store: ZoneStore; number: number } {
  const store = ZoneStore.create({ maxOctets: 2 ** 26 });
  const [number] = store.declareZones([{ view: 0, class: 1, apex }]);
  return { store, number: number as number };
}

function build(store: ZoneStore, serial: number, records: readonly ParsedRecord[]) {
  const builder = store.startZone(apex, 1);
  addAll(builder, [record(model.apexText, Type.soa, [...soaRdata(serial)], 300), ...records]);
  const zone = builder.finish();
  store.reader.renew();
  return zone;
}

const dump = (store: ZoneStore, version: VersionRef) => model.dump(store.reader, version);

/** As the journal keeps it. */
function throughJournal(delta: Delta): Delta {
  const key = Buffer.from('key');
  const payload = unsealValue(key, sealValue(key, encodeDeltaHead(delta, 2 ** 40 + 7), delta.octets));
  const decoded = decodeDelta(payload as Uint8Array);
  expect(decoded?.mark).toBe(2 ** 40 + 7);
  return decoded as Delta;
}

describe('a delta', () => {
  it('through the journal and applied to the first version gives the second, and back', () => {
    fc.assert(
      fc.property(someRecords, someRecords, someRecords, (common, onlyA, onlyB) => {
        const { store, number } = newStore();
        const a = build(store, 1, [...common, ...onlyA]);
        const b = build(store, 2, [...onlyB, ...common]);
        const [aDump, bDump] = [dump(store, a.version), dump(store, b.version)];
        const there = throughJournal(deltaBetween(store.reader, a.version, b.version).finish());
        const back = throughJournal(deltaBetween(store.reader, b.version, a.version).finish());
        store.publish(number, a);
        for (const [delta, wanted] of [
          [there, bDump],
          [back, aDump],
        ] as const) {
          const change = store.startChange(number);
          expect(applyDelta(change, delta)).toBeUndefined();
          store.publish(number, change.finish());
          store.reader.renew();
          expect(dump(store, store.currentVersion(number))).toEqual(wanted);
        }
        store.discard(b);
      }),
      { numRuns: 150 },
    );
  });

  it('with one octet changed is never taken from the journal', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (octets, at, flip) => {
          const key = Buffer.from('key');
          const value = sealValue(key, octets);
          expect(unsealValue(Buffer.from('kex'), value)).toBeUndefined();
          const index = at % value.length;
          // The three octets of zero behind the version say nothing.
          if (index >= 1 && index <= 3) return;
          value[index] = (value[index] as number) ^ flip;
          expect(unsealValue(key, value)).toBeUndefined();
        },
      ),
    );
  });

  it('of any octets ends in bounded steps, as a problem or not, and the zone stays', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), someRecords, (octets, records) => {
        const { store, number } = newStore();
        store.publish(number, build(store, 1, records));
        const before = dump(store, store.currentVersion(number));
        const change = store.startChange(number);
        expect(applyDelta(change, { fromSerial: 1, toSerial: 2, octets })).toBeDefined();
        change.discard();
        expect(dump(store, store.currentVersion(number))).toEqual(before);
      }),
    );
  });

  it('that removes what is not there is refused', () => {
    const { store, number } = newStore();
    const a = build(store, 1, [record(`x.${model.apexText}`, Type.a, [1, 2, 3, 4], 60)]);
    const b = build(store, 2, []);
    const delta = deltaBetween(store.reader, a.version, b.version).finish();
    store.discard(a);
    store.discard(b);
    store.publish(number, build(store, 1, []));
    const change = store.startChange(number);
    expect(applyDelta(change, delta)).toEqual({ kind: 'absent', owner: 'x.zone.test.', type: Type.a });
    change.discard();
  });
});

describe('a copy and a master file', () => {
  it('of any zone give the same zone', async () => {
    await fc.assert(
      fc.asyncProperty(someRecords, async (records) => {
        const { store } = newStore();
        const zone = build(store, 7, records);
        const wanted = dump(store, zone.version);
        const buffer = new RecordBuffer();
        visitRecords(store.reader, zone.version, (one) => buffer.add(one));
        const copied = store.startZone(apex, 1);
        expect(forEachRecord(buffer.octets, (one) => copied.addRecord(one))).toBe(true);
        let text = '';
        await writeZoneText(store.reader, zone.version, (piece) => {
          text += piece;
        });
        const parsed = store.startZone(apex, 1);
        const problems: string[] = [];
        parseZone({
          file: 'zone',
          apex,
          open: openFromMemory(new Map([['zone', text]])),
          sink: parsed,
          onDiagnostic: ({ severity, message }) => {
            if (severity === 'error') problems.push(message);
          },
        });
        expect(problems, text).toEqual([]);
        const fromCopy = copied.finish();
        const fromText = parsed.finish();
        store.reader.renew();
        expect(dump(store, fromCopy.version)).toEqual(wanted);
        expect(dump(store, fromText.version)).toEqual(wanted);
      }),
      { numRuns: 100 },
    );
  });
});
