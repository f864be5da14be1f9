/** Entry of the loader thread: owns the zone store and is the only writer of zone images. */
import { parentPort } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { keepCompiledAfterMs, keepCompiledCode } from '../base/compiled-code.ts';
import { ZoneLoader } from './load/zone-loader.ts';
import type { FromLoader, ToLoader } from './loader-messages.ts';
import { TransferReceiver } from './secondary/transfer-receiver.ts';
import { ZoneLister } from './steering/zone-lister.ts';
import { ZoneUpdates } from './update/zone-updates.ts';

assert(parentPort !== null, 'loader-thread runs as a worker thread');
const port = parentPort;

const post = (message: FromLoader) => port.postMessage(message);
const loader = new ZoneLoader({
  loading: (name) => post({ kind: 'loading', name }),
  outcome: (outcome) => post({ kind: 'zone', outcome }),
  say: (line) => post({ kind: 'say', line }),
  published: (published) => {
    post({ kind: 'published', published });
    lister.published();
  },
  secondary: (secondary) => post({ kind: 'secondary', secondary }),
  publishedHealth: (report) => post({ kind: 'published-health', report }),
});

const lister = new ZoneLister(loader.servedPlaces, loader.store, (zones) => post({ kind: 'steered', zones }));

const transfers = new TransferReceiver(loader.writer, post, () => Math.floor(Date.now() / 1000));

const updates = new ZoneUpdates(loader.writer, post);

/** Twice a second: a change is taken once it has been quiet for a second. */
let isPolling = false;
const poll = setInterval(() => {
  if (isPolling) return;
  isPolling = true;
  loader.pollWatched(performance.now()).finally(() => {
    isPolling = false;
  });
}, 500);

port.on('message', (message: ToLoader) => receive(message));

/** What rejects here is a bug: it ends the thread, and main says so. */
async function receive(message: ToLoader): Promise<void> {
  switch (message.kind) {
    case 'load': {
      const { id, zones, strict, dataDir, newOnly, views } = message;
      updates.strict = strict;
      const summary = await loader.load(zones, { strict, dataDir, newOnly, views });
      lister.loaded();
      post({ kind: 'done', id, summary });
      setTimeout(keepCompiledCode, keepCompiledAfterMs).unref();
      break;
    }
    // CONTROL CHANNEL
    case 'describe':
      post({ kind: 'described', id: message.id, zone: loader.describe(message.zone) });
      break;
    case 'reload':
      post({ kind: 'reloaded', id: message.id, reloaded: await loader.reload(message.zone) });
      break;
    // JOURNAL
    case 'command': {
      const { id, command, zone, clean } = message;
      post({ kind: 'commanded', id, results: await loader.command(command, zone, clean) });
      break;
    }
    // HAND-OVER
    case 'lend':
      await loader.lend();
      post({ kind: 'lent', id: message.id });
      break;
    case 'take-back':
      await loader.takeBack();
      break;
    // IN
    case 'transfer-open':
    case 'transfer-chunk':
    case 'transfer-end':
    case 'refreshed':
    case 'expire':
      transfers.receive(message);
      break;
    case 'update':
      updates.submit(message.requests);
      break;
    // PUBLISHED HEALTH
    case 'publish':
      loader.publish(message);
      break;
    // CATALOG
    case 'forget':
      await loader.forget(message.zones);
      break;
    case 'stop':
      clearInterval(poll);
      lister.stop();
      await loader.stop();
      post({ kind: 'stopped' });
      port.close();
      break;
  }
}

post({ kind: 'started', arena: loader.store.arena });
