/** Transfers over real connections to a TCP worker that runs in this thread, beside a store that changes. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Answerer } from '../../../src/answer/answerer.ts';
import { runTcpWorker } from '../../../src/dataplane/run-tcp-worker.ts';
import { AccessList } from '../../../src/plane/access/access-list-table.ts';
import { ControlWords } from '../../../src/plane/control-words.ts';
import { Counter, createCounters } from '../../../src/plane/counters.ts';
import { createLogRing, LogRingReader } from '../../../src/plane/log-ring.ts';
import type { WorkerStart } from '../../../src/plane/messages.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { Rcode, Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { type DecodedMessage, decodeMessage } from '../../interop/lib/decode-message.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';
import { findFreePort } from '../../interop/lib/judge.ts';
import { defaultSettings } from '../answer/served.ts';
import { addAll, record } from '../store/zone-fixture.ts';
import { soaRecordData } from '../transfer/out/transfer-fixture.ts';

const apex = wireNameFrom('zone.test.');
const places = 2;
/** More than the kernel buffers on both sides of a connection. */
const longRecords = 300;
const longOctets = 60_000;

const soa = (serial: number) => record('zone.test.', Type.soa, soaRecordData(serial));
const long = Array.from({ length: longRecords }, (_, i) =>
  record(`h${i}.zone.test.`, 65_280, new Uint8Array(longOctets).fill(i)),
);

class Worker {
  readonly store = ZoneStore.create({ maxOctets: 2 ** 28 });
  readonly counters = createCounters(1);
  readonly control = new ControlWords();
  readonly ring = createLogRing(65_536);
  port = 0;
  private running: Promise<void> = Promise.resolve();
  private readonly channel = new MessageChannel();

  constructor() {
    this.declare();
    const builder = this.store.startZone(apex, 1);
    addAll(builder, [soa(7), ...long]);
    this.store.publish(0, builder.finish());
    this.control.setSecurityLog(true);
  }

  declare(allowTransfer: number = AccessList.any): void {
    this.store.declareZones([{ view: 0, class: 1, apex, allowTransfer }]);
  }

  async start(): Promise<void> {
    this.port = await findFreePort();
    const reader = new ZoneReader(this.store.arena, 0);
    const start: WorkerStart = {
      name: 'tcp-1',
      arena: this.store.arena,
      readerIndex: 0,
      counters: this.counters,
      counterIndex: 0,
      queryLog: this.ring,
      controlWords: this.control.buffer,
      settings: defaultSettings,
      sockets: [{ family: 4, address: '127.0.0.1', port: this.port, fd: -1 }],
      tcp: { connections: 10, idleMs: 300, totalMs: 600 },
      udpBackend: 'dgram',
      transferReaders: Array.from({ length: places }, (_, i) => 1 + i),
    };
    const ready = once(this.channel.port2, 'message');
    this.running = runTcpWorker(start, this.channel.port1, {
      reader,
      createAnswerer: (settings, client) => new Answerer(reader, settings, undefined, client),
    });
    await ready;
  }

  async stop(): Promise<void> {
    this.channel.port2.postMessage({ kind: 'stop' });
    await this.running;
    this.channel.port2.close();
  }

  count(counter: number): number {
    // Looking makes no new block: that would forget the gauges.
    return new Float64Array(this.counters)[counter] as number;
  }

  log(): string[] {
    const texts: string[] = [];
    new LogRingReader(this.ring).read(({ text }) => texts.push(Buffer.from(text).toString('latin1')));
    return texts;
  }

  /** Pieces of memory that transfers still hold. */
  held(): number {
    this.store.reclaim();
    return this.store.waitingPieces;
  }
}

class Client {
  readonly socket: Socket;
  private readonly messages: Uint8Array[] = [];
  private rest = Buffer.alloc(0);
  isClosed = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  ask(...types: readonly string[]): this {
    for (const type of types) {
      const question = buildQuery({ name: 'zone.test.', type });
      this.socket.write(Buffer.concat([Buffer.of(0, question.length), question]));
    }
    return this;
  }

