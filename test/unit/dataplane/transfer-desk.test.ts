import { expect, it } from 'vitest';
import { TransferDesk } from '../../../src/dataplane/transfer-desk.ts';
import type { TransferJournal } from '../../../src/dataplane/transfer-journal.ts';
import { TransferLog } from '../../../src/dataplane/transfer-log.ts';
import { TransferPins } from '../../../src/dataplane/transfer-pins.ts';
import type { TransferQuestion } from '../../../src/dataplane/transfer-question.ts';
import { AccessList } from '../../../src/plane/access/access-list-table.ts';
import { CounterBlock, createCounters } from '../../../src/plane/counters.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../src/plane/log-ring.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { Rcode, Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { addAll, record } from '../store/zone-fixture.ts';
import { soaRecordData } from '../transfer/out/transfer-fixture.ts';

const apex = wireNameFrom('zone.test.');

it('a journal that cannot be read is SERVFAIL for its client, and the place for a transfer is free again', async () => {
  const store = ZoneStore.create({ maxOctets: 2 ** 26 });
  store.declareZones([{ view: 0, class: 1, apex, allowTransfer: AccessList.any }]);
  const builder = store.startZone(apex, 1);
  addAll(builder, [record('zone.test.', Type.soa, soaRecordData(7))]);
  store.publish(0, builder.finish());
  const ring = createLogRing(65_536);
  const chain = () => {
    throw new Error('MDB_CORRUPTED: Located page was wrong type');
  };
  const journal = { open: async () => ({ chain }) } as unknown as TransferJournal;
  const pins = new TransferPins(store.arena, [1]);
  const log = new TransferLog(new LogRingWriter(ring), () => true);
  const desk = new TransferDesk(pins, journal, log, new CounterBlock(createCounters(1), 0));
  const frame = new Uint8Array(12 + apex.length + 4);
  const question: TransferQuestion = {
    qname: apex,
    class: 1,
    view: 0,
    isIxfr: true,
    clientSerial: 3,
    frame,
    verdict: undefined,
    client: { family: 4, address: new Uint8Array(4), port: 1 },
  };
  const opened = await desk.open(question, 0);
  expect('response' in opened && (opened.response[3] as number) & 15).toBe(Rcode.servFail);
  expect(pins.take()).toBeDefined();
  const texts: string[] = [];
  new LogRingReader(ring).read(({ text }) => texts.push(Buffer.from(text).toString('latin1')));
  expect(texts).toEqual(['IXFR request failed: MDB_CORRUPTED: Located page was wrong type']);
});
