/** Entry of the health thread: asks targets whether they are there, and sets their states for all workers. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { HealthThreadStart, ToHealthThread } from './health/health-messages.ts';
import { HealthService } from './health/health-service.ts';

const port = parentPort;
assert(port !== null, 'health-thread runs as a worker thread');

const service = new HealthService(workerData as HealthThreadStart, (message) => port.postMessage(message));

port.on('message', (message: ToHealthThread) => {
  service.receive(message);
  if (message.kind === 'stop') port.close();
});