  /** All messages, which must be short: decoding writes their data in text. */
  get answers(): readonly DecodedMessage[] {
    return this.messages.map(decodeMessage);
  }

  /** QTYPEs of the messages that have a question. */
  get questionTypes(): readonly number[] {
    const typeAt = 12 + apex.length;
    return this.messages.flatMap((octets) => (octets[5] === 1 ? [octets[typeAt + 1] as number] : []));
  }

  /** Of the SOA at the end of a transfer: its data ends the message. */
  get lastSerial(): number {
    const octets = Buffer.from(this.messages.at(-1) ?? []);
    return octets.readUInt32BE(octets.length - 20);
  }

  /** Records so far, the SOAs among them. */
  get records(): number {
    return this.messages.reduce(
      (sum, octets) => sum + Buffer.from(octets.buffer, octets.byteOffset).readUInt16BE(6),
      0,
    );
  }

  private take(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= 2 && this.rest.length >= 2 + this.rest.readUInt16BE(0)) {
      const octets = this.rest.readUInt16BE(0);
      this.messages.push(Uint8Array.from(this.rest.subarray(2, 2 + octets)));
      this.rest = this.rest.subarray(2 + octets);
    }
  }
}

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
    await expect.poll(() => client.records, { timeout: 5000 }).toBe(1 + wholeRecords + 1);
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
    await expect.poll(() => slow.records, { timeout: 5000 }).toBe(wholeRecords);
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
    await expect.poll(() => slow.records, { timeout: 5000 }).toBe(wholeRecords);
    expect(slow.lastSerial).toBe(7);
    await expect.poll(() => worker.held()).toBe(0);
  });

  it('goes on to the end with a zone that is taken out of the configuration, or closed to the client', async () => {
    const slow = await stall();
    worker.declare(AccessList.none);
    expect((await refusedBy(worker)).rcode).toBe(Rcode.refused);
    worker.store.declareZones([]);
    expect((await refusedBy(worker)).rcode).toBe(Rcode.notAuth);
    expect(worker.count(Counter.XfrRej)).toBe(1);
    slow.socket.resume();
    await expect.poll(() => slow.records, { timeout: 5000 }).toBe(wholeRecords);
    await expect.poll(() => worker.held()).toBe(0);
  });

  it('has so many at once, and answers more with SERVFAIL, after which the connection is good for others', async () => {
    const [first, second] = [await stall(), await stall()];
    const third = open().ask('AXFR', 'SOA');
    await expect.poll(() => third.answers.map(({ rcode }) => rcode)).toEqual([Rcode.servFail, Rcode.noError]);
    expect(worker.log().at(-1)).toBe('AXFR request denied: quota reached');
    first.socket.resume();
    await expect.poll(() => first.records, { timeout: 5000 }).toBe(wholeRecords);
    const fourth = open().ask('AXFR');
    await expect.poll(() => fourth.records, { timeout: 5000 }).toBe(wholeRecords);
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

  it('sends all to a client that has said it has no more questions', async () => {
    const client = open().ask('AXFR');
    client.socket.end();
    await expect.poll(() => client.isClosed, { timeout: 5000 }).toBe(true);
    expect(client.records).toBe(wholeRecords);
  });

  it('answers an IXFR without a SOA with FORMERR, and without a journal with the zone', async () => {
    const client = open().ask('IXFR');
    await expect.poll(() => client.answers.map(({ rcode }) => rcode)).toEqual([Rcode.formErr]);
    const question = buildQuery({ name: 'zone.test.', type: 'IXFR' });
    const ixfr = Buffer.from([
      ...question,
      0xc0,
      12,
      0,
      6,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      22,
      0,
      0,
      0,
      0,
      0,
      3,
      ...Buffer.alloc(16),
    ]);
    ixfr[9] = 1;
    client.socket.write(Buffer.concat([Buffer.of(0, ixfr.length), ixfr]));
    await expect.poll(() => client.records, { timeout: 5000 }).toBe(wholeRecords);
    expect(worker.log()).toEqual([
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
