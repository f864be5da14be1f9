import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { isBatchAvailable } from '../../../src/plane/libc.ts';
import { TapProtocol, TapType } from '../../../src/plane/rings/tap-record.ts';
import { createTapRing, TapRingReader } from '../../../src/plane/rings/tap-ring.ts';
import { question, WorkerUnderTest } from './worker-under-test.ts';

let worker: WorkerUnderTest | undefined;
afterEach(async () => {
  await worker?.close();
  worker = undefined;
});

const both = (1 << TapType.authQuery) | (1 << TapType.authResponse);
const here = [{ family: 4, address: '127.0.0.1', port: 0 }] as const;

interface Told {
  readonly type: number;
  readonly protocol: number;
  readonly ports: readonly [client: number, local: number];
  readonly addresses: string;
  readonly message: string;
}

class Tap {
  readonly ring = createTapRing(262_144);
  readonly told: Told[] = [];
  private readonly reader = new TapRingReader(this.ring);
  private readonly worker: WorkerUnderTest;

  constructor(started: WorkerUnderTest) {
    this.worker = started;
  }

  want(types: number | undefined): void {
    this.worker.post({ kind: 'tap', tap: types === undefined ? undefined : { ring: this.ring, types } });
    this.worker.control.raiseSettingsGeneration();
  }

  read(): readonly Told[] {
    this.reader.read((record) => {
      const { octets, type, protocol, clientPort, localPort, messageOffset, messageOctets } = record;
      const address = (at: number) => octets.slice(at, at + 4).join('.');
      const message = Buffer.from(octets.subarray(messageOffset, messageOffset + messageOctets)).toString('hex');
      const addresses = `${address(record.clientOffset)} ${address(record.localOffset)}`;
      this.told.push({ type, protocol, ports: [clientPort, localPort], addresses, message });
      return true;
    });
    return this.told;
  }
}

/** Ask over UDP; the response as hex, and our port. */
async function askUdp(port: number, message: Buffer): Promise<readonly [response: string, port: number]> {
  const socket = createSocket('udp4');
  try {
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const received = once(socket, 'message');
    socket.send(message);
    const [response] = (await received) as [Buffer];
    return [response.toString('hex'), socket.address().port];
  } finally {
    socket.close();
  }
}

test.each(['batch', 'dgram'] as const)(
  'over UDP (%s): each message and its answer, octet by octet',
  async (backend) => {
    if (backend === 'batch' && !isBatchAvailable()) return;
    worker = await WorkerUnderTest.start({ transport: 'udp', addresses: here, backend });
    const tap = new Tap(worker);
    await askUdp(worker.port, question(1, 'before.test'));
    tap.want(both);
    // It takes effect at the next look into the messages, which no answer waits for.
    for (let id = 100; tap.read().length === 0 && id < 1000; id++) await askUdp(worker.port, question(id, 'a.test'));
    tap.told.length = 0;
    const asked = question(7, 'WWW.a.test');
    const [response, port] = await askUdp(worker.port, asked);
    await expect.poll(() => tap.read().length).toBe(2);
    const same = { protocol: TapProtocol.udp, ports: [port, worker.port], addresses: '127.0.0.1 127.0.0.1' };
    expect(tap.told).toEqual([
      { type: TapType.authQuery, ...same, message: asked.toString('hex') },
      { type: TapType.authResponse, ...same, message: response },
    ]);
  },
);

test('of one direction, and no more when it is off', async () => {
  worker = await WorkerUnderTest.start({ transport: 'tcp', addresses: here });
  const tap = new Tap(worker);
  const client = connect(worker.port, '127.0.0.1');
  await once(client, 'connect');
  let received = Buffer.alloc(0);
  client.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
  });
  const ask = async (message: Buffer, octets: number) => {
    received = Buffer.alloc(0);
    client.write(Buffer.concat([Buffer.of(message.length >>> 8, message.length & 255), message]));
    await expect.poll(() => received.length).toBe(octets + 2);
    return received.subarray(2).toString('hex');
  };
  tap.want(1 << TapType.authResponse);
  const answer = question(1, 'a.test').length;
  for (let id = 0; tap.read().length === 0 && id < 1000; id++) await ask(question(id, 'a.test'), answer);
  tap.told.length = 0;
  // Whole, however long.
  const response = await ask(question(9, 'big-60000.test'), 60_000);
  await expect.poll(() => tap.read().length).toBe(1);
  const [told] = tap.told;
  expect([told?.type, told?.protocol, told?.message === response]).toEqual([
    TapType.authResponse,
    TapProtocol.tcp,
    true,
  ]);
  tap.want(undefined);
  for (let id = 0; id < 1000; id++) {
    tap.told.length = 0;
    await ask(question(id, 'a.test'), answer);
    if (tap.read().length === 0) break;
  }
  expect(tap.told).toEqual([]);
  client.destroy();
});

test('what is not answered, or cannot be parsed, is not told', async () => {
  worker = await WorkerUnderTest.start({ transport: 'udp', addresses: here });
  const tap = new Tap(worker);
  tap.want(both);
  for (let id = 100; tap.read().length === 0 && id < 1000; id++) await askUdp(worker.port, question(id, 'a.test'));
  tap.told.length = 0;
  // QDCOUNT 0.
  await askUdp(worker.port, Buffer.from('000200000000000000000000', 'hex'));
  const socket = createSocket('udp4');
  socket.send(question(1, 'silent.test'), worker.port, '127.0.0.1');
  await askUdp(worker.port, question(3, 'last.test'));
  await expect.poll(() => tap.read().length).toBeGreaterThan(0);
  socket.close();
  expect(tap.told.map(({ message }) => message.slice(0, 4))).toEqual(['0003', '0003']);
});
