import { describe, expect, it } from 'vitest';
import { TransferDesk } from '../../../src/dataplane/transfer-desk.ts';
import type { TransferJournal } from '../../../src/dataplane/transfer-journal.ts';
import { TransferLog } from '../../../src/dataplane/transfer-log.ts';
import { TransferPins } from '../../../src/dataplane/transfer-pins.ts';
import type { TransferQuestion } from '../../../src/dataplane/transfer-question.ts';
import { AccessList } from '../../../src/plane/access/access-list-table.ts';
import { CounterBlock, createCounters } from '../../../src/plane/counters.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../src/plane/rings/log-ring.ts';
import { publishedViewOf } from '../../../src/store/image/published-view.ts';
import { type ZoneKey, ZoneStore } from '../../../src/store/zone-store.ts';
import { Rcode, Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { addAll, record } from '../store/zone-fixture.ts';
import { soaRecordData } from '../transfer/out/transfer-fixture.ts';

const apex = wireNameFrom('zone.test.');

const question: TransferQuestion = {
  qname: apex,
  class: 1,
  view: 0,
  isIxfr: true,
  clientSerial: 3,
  frame: new Uint8Array(12 + apex.length + 4),
  verdict: undefined,
  client: { family: 4, address: new Uint8Array(4), port: 1 },
};

function zoneOf(store: ZoneStore, serial: number) {
  const builder = store.startZone(apex, 1);
  addAll(builder, [record('zone.test.', Type.soa, soaRecordData(serial))]);
  return builder.finish();
}

/** A desk, and what it says. */
function deskOf(store: ZoneStore, journal: unknown) {
  const ring = createLogRing(65_536);
  const pins = new TransferPins(store.arena, [1]);
  const log = new TransferLog(new LogRingWriter(ring), () => true);
  const opening = { open: async () => journal } as unknown as TransferJournal;
  const desk = new TransferDesk(pins, opening, log, new CounterBlock(createCounters(1), 0));
  const texts = () => {
    const found: string[] = [];
    new LogRingReader(ring).read(({ text }) => found.push(Buffer.from(text).toString('latin1')));
    return found;
  };
  return { desk, pins, texts };
}

it('a journal that cannot be read is SERVFAIL for its client, and the place for a transfer is free again', async () => {
  const store = ZoneStore.create({ maxOctets: 2 ** 26 });
  store.declareZones([{ view: 0, class: 1, apex, allowTransfer: AccessList.any }]);
  store.publish(0, zoneOf(store, 7));
  const chain = () => {
    throw new Error('MDB_CORRUPTED: Located page was wrong type');
  };
  const { desk, pins, texts } = deskOf(store, { chain });
  const opened = await desk.open(question, 0);
  expect('response' in opened && (opened.response[3] as number) & 15).toBe(Rcode.servFail);
  expect(pins.take()).toBeDefined();
  expect(texts()).toEqual(['IXFR request failed: MDB_CORRUPTED: Located page was wrong type']);
});

describe('a zone with something else for secondaries beside it', () => {
  const declared = () => {
    const store = ZoneStore.create({ maxOctets: 2 ** 26 });
    const [own, beside] = [0, publishedViewOf(0)].map((view) => ({ view, class: 1, apex }));
    store.declareZones([{ ...(own as ZoneKey), allowTransfer: AccessList.any }, { ...(beside as ZoneKey) }]);
    store.publish(0, zoneOf(store, 7));
    return store;
  };

  it('is transferred when both have the same serial, by a journal of its own', async () => {
    const store = declared();
    const asked: unknown[] = [];
    const chain = (id: unknown, from: number, to: number) => void asked.push([id, from, to]);
    const { desk, texts } = deskOf(store, { chain });
    const opening = desk.open(question, 0);
    setTimeout(() => store.publish(1, zoneOf(store, 7)), 20);
    expect(await opening).toMatchObject({ serial: 7, style: 'AXFR-style IXFR' });
    expect(asked).toEqual([[{ view: 0, class: 1, apex, isPublished: true }, 3, 7]]);
    expect(texts()).toHaveLength(2);
  });

  it('is SERVFAIL where they stay apart, and the place for a transfer is free again', async () => {
    const store = declared();
    store.publish(1, zoneOf(store, 6));
    const { desk, pins, texts } = deskOf(store, undefined);
    const opened = await desk.open(question, 0);
    expect('response' in opened && (opened.response[3] as number) & 15).toBe(Rcode.servFail);
    expect(pins.take()).toBeDefined();
    expect(texts()).toEqual(['IXFR request failed: what is published of the zone is of another serial than the zone']);
  });
});
