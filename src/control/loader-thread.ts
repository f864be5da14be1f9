/** Entry of the loader thread: owns the zone store and is the only writer of zone images. */
import { parentPort } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { ZoneLoader } from './load/zone-loader.ts';
import type { FromLoader, ToLoader } from './loader-messages.ts';

const port = parentPort;
assert(port !== null, 'loader-thread runs as a worker thread');

const post = (message: FromLoader) => port.postMessage(message);
const loader = new ZoneLoader({
  loading: (name) => post({ kind: 'loading', name }),
  outcome: (outcome) => post({ kind: 'zone', outcome }),
});

/** Twice a second: a change is taken once it has been quiet for a second. */
const poll = setInterval(() => loader.pollWatched(performance.now()), 500);

port.on('message', (message: ToLoader) => {
  if (message.kind === 'stop') {
    clearInterval(poll);
    port.close();
    return;
  }
  const { id, zones, strict } = message;
  post({ kind: 'done', id, summary: loader.load(zones, strict) });
});

post({ kind: 'started', arena: loader.store.arena });
