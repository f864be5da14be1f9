import { parentPort, workerData } from 'node:worker_threads';
import { runUdpWorker } from '../../../src/dataplane/run-udp-worker.ts';
import type { WorkerStart } from '../../../src/plane/messages.ts';
import { echoSource } from './echo-answerer.ts';

if (parentPort !== null) await runUdpWorker(workerData as WorkerStart, parentPort, echoSource());
