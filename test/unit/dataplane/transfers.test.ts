/** Transfers over real connections to a TCP worker that runs in this thread, beside a store that changes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../src/control/journal/journal.ts';
import { AccessList } from '../../../src/plane/access/access-list-table.ts';
import { Counter } from '../../../src/plane/counters.ts';
import { DeltaWriter } from '../../../src/transfer/journal/delta.ts';
import { emptyJournalAt } from '../../../src/transfer/journal/stored-zone.ts';
import { Rcode, Type } from '../../../src/wire/codes.ts';
import type { DecodedMessage } from '../../interop/lib/decode-message.ts';
import { addAll, record } from '../store/zone-fixture.ts';
import { apex, Client, longOctets, longRecords, soa, Worker } from './transfer-worker.ts';

const wholeRecords = longRecords + 2;

describe('transfers', () => {
  let worker: Worker;
  const clients: Client[] = [];
  const open = (): Client => {
    const client = new Client(worker.port);
    clients.push(client);
    return client;
  };
  beforeEach(async () => {
    worker = new Worker();
    await worker.start();
  });
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await worker.stop();
  });

  /** A client that reads nothing, after its transfer has begun. */
  async function stall(): Promise<Client> {
    const client = open();
    client.socket.pause();
    client.ask('AXFR');
    const before = worker.count(Counter.transfersOut);
    await expect.poll(() => worker.count(Counter.transfersOut)).toBe(before + 1);
    await sleep(20);
    return client;
  }

  it('answers pipelined questions in their order, the transfer among them, and takes the next connection', async () => {
    const client = open().ask('SOA', 'AXFR', 'NS', 'SOA');
    await expect.poll(() => client.records).toBe(1 + wholeRecords + 1);
    await expect.poll(() => client.questionTypes).toEqual([Type.soa, Type.axfr, Type.ns, Type.soa]);
    expect(worker.count(Counter.XfrReqDone)).toBe(1);
    expect(worker.count(Counter.transfersOut)).toBe(0);
    const [started, ended] = worker.log();
    expect(started).toBe('AXFR started\0 (serial 7)');
    expect(ended).toMatch(
      /^AXFR ended: \d+ messages, 302 records, \d+ bytes, \d\.\d{3} secs \(\d+ bytes\/sec\) \(serial 7\)$/,
    );
  });

  it('waits for a client that reads slowly, longer than others may be connected, and answers others meanwhile', async () => {
    const slow = await stall();
    const other = open().ask('SOA');
    await expect.poll(() => other.records).toBe(1);
    await sleep(1000);
    expect(slow.isClosed).toBe(false);
    slow.socket.resume();
    await expect.poll(() => slow.records).toBe(wholeRecords);
  });

  it('sends the version with which it began, while others are published, and then lets go of it', async () => {
    const slow = await stall();
    for (let serial = 8; serial < 11; serial++) {
      const builder = worker.store.startZone(apex, 1);
      addAll(builder, [soa(serial)]);
      worker.store.publish(0, builder.finish());
    }
    expect(worker.held()).toBeGreaterThan(0);
    const late = open().ask('AXFR');
    await expect.poll(() => late.records).toBe(2);
    slow.socket.resume();
    await expect.poll(() => slow.records).toBe(wholeRecords);
    expect(slow.lastSerial).toBe(7);
    await expect.poll(() => worker.held()).toBe(0);
  });

  it('goes on to the end with a zone that is taken out of the configuration, or closed to the client', async () => {
    const slow = await stall();
    worker.declare({ allowTransfer: AccessList.none });
    expect((await refusedBy(worker)).rcode).toBe(Rcode.refused);
    worker.store.declareZones([]);
    expect((await refusedBy(worker)).rcode).toBe(Rcode.notAuth);
    expect(worker.count(Counter.XfrRej)).toBe(1);
    slow.socket.resume();
    await expect.poll(() => slow.records).toBe(wholeRecords);
    await expect.poll(() => worker.held()).toBe(0);
  });

  it('has so many at once, and answers more with SERVFAIL, after which the connection is good for others', async () => {
    const [first, second] = [await stall(), await stall()];
    const third = open().ask('AXFR', 'SOA');
    await expect.poll(() => third.answers.map(({ rcode }) => rcode)).toEqual([Rcode.servFail, Rcode.noError]);
    expect(worker.log().at(-1)).toBe('AXFR request denied: quota reached');
    first.socket.resume();
    await expect.poll(() => first.records).toBe(wholeRecords);
    const fourth = open().ask('AXFR');
    await expect.poll(() => fourth.records).toBe(wholeRecords);
    expect(second.isClosed).toBe(false);
  });

  it('lets go when the client does', async () => {
    const slow = await stall();
    const builder = worker.store.startZone(apex, 1);
    addAll(builder, [soa(8)]);
    worker.store.publish(0, builder.finish());
    expect(worker.held()).toBeGreaterThan(0);
    slow.socket.destroy();
    await expect.poll(() => worker.count(Counter.transfersOut)).toBe(0);
    expect(worker.held()).toBe(0);
    expect(worker.count(Counter.XfrReqDone)).toBe(0);
    expect(worker.log().at(-1)).toMatch(/^send: /);
  });

  it.each([
    ['takes nothing for longer than max-transfer-idle-out', { transferIdleSeconds: 1 }],
    ['takes longer than max-transfer-time-out', { transferSeconds: 1 }],
  ])('gives up a client that %s, and lets go of the version', async (_, bounds) => {
    worker.declare(bounds);
    const slow = await stall();
    const builder = worker.store.startZone(apex, 1);
    addAll(builder, [soa(8)]);
    worker.store.publish(0, builder.finish());
    await sleep(200);
    expect(worker.count(Counter.transfersOut)).toBe(1);
    await expect.poll(() => worker.count(Counter.transfersOut)).toBe(0);
    expect(worker.log().at(-1)).toBe('aborted: timed out');
    expect(worker.held()).toBe(0);
    slow.socket.resume();
    await expect.poll(() => slow.isClosed).toBe(true);
    expect(slow.records).toBeLessThan(wholeRecords);
  });

  it('ends one that goes on, too, when it takes longer than max-transfer-time-out', async () => {
    worker.declare({ transferSeconds: 1, transferIdleSeconds: 60 });
    const slow = await stall();
    // A little each time: never idle.
    const reading = setInterval(() => slow.socket.read(100_000), 50);
    await expect.poll(() => worker.count(Counter.transfersOut)).toBe(0);
    clearInterval(reading);
    expect(worker.log().at(-1)).toBe('aborted: timed out');
  });

  it('sends all to a client that has said it has no more questions', async () => {
    const client = open().ask('AXFR');
    client.socket.end();
    await expect.poll(() => client.isClosed).toBe(true);
    expect(client.records).toBe(wholeRecords);
  });

  it('answers an IXFR without a SOA with FORMERR, and without a journal with the zone', async () => {
    const client = open().ask('IXFR');
    await expect.poll(() => client.answers.map(({ rcode }) => rcode)).toEqual([Rcode.formErr]);
    client.askChanges(3);
    await expect.poll(() => client.records).toBe(wholeRecords);
    expect(worker.log()).toEqual([
      // The question that is none has its line by its kind alone.
      '',
      'IXFR version not in journal, falling back to AXFR',
      'AXFR-style IXFR started\0 (serial 7)',
      expect.stringMatching(/^AXFR-style IXFR ended: .* \(serial 7\)$/),
    ]);
  });
});

