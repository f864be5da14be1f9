/** Entry of a UDP worker's thread. */
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { findLibc } from '../plane/libc.ts';
import type { StopWorker, WorkerStart } from '../plane/messages.ts';
import { runUdpWorker } from './run-udp-worker.ts';
import { answerFromZones } from './zone-answers.ts';

assert(parentPort !== null, 'a worker has a parent');
const port = parentPort;
// While main is still at its work; remembered for the time when it is needed.
findLibc();
once(port, 'message').then(([first]) => run(first));

/** What it rejects with ends the thread. */
async function run(start: WorkerStart | StopWorker): Promise<void> {
  if ('kind' in start) return;
  await runUdpWorker(start, port, answerFromZones(start));
}
