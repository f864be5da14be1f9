import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { isBatchAvailable } from '../../src/plane/libc.ts';
import type { ListenAddress, TcpLimits } from '../../src/plane/messages.ts';
import { LogFlag, LogKind, type QueryLogEntry } from '../../src/plane/rings/log-record.ts';
import { formatAddress } from '../../src/plane/sockets/socket-address.ts';
import { TcpFrames } from '../../src/wire/tcp-frames.ts';
import { question, type StartOptions, settings, WorkerUnderTest } from '../unit/dataplane/worker-under-test.ts';

const localhost: ListenAddress = { family: 4, address: '127.0.0.1', port: 0 };

function framed(...messages: Buffer[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [Buffer.of(message.length >>> 8, message.length & 255), message]));
}

class Client {
  readonly replies: Buffer[] = [];
  readonly socket: Socket;
  readonly closed: Promise<void>;
  /** The server has sent its FIN. */
  ended = false;
  private readonly frames = new TcpFrames();

  constructor(port: number, address = '127.0.0.1') {
    this.socket = connect({ port, host: address, allowHalfOpen: true, noDelay: true });
    this.socket.on('error', () => undefined);
    this.socket.on('end', () => {
      this.ended = true;
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.socket.on('close', () => resolve());
    this.socket.on('data', (chunk) => {
      this.frames.push(chunk);
      while (this.frames.next()) {
        const { octets, messageOffset, messageOctets } = this.frames;
        this.replies.push(Buffer.from(octets.subarray(messageOffset, messageOffset + messageOctets)));
      }
    });
  }

  async wait(count: number): Promise<readonly Buffer[]> {
    await until(() => this.replies.length >= count);
    return this.replies;
  }

  get ids(): readonly number[] {
    return this.replies.map((reply) => reply.readUInt16BE(0));
  }
}

/** At most twenty seconds. */
async function until(isTrue: () => boolean): Promise<boolean> {
  for (let i = 0; i < 2000 && !isTrue(); i++) await sleep(10);
  return isTrue();
}

/** A connection that has been idle for less than this is not closed in favour of another. */
const freshMs = 1000;

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

const workers: WorkerUnderTest[] = [];
const clients: Client[] = [];
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  for (const worker of workers.splice(0)) await worker.close();
});

async function start(tcp: Partial<TcpLimits> = {}, options: Partial<StartOptions> = {}): Promise<WorkerUnderTest> {
  const worker = await WorkerUnderTest.start({ transport: 'tcp', addresses: [localhost], tcp, ...options });
  workers.push(worker);
  return worker;
}

async function client(port: number, address?: string): Promise<Client> {
  const made = new Client(port, address);
  clients.push(made);
  await once(made.socket, 'connect');
  return made;
}

describe.each([
  ['handed over', {}],
  ['of its own', { withoutLibc: true }],
])('TCP worker on sockets %s', (_name, options) => {
  it('answers on several addresses, and counts', async () => {
    const second: ListenAddress = { family: 4, address: '127.0.0.2', port: 0 };
    const worker = await start({}, { ...options, addresses: [localhost, second] });
    for (const { address, port } of worker.sockets.addresses) {
      const asker = await client(port, address);
      asker.socket.write(framed(question(1, 'a.example')));
      const [reply] = await asker.wait(1);
      expect(reply?.subarray(12)).toEqual(question(0, 'a.example').subarray(12));
    }
    expect(worker.counts().named).toMatchObject({ ReqTCP: 2, QryTCP: 2, QryUDP: 0, tcpConnections: 2, tcpAccepted: 2 });
  });
});

