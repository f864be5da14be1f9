/** A TCP worker that runs in this thread, with a zone that is longer than what connections hold, and a client that reads or doesn't. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { Answerer } from '../../../src/answer/answerer.ts';
import { runTcpWorker } from '../../../src/dataplane/run-tcp-worker.ts';
import { AccessList } from '../../../src/plane/access/access-list-table.ts';
import { ControlWords } from '../../../src/plane/control-words.ts';
import { createCounters } from '../../../src/plane/counters.ts';
import type { WorkerStart } from '../../../src/plane/messages.ts';
import { createLogRing, LogRingReader } from '../../../src/plane/rings/log-ring.ts';
import type { ZoneDeclaration } from '../../../src/store/image/zone-set.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { type DecodedMessage, decodeMessage } from '../../interop/lib/decode-message.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';
import { findFreePort } from '../../interop/lib/free-port.ts';
import { defaultSettings } from '../answer/served.ts';
import { addAll, record } from '../store/zone-fixture.ts';
import { soaRecordData } from '../transfer/out/transfer-fixture.ts';

export const apex = wireNameFrom('zone.test.');
const places = 2;
/** More than the kernel buffers on both sides of a connection. */
export const longRecords = 300;
export const longOctets = 60_000;

export const soa = (serial: number) => record('zone.test.', Type.soa, soaRecordData(serial));
const long = Array.from({ length: longRecords }, (_, i) =>
  record(`h${i}.zone.test.`, 65_280, new Uint8Array(longOctets).fill(i)),
);

export class Worker {
  readonly store = ZoneStore.create({ maxOctets: 2 ** 28 });
  readonly counters = createCounters(1);
  readonly control = new ControlWords();
  readonly ring = createLogRing(65_536);
  port = 0;
  private readonly journalFolder: string | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly channel = new MessageChannel();

  /** `journalFolder`: where changes are; none where it is missing. */
  constructor(journalFolder?: string) {
    this.journalFolder = journalFolder;
    this.declare();
    const builder = this.store.startZone(apex, 1);
    addAll(builder, [soa(7), ...long]);
    this.store.publish(0, builder.finish());
    this.control.setSecurityLog(true);
  }

  declare(settings: Omit<ZoneDeclaration, 'view' | 'class' | 'apex'> = {}): void {
    this.store.declareZones([{ view: 0, class: 1, apex, allowTransfer: AccessList.any, ...settings }]);
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
      journalFolder: this.journalFolder,
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

export class Client {
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

  /** For the changes since that serial (RFC 1995 §3). */
  askChanges(serial: number): this {
    const question = buildQuery({ name: 'zone.test.', type: 'IXFR' });
    const soa = Buffer.alloc(34);
    soa.writeUInt32BE(0xc00c0006, 0);
    soa.writeUInt16BE(1, 4);
    soa.writeUInt16BE(22, 10);
    soa.writeUInt32BE(serial, 14);
    const ixfr = Buffer.concat([question, soa]);
    ixfr[9] = 1;
    this.socket.write(Buffer.concat([Buffer.of(0, ixfr.length), ixfr]));
    return this;
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
