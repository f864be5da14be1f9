/** Entry of the dnstap thread: the one reader of all workers' messages, writer of the file or to the collector. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { DnstapThreadStart, FromDnstapThread, ToDnstapThread } from './dnstap/tap-messages.ts';
import { TapWriter } from './dnstap/tap-writer.ts';

const port = parentPort;
assert(port !== null, 'dnstap-thread runs as a worker thread');

const writer = new TapWriter(workerData as DnstapThreadStart, (message: FromDnstapThread) => port.postMessage(message));

port.on('message', (message: ToDnstapThread) => writer.receive(message));

// What it rejects with is a bug, and ends the thread.
writer.run().then(() => port.close());
