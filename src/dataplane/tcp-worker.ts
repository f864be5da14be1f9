/** Entry of a TCP worker's thread. */
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { StopWorker, WorkerStart } from '../plane/messages.ts';
import { runTcpWorker } from './run-tcp-worker.ts';
import { answerFromZones } from './zone-answers.ts';

assert(parentPort !== null, 'a worker has a parent');
const port = parentPort;
once(port, 'message').then(([first]) => run(first));

/** What it rejects with ends the thread. */
async function run(start: WorkerStart | StopWorker): Promise<void> {
  if ('kind' in start) return;
  await runTcpWorker(start, port, answerFromZones(start));
}
