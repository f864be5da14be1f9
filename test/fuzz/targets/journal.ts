import { ZoneStore } from '../../../src/store/zone-store.ts';
import { applyDelta } from '../../../src/transfer/journal/delta.ts';
import { readDelta } from '../../../src/transfer/journal/journal-reader.ts';
import { forEachRecord, RecordBuffer } from '../../../src/transfer/journal/record-octets.ts';
import { sealValue, unsealValue } from '../../../src/transfer/journal/sealed-value.ts';
import { decodeStoredZone, encodeStored } from '../../../src/transfer/journal/stored-zone.ts';
import { Class } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { readWords } from '../corpus/read-corpus.ts';
import { concat, mutateBehind, mutateOctets } from '../engine/mutate-octets.ts';
import { encode, textMutator } from '../engine/mutate-text.ts';
import { linear, must, type Target } from '../engine/target.ts';

const apex = wireNameFrom('j.test.');
const text = '@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\ngone 60 A 192.0.2.9\n';
const key = encode('a key');
const words = readWords('journal');
const mutateJson = textMutator(words);

/**
 * Values of the journal whose checksum is right: of another release, of a bug, of a hand that knows the form. The first octet says which:
 * 0 a delta, 1 a chunk of a copy, 2 what is known of a zone, 3 any of them, its seal as it came.
 */
export function createJournalTarget(): Target {
  const store = ZoneStore.create({ maxOctets: 1 << 28 });
  const [number = 0] = store.declareZones([{ view: 0, class: Class.in, apex }]);
  const base = store.startZone(apex, Class.in);
  parseZone({
    file: 'j',
    apex,
    open: openFromMemory(new Map([['j', text]])),
    sink: base,
    onDiagnostic: () => undefined,
  });
  store.publish(number, base.finish());
  const places = { oldest: { serial: 1, mark: 0 }, base: { serial: 1, mark: 0 }, newest: { serial: 2, mark: 90 } };
  const copy = { generation: 1, chunks: 1, octets: 100, records: 4 };
  const octets = mutateBehind(1, mutateOctets);
  const json = mutateBehind(1, mutateJson);
  return {
    corpus: [
      concat(Uint8Array.of(0), deltaValue()),
      concat(Uint8Array.of(1), recordsOf(text)),
      concat(Uint8Array.of(2), encodeStored(places)),
      concat(Uint8Array.of(2), encodeStored({ ...places, copy, file: '1 2 3', isFrozen: true })),
      concat(Uint8Array.of(3), sealValue(key, deltaValue())),
    ],
    mutate: (random, input, other) => ((input[0] ?? 0) % 4 === 2 ? json : octets)(random, input, other),
    maxOctets: 4096,
    allowedSteps: linear(5000, 200),
    expected: ['delta applied', 'delta refused', 'copy', 'copy broken', 'zone', 'no zone'],
    run(input) {
      const payload = input.slice(1);
      switch ((input[0] ?? 0) % 4) {
        case 0:
          return runDelta(store, number, sealValue(key, payload));
        case 1:
          return runCopy(store, payload);
        case 2:
          return decodeStoredZone(payload) === undefined ? 'no zone' : 'zone';
        default:
          return unsealValue(key, payload) === undefined ? 'damaged' : runDelta(store, number, payload);
      }
    },
  };
}

function runDelta(store: ZoneStore, number: number, value: Uint8Array): string {
  const delta = readDelta(key, value, 1);
  if (delta === undefined) return 'no delta';
  const change = store.startChange(number);
  const problem = applyDelta(change, delta);
  if (problem !== undefined) {
    change.discard();
    return 'delta refused';
  }
  const built = change.finish();
  // Data is not looked at again: what has a right checksum was looked at when it came.
  store.discard(built);
  return 'delta applied';
}

/** As load/zone-copy.ts does it. */
function runCopy(store: ZoneStore, octets: Uint8Array): string {
  const builder = store.startZone(apex, Class.in);
  let records = 0;
  const isWhole = forEachRecord(octets, (record) => {
    builder.addRecord(record);
    records++;
  });
  if (!isWhole || records === 0) {
    builder.discard();
    return 'copy broken';
  }
  const built = builder.finish();
  must(built.recordCount <= records, 'a zone has no more records than its copy');
  store.discard(built);
  return 'copy';
}

function recordsOf(zone: string): Uint8Array {
  const buffer = new RecordBuffer();
  const open = openFromMemory(new Map([['j', zone]]));
  parseZone({ file: 'j', apex, open, sink: { addRecord: (r) => buffer.add(r) }, onDiagnostic: () => undefined });
  return buffer.octets.slice();
}

function deltaValue(): Uint8Array {
  const [from, to] = [1, 2].map((serial) => recordsOf(`@ 60 SOA ns h ${serial} 2 3 4 5\n`)) as [Uint8Array, Uint8Array];
  const gone = recordsOf('gone 60 A 192.0.2.9\n');
  const added = recordsOf('new 60 A 192.0.2.10\n*.w 60 TXT "x"\n');
  return concat(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0), from, gone, to, added);
}
