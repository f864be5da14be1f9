import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { WorkerContext } from '../../../src/dataplane/worker-context.ts';
import { ControlWords } from '../../../src/plane/control-words.ts';
import { createCounters } from '../../../src/plane/counters.ts';
import type { Deferred } from '../../../src/plane/deferred.ts';
import { createLogRing } from '../../../src/plane/rings/log-ring.ts';
import { echoSource } from './echo-answerer.ts';
import { settings } from './worker-under-test.ts';

it('leaves a message to main without the rest of the chunk that it came in', () => {
  const { port1, port2 } = new MessageChannel();
  const context = new WorkerContext(
    {
      name: 'tcp-0',
      arena: new SharedArrayBuffer(8),
      readerIndex: 0,
      counters: createCounters(1),
      counterIndex: 0,
      queryLog: createLogRing(4096),
      controlWords: new ControlWords().buffer,
      settings,
      sockets: [],
      tcp: { connections: 1, idleMs: 1, totalMs: 1 },
      udpBackend: 'batch',
    },
    port2,
    echoSource(),
  );
  const chunk = Buffer.alloc(65_536, 7);
  expect(context.defer(chunk, 100, 20, { kind: 'worker', number: 1 })).toBe(true);
  const received = receiveMessageOnPort(port1) as { message: Deferred };
  const { message } = received.message;
  expect(message).toEqual(new Uint8Array(20).fill(7));
  expect(message.buffer.byteLength).toBe(20);
  port1.close();
});
