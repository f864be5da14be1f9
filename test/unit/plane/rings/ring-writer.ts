/** A thread that writes numbered records into a ring as fast as it can, now and then publishing. */
import { parentPort, workerData } from 'node:worker_threads';
import { LogRecord } from '../../../../src/plane/rings/log-record.ts';
import { LogRingWriter } from '../../../../src/plane/rings/log-ring.ts';

const { ring, count } = workerData as { ring: SharedArrayBuffer; count: number };
const writer = new LogRingWriter(ring);
const record = new LogRecord();
record.qname = new Uint8Array(256);
for (let i = 0; i < count; i++) {
  record.timeMs = i;
  record.qnameOctets = 1 + (i % 255);
  record.qname.fill(i & 255);
  writer.append(record);
  if (i % 64 === 0) writer.publish();
  // Give the reader the chance to fall asleep.
  if (i % 8192 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
writer.publish();
parentPort?.postMessage('done');
