/** Which sockets a UDP worker reads, and in which order. */
import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { serveBatches } from '../../../src/dataplane/batch-udp.ts';
import { WorkerContext } from '../../../src/dataplane/worker-context.ts';
import { ControlWords } from '../../../src/plane/control-words.ts';
import { createCounters } from '../../../src/plane/counters.ts';
import type { Libc, NativeMemory } from '../../../src/plane/libc.ts';
import { createLogRing } from '../../../src/plane/rings/log-ring.ts';
import { Errno, pollfdOctets } from '../../../src/plane/sockets/socket-layout.ts';
import { echoSource } from './echo-answerer.ts';
import { settings } from './worker-under-test.ts';

const plain = { family: 4, address: '127.0.0.1', port: 53, fd: 3 } as const;
const forCookies = { family: 4, address: '127.0.0.1', port: 53, fd: 4, isFirst: true } as const;
const other = { family: 6, address: '::1', port: 53, fd: 5 } as const;

/** The descriptors read after each wait that finds these readable; then the worker is told to stop. */
function readBehind(waits: readonly (readonly number[])[]): number[][] {
  const control = new ControlWords();
  const { port1, port2 } = new MessageChannel();
  const reads: number[][] = [];
  let wait = 0;
  const libc = {
    allocate: (octets: number): NativeMemory => ({ octets: new Uint8Array(new ArrayBuffer(octets)), address: 8 }),
    errno: () => Errno.EAGAIN,
    poll(pollfds: NativeMemory, count: number) {
      const view = new DataView(pollfds.octets.buffer);
      const ready = waits[wait++];
      if (ready === undefined) control.setStopping(true);
      else reads.push([]);
      for (let i = 0; i < count; i++) {
        const fd = view.getInt32(i * pollfdOctets, true);
        view.setInt16(i * pollfdOctets + 6, ready?.includes(fd) === true ? 1 : 0, true);
      }
      return ready?.length ?? 0;
    },
    receiveMany(fd: number) {
      if (wait <= waits.length) reads.at(-1)?.push(fd);
      return -1;
    },
  } as Partial<Libc> as Libc;
  const start = {
    name: 'udp-1',
    arena: new SharedArrayBuffer(8),
    readerIndex: 0,
    counters: createCounters(1),
    counterIndex: 0,
    queryLog: createLogRing(4096),
    controlWords: control.buffer,
    settings,
    sockets: [plain, forCookies, other],
    tcp: { connections: 1, idleMs: 1, totalMs: 1 },
    udpBackend: 'batch',
  } as const;
  try {
    serveBatches(new WorkerContext(start, port1, echoSource()), libc);
    return reads;
  } finally {
    port1.close();
    port2.close();
  }
}

it('reads those that have something, that for cookies before the others', () => {
  expect(readBehind([[3, 4, 5], [5], [4], [], [3, 4]])).toEqual([[4, 3, 5], [5], [4], [], [4, 3]]);
});
