import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { isBatchAvailable } from '../../src/plane/libc.ts';
import type { ListenAddress } from '../../src/plane/messages.ts';
import { LogFlag, LogKind } from '../../src/plane/rings/log-record.ts';
import { formatAddress } from '../../src/plane/sockets/socket-address.ts';
import { question, type StartOptions, settings, WorkerUnderTest } from '../unit/dataplane/worker-under-test.ts';

const localhost: ListenAddress = { family: 4, address: '127.0.0.1', port: 0 };
const localhost6: ListenAddress = { family: 6, address: '::1', port: 0 };
const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some((info) => info.address === '::1'));

const backends: readonly [string, Omit<StartOptions, 'addresses'>][] = [
  ['batch', { transport: 'udp', backend: 'batch' }],
  ['dgram on handed-over sockets', { transport: 'udp', backend: 'dgram' }],
  ['dgram on sockets of its own', { transport: 'udp', backend: 'dgram', withoutLibc: true }],
];

interface Reply {
  readonly message: Buffer;
  readonly address: string;
}

/** A client that gathers what comes back. */
class Client {
  readonly replies: Reply[] = [];
  readonly socket: Socket;

  constructor(family: 4 | 6 = 4) {
    this.socket = createSocket(family === 4 ? 'udp4' : 'udp6');
    this.socket.on('message', (message, { address }) => this.replies.push({ message, address }));
  }

  async ask(message: Buffer, port: number, address = '127.0.0.1'): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.send(message, port, address, () => resolve());
    await promise;
  }

  /** Wait until `count` replies are there; fewer after three seconds. */
  async wait(count: number): Promise<readonly Reply[]> {
    for (let i = 0; i < 300 && this.replies.length < count; i++) await sleep(10);
    return this.replies;
  }
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(options: StartOptions): Promise<WorkerUnderTest> {
  const worker = await WorkerUnderTest.start(options);
  open.push(worker);
  return worker;
}

function client(family: 4 | 6 = 4): Client {
  const made = new Client(family);
  open.push({
    async close() {
      made.socket.close();
      await once(made.socket, 'close');
    },
  });
  return made;
}

const ids = (replies: readonly Reply[]) => replies.map(({ message }) => message.readUInt16BE(0)).sort((a, b) => a - b);

