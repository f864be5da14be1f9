/** Entry of a TCP worker's thread. */
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { Answerer } from '../answer/answerer.ts';
import { ResponseCache } from '../answer/response-cache.ts';
import { assert } from '../base/assert.ts';
import type { StopWorker, WorkerStart } from '../plane/messages.ts';
import { ZoneReader } from '../store/zone-reader.ts';
import { freshDraws } from './fresh-draws.ts';
import { runTcpWorker } from './run-tcp-worker.ts';

assert(parentPort !== null, 'a worker has a parent');
const port = parentPort;
once(port, 'message').then(([first]) => run(first));

/** What it rejects with ends the thread. */
async function run(start: WorkerStart | StopWorker): Promise<void> {
  if ('kind' in start) return;
  const reader = new ZoneReader(start.arena, start.readerIndex);
  // One for all settings: each is 8 MiB, and a thread that hardly allocates hardly ever collects.
  const cache = new ResponseCache(reader);
  await runTcpWorker(start, port, {
    reader,
    createAnswerer: (settings, client) => {
      cache.clear();
      return new Answerer(reader, settings, cache, client, freshDraws());
    },
  });
}
