/** What the kernel refuses, for real and by a script: one datagram is lost by it and counted, the others are not. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AssertionFailed } from '../../../src/base/assert.ts';
import { serveBatches } from '../../../src/dataplane/batch-udp.ts';
import { batchSize, DatagramBatch } from '../../../src/dataplane/datagram-batch.ts';
import { WorkerContext } from '../../../src/dataplane/worker-context.ts';
import { ControlWords } from '../../../src/plane/control-words.ts';
import { createCounters, sumCounters } from '../../../src/plane/counters.ts';
import { findLibc, type Libc } from '../../../src/plane/libc.ts';
import { createLogRing } from '../../../src/plane/rings/log-ring.ts';
import { Errno, MessageFlag } from '../../../src/plane/sockets/socket-layout.ts';
import { SocketOpener } from '../../../src/plane/sockets/socket-opener.ts';
import { echoSource } from './echo-answerer.ts';
import { settings } from './worker-under-test.ts';

const found = findLibc();

describe.skipIf(found === undefined)('sending, with the kernel', () => {
  const libc = found as Libc;
  let fd = -1;
  let port = 0;
  let batch: DatagramBatch;
  let client: Socket;

  beforeEach(async () => {
    const opener = new SocketOpener(libc);
    const opened = opener.open({ family: 4, address: '127.0.0.1', port: 0 }, 'udp');
    fd = opened.ok ? opened.value : -1;
    port = opener.portOf(fd);
    batch = new DatagramBatch(libc);
    client = createSocket('udp4');
    client.bind(0, '127.0.0.1');
    await once(client, 'listening');
  });

  afterEach(() => {
    client.close();
    libc.close(fd);
  });

  /** Receive `count` datagrams of one octet each, their numbers, and make a response of the same octet to each. */
  async function receive(count: number): Promise<void> {
    for (let i = 0; i < count; i++) client.send(Buffer.of(i), port, '127.0.0.1');
    let received = 0;
    for (let tries = 0; tries < 200 && received < count; tries++) {
      await sleep(5);
      received = batch.receive(fd, MessageFlag.dontWait);
    }
    expect(received).toBe(count);
    for (let i = 0; i < count; i++) {
      batch.octets[batch.responseOffset] = batch.octets[batch.messageOffset(i)] as number;
      batch.putResponse(i, 1);
    }
  }

  /** The numbers that come back. */
  async function comeBack(count: number): Promise<number[]> {
    const numbers: number[] = [];
    client.on('message', (message) => numbers.push(message[0] as number));
    for (let tries = 0; tries < 200 && numbers.length < count; tries++) await sleep(5);
    return numbers;
  }

  const others = [0, 2, 3, 5, 6];

  it('leaves out what has no way to its peer, and sends the others', async () => {
    await receive(7);
    // Port 0, to which nothing is sent (EINVAL), and the address of all, which wants a permission that we don't ask for (EACCES).
    batch.octets.fill(0, batch.peerOffset(1) + 2, batch.peerOffset(1) + 4);
    batch.octets.fill(255, batch.peerOffset(4) + 4, batch.peerOffset(4) + 8);
    const back = comeBack(others.length);
    expect(batch.send(fd)).toBe(2);
    expect(await back).toEqual(others);
  });

  it('leaves out what is too long, and sends the others', async () => {
    await receive(7);
    // EMSGSIZE: more than a datagram can hold. The memory behind is not read: the kernel looks at the lengths first.
    const words = new DataView(batch.octets.buffer);
    const vectors = batchSize * (64 + 16);
    for (const i of [1, 4]) words.setUint32(vectors + i * 16 + 8, 66_000, true);
    const back = comeBack(others.length);
    expect(batch.send(fd)).toBe(2);
    expect(await back).toEqual(others);
  });

  it('goes on where a client has gone', async () => {
    const gone = createSocket('udp4');
    gone.send(Buffer.of(9), port, '127.0.0.1');
    await sleep(20);
    gone.close();
    await once(gone, 'close');
    await receiveOne();
    expect(batch.send(fd)).toBe(0);
    batch.reset(batchSize);
    // The kernel knows by now that nobody listens there (ECONNREFUSED); that is no news to this socket.
    await receive(3);
    const back = comeBack(3);
    expect(batch.send(fd)).toBe(0);
    expect(await back).toEqual([0, 1, 2]);
  });

  async function receiveOne(): Promise<void> {
    for (let tries = 0; tries < 200 && batch.receive(fd, MessageFlag.dontWait) !== 1; tries++) await sleep(5);
    batch.putResponse(0, 1);
  }
});

describe('receiving', () => {
  /** A worker whose kernel gives these errors, one a call, then nothing; it is told to stop behind the last. */
  function serve(errors: readonly number[]): { readonly receiveErrors: number; readonly calls: number } {
    const control = new ControlWords();
    const counters = createCounters(1);
    const { port1, port2 } = new MessageChannel();
    let calls = 0;
    const libc: Libc = {
      ...unusedLibc,
      receiveMany() {
        if (calls >= errors.length) control.setStopping(true);
        calls++;
        return -1;
      },
      errno: () => errors[calls - 1] ?? Errno.EAGAIN,
    };
    const start = {
      name: 'udp-1',
      arena: new SharedArrayBuffer(8),
      readerIndex: 0,
      counters,
      counterIndex: 0,
      queryLog: createLogRing(4096),
      controlWords: control.buffer,
      settings,
      sockets: [{ family: 4, address: '127.0.0.1', port: 53, fd: 3 }],
      tcp: { connections: 1, idleMs: 1, totalMs: 1 },
      udpBackend: 'batch',
    } as const;
    try {
      serveBatches(new WorkerContext(start, port1, echoSource()), libc);
      return { receiveErrors: sumCounters(counters).named.receiveErrors, calls };
    } finally {
      port1.close();
      port2.close();
    }
  }

  it.each<[string, number, number]>([
    ['EAGAIN, the time-out', Errno.EAGAIN, 0],
    ['EINTR, a signal', Errno.EINTR, 0],
    ['ENOBUFS', 105, 1],
    ['ENOMEM', 12, 1],
    ['ECONNREFUSED', 111, 1],
    ['EMSGSIZE', 90, 1],
  ])('goes on after %s', (_name, errno, counted) => {
    const { receiveErrors, calls } = serve([errno, errno, Errno.EAGAIN]);
    expect(receiveErrors).toBe(2 * counted);
    // All of the script, and the look at what is left before the end.
    expect(calls).toBeGreaterThan(3);
  });

  it.each<[string, number]>([
    ['EBADF', Errno.EBADF],
    ['ENOTSOCK', Errno.ENOTSOCK],
    ['EFAULT', Errno.EFAULT],
    ['EINVAL', Errno.EINVAL],
  ])('ends the worker at %s, which is a bug of ours', (_name, errno) => {
    expect(() => serve([errno])).toThrow(AssertionFailed);
  });
});

const unused = () => {
  throw new Error('not expected here');
};
const unusedLibc: Libc = {
  allocate: (octets) => ({ octets: new Uint8Array(octets), address: 0x7000_0000_0000 }),
  errno: unused,
  describeError: (errno) => `error ${errno}`,
  socket: unused,
  setOption: unused,
  bind: unused,
  connect: unused,
  localAddress: unused,
  listen: unused,
  duplicate: unused,
  close: unused,
  poll: unused,
  receiveMany: unused,
  getOption: unused,
  control: unused,
  sendMany: unused,
};