describe.each(backends.filter(([name]) => name !== 'batch' || isBatchAvailable()))('UDP worker, %s', (name, base) => {
  it('answers, and counts', async () => {
    const worker = await start({ ...base, addresses: [localhost] });
    expect(worker.messages).toEqual([{ kind: 'ready' }]);
    const asker = client();
    await asker.ask(question(0x1234, '_sip._udp.example'), worker.port);
    const [reply] = await asker.wait(1);
    expect(reply?.message.readUInt32BE(0)).toBe(0x12348400);
    expect(reply?.message.subarray(12)).toEqual(question(0, '_sip._udp.example').subarray(12));
    const { named, opcodes, rcodes, qtypes } = worker.counts();
    expect(named).toMatchObject({
      Requestv4: 1,
      Requestv6: 0,
      QryUDP: 1,
      QryTCP: 0,
      Response: 1,
      QrySuccess: 1,
      QryAuthAns: 1,
    });
    expect([opcodes[0], rcodes[0], qtypes[33]]).toEqual([1, 1, 1]);
  });

  it('answers 64 and more in flight, each once', async () => {
    const worker = await start({ ...base, addresses: [localhost] });
    const asker = client();
    await Promise.all(Array.from({ length: 200 }, (_, i) => asker.ask(question(i, `n${i}.example`), worker.port)));
    const replies = await asker.wait(200);
    expect(ids(replies)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    for (const { message } of replies) {
      const id = message.readUInt16BE(0);
      expect(message.subarray(12)).toEqual(question(id, `n${id}.example`).subarray(12));
    }
  });

  it('listens on several addresses of both families', async () => {
    const second: ListenAddress = { family: 4, address: '127.0.0.2', port: 0 };
    const worker = await start({ ...base, addresses: [localhost, second, ...(hasIpv6 ? [localhost6] : [])] });
    for (const { family, address, port } of worker.sockets.addresses) {
      const asker = client(family);
      for (let i = 0; i < 3; i++) await asker.ask(question(i, 'a.example'), port, address);
      const replies = await asker.wait(3);
      expect(ids(replies)).toEqual([0, 1, 2]);
      expect(replies[0]?.address).toBe(address);
    }
    const { Requestv4, Requestv6 } = worker.counts().named;
    expect([Requestv4, Requestv6]).toEqual([6, hasIpv6 ? 3 : 0]);
  });

  it('stays silent or gives FORMERR for what is no question, and goes on', async () => {
    const worker = await start({ ...base, addresses: [localhost] });
    const asker = client();
    const response = question(2, 'a.example');
    response[2] = 0x80;
    for (const bad of [Buffer.alloc(0), Buffer.alloc(11), response]) await asker.ask(bad, worker.port);
    await asker.ask(Buffer.concat([question(3, 'a').subarray(0, 14)]), worker.port);
    await asker.ask(question(4, 'silent.example'), worker.port);
    await asker.ask(question(5, 'good.example'), worker.port);
    const replies = await asker.wait(2);
    await sleep(20);
    expect(replies.map(({ message }) => [message.readUInt16BE(0), (message[3] ?? 0) & 15])).toEqual([
      [3, 1],
      [5, 0],
    ]);
    expect(worker.counts().named).toMatchObject({ ignored: 4, malformed: 1, Requestv4: 2 });
  });

  it('cuts questions at 4,096 octets and counts them', async () => {
    const worker = await start({ ...base, addresses: [localhost] });
    const asker = client();
    await asker.ask(question(1, 'a.example', 4096 - question(1, 'a.example').length), worker.port);
    await asker.wait(1);
    expect(worker.counts().named.oversize).toBe(0);
    // Octets behind the last record are ignored, so this one is still a good question; records that are cut are not.
    await asker.ask(question(2, 'a.example', 9000), worker.port);
    const cut = question(3, 'a.example', 60_000);
    cut.writeUInt16BE(6000, 10);
    await asker.ask(cut, worker.port);
    const replies = await asker.wait(3);
    expect(replies.map(({ message }) => [message.readUInt16BE(0), (message[3] ?? 0) & 15])).toEqual([
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
    expect(worker.counts().named.oversize).toBe(2);
  });

  it('sends large responses whole', async () => {
    const worker = await start({ ...base, addresses: [localhost] });
    const asker = client();
    for (let i = 0; i < 64; i++) {
      await asker.ask(question(i, `big-${4096 - i}.example`), worker.port);
      // No more at once than the client's receive buffer holds.
      if (i % 16 === 15) await asker.wait(i + 1);
    }
    const { replies } = asker;
    expect(replies.map(({ message }) => message.length).sort((a, b) => b - a)).toEqual(
      Array.from({ length: 64 }, (_, i) => 4096 - i),
    );
  });

  it('outlives questions whose answering throws, answers SERVFAIL, and says so once', async () => {
    const worker = await start({ ...base, addresses: [localhost] });
    const asker = client();
    for (let i = 0; i < 50; i++)
      await asker.ask(question(i, i % 2 === 0 ? 'throw.example' : 'good.example'), worker.port);
    const replies = await asker.wait(50);
    expect(ids(replies)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    for (const { message } of replies) {
      const poisoned = message.readUInt16BE(0) % 2 === 0;
      expect([message.length, (message[3] ?? 0) & 15, (message[2] ?? 0) & 0x81]).toEqual(
        poisoned ? [12, 2, 0x81] : [question(0, 'good.example').length, 0, 0x80],
      );
    }
    expect(worker.counts().named.assertionFailures).toBe(25);
    const faults = worker.messages.filter((message) => message.kind === 'fault');
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ count: 1, message: expect.stringContaining('poison') });
  });

  it('takes new settings', async () => {
    const worker = await start({ ...base, addresses: [localhost] });
    const asker = client();
    await asker.ask(question(1, 'a.example'), worker.port);
    await asker.wait(1);
    worker.post({ kind: 'settings', settings: { ...settings, serverId: 'second' } });
    worker.control.raiseSettingsGeneration();
    await asker.ask(question(2, 'a.example'), worker.port);
    const replies = await asker.wait(2);
    expect(replies.map(({ message }) => message.readUInt16BE(6))).toEqual([1, 2]);
  });

  it('logs queries while the control word says so', async () => {
    const worker = await start({ ...base, addresses: [localhost] });
    const asker = client();
    await asker.ask(question(1, 'unlogged.example'), worker.port);
    await asker.wait(1);
    worker.control.setQueryLog(true);
    await asker.ask(question(2, 'Www.example'), worker.port);
    await asker.ask(question(3, 'refused.example'), worker.port);
    await asker.wait(3);
    worker.control.setQueryLog(false);
    await asker.ask(question(4, 'unlogged.example'), worker.port);
    await asker.wait(4);
    const entries = worker.logged();
    expect(entries.map(({ kind, rcode }) => [kind, rcode])).toEqual([
      [LogKind.query, 0],
      [LogKind.query, 5],
      [LogKind.queryError, 5],
    ]);
    const [entry] = entries;
    expect(entry).toMatchObject({
      family: 4,
      clientPort: asker.socket.address().port,
      localPort: worker.port,
      flags: LogFlag.recursionDesired,
      qtype: 33,
      qclass: 1,
      zoneNumber: 7,
      qname: Uint8Array.from(question(0, 'Www.example').subarray(12, 25)),
    });
    expect([
      formatAddress(entry?.client ?? new Uint8Array(4)),
      formatAddress(entry?.local ?? new Uint8Array(4)),
    ]).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(Math.abs((entry?.timeMs ?? 0) - Date.now())).toBeLessThan(10_000);
  });

  it.each(['by the control word', 'by a message'])('stops %s after answering what it has received', async (way) => {
    const worker = await start({ ...base, addresses: [localhost, { ...localhost, address: '127.0.0.2' }] });
    const asker = client();
    // Sent before the thread can see that it is to stop.
    const asked = Array.from({ length: 100 }, (_, i) => asker.ask(question(i, 'a.example'), worker.port));
    await Promise.all(asked);
    if (way === 'by a message') {
      worker.post({ kind: 'stop' });
      await worker.ended();
    } else {
      await worker.stop();
    }
    const replies = await asker.wait(100);
    expect(ids(replies)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(worker.messages.at(-1)).toEqual({ kind: 'stopped' });
  });

  it.runIf(name !== 'dgram on sockets of its own')('is replaced without losing questions or descriptors', async () => {
    const worker = await start({ ...base, addresses: [localhost] });
    const asker = client();
    await asker.ask(question(0, 'a.example'), worker.port);
    await asker.wait(1);
    let descriptors = 0;
    for (let round = 1; round <= 4; round++) {
      if (round % 2 === 0) await worker.kill();
      else await worker.stop();
      // Asked while nobody serves: the socket that main holds keeps it.
      await asker.ask(question(round, 'a.example'), worker.port);
      await worker.startWorker();
      expect(ids(await asker.wait(round + 1))).toHaveLength(round + 1);
      const now = readdirSync('/proc/self/fd').length;
      if (round > 1) expect(now).toBe(descriptors);
      descriptors = now;
    }
  });
});

describe.runIf(isBatchAvailable())('UDP worker, batch, on a wildcard address', () => {
  it('answers from the IPv4 address that was asked, and logs it', async () => {
    const worker = await start({ transport: 'udp', addresses: [{ family: 4, address: '0.0.0.0', port: 0 }] });
    worker.control.setQueryLog(true);
    const asker = client();
    const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.1', '127.255.0.9'];
    for (const [i, address] of addresses.entries()) {
      await asker.ask(question(i, 'a.example'), worker.port, address);
      const replies = await asker.wait(i + 1);
      expect(replies[i]?.address).toBe(address);
    }
    expect(worker.logged().map(({ local }) => formatAddress(local))).toEqual(addresses);
    expect(worker.counts().named.sendErrors).toBe(0);
  });

  it.runIf(hasIpv6)('answers from the IPv6 address that was asked', async () => {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const addresses = own.filter((info) => info.family === 'IPv6' && info.scopeid === 0).map((info) => info.address);
    const worker = await start({ transport: 'udp', addresses: [{ family: 6, address: '::', port: 0 }] });
    worker.control.setQueryLog(true);
    const asker = client(6);
    for (const [i, address] of addresses.entries()) {
      await asker.ask(question(i, 'a.example'), worker.port, address);
      const replies = await asker.wait(i + 1);
      expect(replies[i]?.address).toBe(address);
    }
    expect(worker.logged().map(({ local }) => formatAddress(local))).toEqual(addresses);
  });
});
