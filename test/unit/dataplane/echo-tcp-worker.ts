import { parentPort, workerData } from 'node:worker_threads';
import { runTcpWorker } from '../../../src/dataplane/run-tcp-worker.ts';
import type { WorkerStart } from '../../../src/plane/messages.ts';
import { echoSource } from './echo-answerer.ts';

if (parentPort !== null) await runTcpWorker(workerData as WorkerStart, parentPort, echoSource());