describe.runIf(isBatchAvailable())('TCP worker', () => {
  it('puts messages together from segments cut anywhere', async () => {
    const worker = await start();
    const asker = await client(worker.port);
    const stream = framed(
      question(0, 'a.example'),
      Buffer.alloc(0),
      question(1, 'silent.example'),
      question(2, 'bc.example'),
    );
    for (let cut = 1; cut < stream.length; cut++) {
      asker.socket.write(stream.subarray(0, cut));
      await sleep(1);
      asker.socket.write(stream.subarray(cut));
      await asker.wait(2 * cut);
    }
    const expected = Array.from({ length: stream.length - 1 }, () => [0, 2]).flat();
    expect(asker.ids).toEqual(expected);
    const slow = await client(worker.port);
    for (const octet of stream) {
      slow.socket.write(Buffer.of(octet));
      await sleep(0);
    }
    await slow.wait(2);
    expect(slow.ids).toEqual([0, 2]);
  });

  it('answers a thousand questions in one go, in their order', async () => {
    const worker = await start();
    const asker = await client(worker.port);
    asker.socket.write(framed(...upTo(1000).map((i) => question(i, `n${i}.example`))));
    const replies = await asker.wait(1000);
    expect(asker.ids).toEqual(upTo(1000));
    expect(replies.every((reply, i) => reply.subarray(12).equals(question(0, `n${i}.example`).subarray(12)))).toBe(
      true,
    );
  });

  it('gives a client that sends FIN after its questions all answers, then FIN', async () => {
    const worker = await start();
    const asker = await client(worker.port);
    asker.socket.end(framed(...upTo(50).map((i) => question(i, 'big-9000.example'))));
    await asker.wait(50);
    expect(asker.ids).toEqual(upTo(50));
    await asker.closed;
    expect(asker.ended).toBe(true);
    expect(await until(() => worker.counts().named.tcpConnections === 0)).toBe(true);
  });

  it('closes a connection whose last message was cut short by FIN', async () => {
    const worker = await start();
    const asker = await client(worker.port);
    asker.socket.end(framed(question(1, 'a.example'), question(2, 'a.example')).subarray(0, -3));
    await asker.closed;
    expect(asker.ids).toEqual([1]);
  });

  it('sends the largest response', async () => {
    const worker = await start();
    const asker = await client(worker.port);
    asker.socket.write(framed(question(1, 'big-65535.example'), question(2, 'a.example')));
    const replies = await asker.wait(2);
    expect(replies.map((reply) => reply.length)).toEqual([65_535, question(2, 'a.example').length]);
  });

  it('closes idle connections and those that never finish a question, and keeps the others', async () => {
    const worker = await start({ idleMs: 1200 });
    const [idle, partial, busy] = [await client(worker.port), await client(worker.port), await client(worker.port)];
    partial.socket.write(framed(question(1, 'a.example')).subarray(0, 9));
    let asked = 0;
    for (; asked < 200 && !(idle.ended && partial.socket.destroyed); asked++) {
      busy.socket.write(framed(question(asked, 'a.example')));
      // One more octet now and then doesn't make it a question.
      partial.socket.write(Buffer.of(0));
      await sleep(50);
    }
    await busy.wait(asked);
    expect([idle.ended, busy.ended, busy.replies.length]).toEqual([true, false, asked]);
    expect(worker.counts().named.tcpTimedOut).toBe(2);
  });

  it('closes a busy connection at the total limit', async () => {
    const worker = await start({ totalMs: 500 });
    const asker = await client(worker.port);
    const started = performance.now();
    for (let i = 0; i < 100 && !asker.ended; i++) {
      asker.socket.write(framed(question(i, 'a.example')));
      await sleep(30);
    }
    expect(asker.ended).toBe(true);
    expect(performance.now() - started).toBeGreaterThan(400);
    expect(asker.replies.length).toBeGreaterThan(3);
  });

  it('refuses a connection above the bound while the others are fresh', async ({ skip }) => {
    const worker = await start({ connections: 3 });
    const started = performance.now();
    const first = [await client(worker.port), await client(worker.port), await client(worker.port)];
    const extra = new Client(worker.port);
    clients.push(extra);
    await until(() => extra.socket.destroyed || performance.now() - started > freshMs);
    skip(performance.now() - started > freshMs, 'the machine is too slow for the others to be fresh still');
    for (const [i, one] of first.entries()) {
      one.socket.write(framed(question(i, 'a.example')));
      await one.wait(1);
      expect(one.ids).toEqual([i]);
    }
    expect(worker.counts().named).toMatchObject({
      tcpConnections: 3,
      TCPConnHighWater: 3,
      tcpRefused: 1,
      tcpEvicted: 0,
    });
    first[0]?.socket.destroy();
    expect(await until(() => worker.counts().named.tcpConnections === 2)).toBe(true);
    const next = await client(worker.port);
    next.socket.write(framed(question(9, 'a.example')));
    await next.wait(1);
    expect(next.ids).toEqual([9]);
  });

  it('gives the place of the longest idle connection to a new one', async () => {
    const worker = await start({ connections: 2 });
    const [older, newer] = [await client(worker.port), await client(worker.port)];
    await sleep(1100);
    older.socket.write(framed(question(1, 'a.example')));
    await older.wait(1);
    const extra = await client(worker.port);
    extra.socket.write(framed(question(2, 'a.example')));
    await extra.wait(1);
    expect(extra.ids).toEqual([2]);
    expect(await until(() => newer.ended || newer.socket.destroyed)).toBe(true);
    expect(older.ended).toBe(false);
    expect(worker.counts().named).toMatchObject({ tcpConnections: 2, tcpRefused: 0, tcpEvicted: 1 });
  });

  it('stops reading from a client that does not read, and closes it in the end', async () => {
    const worker = await start({ idleMs: 1200 });
    const asker = await client(worker.port);
    asker.socket.pause();
    const count = 3000;
    // Some 180 MB of responses if all were answered.
    asker.socket.write(framed(...upTo(count).map((i) => question(i, 'big-60000.example'))));
    await sleep(600);
    const answered = worker.counts().named.Response;
    expect(answered).toBeLessThan(count / 2);
    const other = await client(worker.port);
    other.socket.write(framed(question(7, 'a.example')));
    await other.wait(1);
    expect(worker.counts().named.Response).toBe(answered + 1);
    // Only one end of the connection is gone then; the client learns of it when it reads.
    expect(await until(() => worker.counts().named.tcpTimedOut >= 1)).toBe(true);
    expect(await until(() => worker.counts().named.tcpConnections <= 1)).toBe(true);
  });

  it('goes on with a slow client once it reads, and loses nothing', async () => {
    const worker = await start();
    const asker = await client(worker.port);
    asker.socket.pause();
    const count = 600;
    asker.socket.end(framed(...upTo(count).map((i) => question(i, 'big-30000.example'))));
    await sleep(200);
    asker.socket.resume();
    await asker.wait(count);
    expect(asker.ids).toEqual(upTo(count));
    await asker.closed;
  });

  it('outlives resets and questions whose answering throws', async () => {
    const worker = await start();
    for (let i = 0; i < 5; i++) {
      const reset = await client(worker.port);
      reset.socket.write(framed(...upTo(20).map((id) => question(id, 'big-30000.example'))));
      reset.socket.resetAndDestroy();
    }
    const asker = await client(worker.port);
    asker.socket.write(framed(question(1, 'throw.example'), question(2, 'a.example'), question(3, 'throw.example')));
    const replies = await asker.wait(3);
    expect(replies.map((reply) => [reply.readUInt16BE(0), (reply[3] ?? 0) & 15])).toEqual([
      [1, 2],
      [2, 0],
      [3, 2],
    ]);
    expect(worker.messages.filter(({ kind }) => kind === 'fault')).toHaveLength(1);
    expect(await until(() => worker.counts().named.tcpConnections === 1)).toBe(true);
  });

  it('takes new settings, and logs queries with T', async () => {
    const worker = await start();
    worker.control.setQueryLog(true);
    worker.post({ kind: 'settings', settings: { ...settings, serverId: 'second' } });
    worker.control.raiseSettingsGeneration();
    const asker = await client(worker.port);
    asker.socket.write(framed(question(1, 'a.example'), question(2, 'b.example')));
    const replies = await asker.wait(2);
    expect(replies.map((reply) => reply.readUInt16BE(6))).toEqual([2, 2]);
    // Responses leave before the log is published, once per chunk.
    const entries: QueryLogEntry[] = [];
    await until(() => entries.push(...worker.logged()) >= 2);
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      kind: LogKind.query,
      flags: LogFlag.tcp | LogFlag.recursionDesired,
      clientPort: asker.socket.localPort,
      localPort: worker.port,
    });
    expect(formatAddress(entries[0]?.client ?? new Uint8Array(4))).toBe('127.0.0.1');
  });

  it.each(['by the control word', 'by a message'])(
    'stops %s: answers what it has received, then closes',
    async (way) => {
      const worker = await start();
      const [idle, busy] = [await client(worker.port), await client(worker.port)];
      busy.socket.write(framed(...upTo(300).map((i) => question(i, 'big-3000.example'))));
      const started = performance.now();
      if (way === 'by a message') {
        worker.post({ kind: 'stop' });
        await worker.ended();
      } else {
        await worker.stop();
      }
      expect(performance.now() - started).toBeLessThan(5000);
      await busy.wait(300);
      expect(busy.ids).toEqual(upTo(300));
      expect(await until(() => idle.ended && busy.ended)).toBe(true);
      expect(worker.messages.at(-1)).toEqual({ kind: 'stopped' });
    },
  );

  it('is replaced without losing connections that wait, or descriptors', async () => {
    const worker = await start();
    let descriptors = 0;
    for (let round = 0; round < 4; round++) {
      if (round % 2 === 0) await worker.kill();
      else await worker.stop();
      // The listening socket that main holds takes it in.
      const asker = await client(worker.port);
      asker.socket.write(framed(question(round, 'a.example')));
      await worker.startWorker();
      await asker.wait(1);
      expect(asker.ids).toEqual([round]);
      asker.socket.destroy();
      await asker.closed;
      expect(await until(() => worker.counts().named.tcpConnections === 0)).toBe(true);
      const now = readdirSync('/proc/self/fd').length;
      if (round > 0) expect(now).toBe(descriptors);
      descriptors = now;
    }
  });
});