async function refusedBy(worker: Worker): Promise<DecodedMessage> {
  const client = new Client(worker.port).ask('AXFR');
  await expect.poll(() => client.answers.length).toBe(1);
  client.socket.destroy();
  return client.answers[0] as DecodedMessage;
}

describe('changes that the journal loses while they are sent', () => {
  const id = { view: 0, class: 1, apex };
  const serials = [1, 2, 3, 4, 5, 6];
  const perChange = 60;
  let folder: string;
  let journal: Journal;
  let worker: Worker;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ringzone-broken-'));
    const opened = await Journal.open(folder);
    if (!opened.ok) throw new Error(opened.error);
    journal = opened.value;
    await journal.write(journal.append(id, emptyJournalAt(1), serials.map(changeFrom), 2 ** 30));
    worker = new Worker(folder);
    await worker.start();
  });
  afterEach(async () => {
    await worker.stop();
    await journal.close();
    rmSync(folder, { recursive: true });
  });

  /** To the next serial. */
  function changeFrom(serial: number) {
    const delta = new DeltaWriter();
    delta.removeRecord(soa(serial));
    delta.addRecord(soa(serial + 1));
    for (let i = 0; i < perChange; i++) {
      delta.addRecord(record(`c${serial}-${i}.zone.test.`, 65_280, new Uint8Array(longOctets).fill(i)));
    }
    return delta.finish();
  }

  const allRecords = 2 + serials.length * (2 + perChange);

  it('are an end of the connection before the last SOA, and then the zone as a whole', async () => {
    const good = new Client(worker.port).askChanges(1);
    await expect.poll(() => good.records).toBe(allRecords);
    good.socket.destroy();
    const slow = new Client(worker.port);
    slow.socket.pause();
    slow.askChanges(1);
    await expect.poll(() => worker.count(Counter.transfersOut)).toBe(1);
    await sleep(50);
    const stored = journal.readZone(id);
    if (stored === undefined || stored === 'damaged') throw new Error('the journal is there');
    await journal.write(journal.restart(id, stored, 7, {}));
    slow.socket.resume();
    await expect.poll(() => slow.isClosed).toBe(true);
    // Who has half of it must not take it for the whole.
    expect(slow.records).toBeGreaterThan(perChange);
    expect(slow.records).toBeLessThan(allRecords);
    expect(worker.log().at(-1)).toMatch(/^sending zone data: the journal has lost the change from serial \d$/);
    expect(worker.count(Counter.transfersOut)).toBe(0);
    expect(worker.held()).toBe(0);
    const again = new Client(worker.port).askChanges(1);
    await expect.poll(() => again.records).toBe(wholeRecords);
    expect(worker.log().at(-1)).toMatch(/^AXFR-style IXFR ended/);
    again.socket.destroy();
  });
});
