/** Entry of the log thread: the one writer of log files, reader of all workers' rings. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { FromLogThread, LogThreadStart, ToLogThread } from './log/log-messages.ts';
import { LogWriter } from './log/log-writer.ts';

const port = parentPort;
assert(port !== null, 'log-thread runs as a worker thread');

const writer = new LogWriter(workerData as LogThreadStart, (message: FromLogThread) => port.postMessage(message));

port.on('message', (message: ToLogThread) => {
  switch (message.kind) {
    case 'event':
      writer.writeEvent(message.event);
      break;
    case 'configure':
      writer.configure(message.logging);
      break;
    case 'debugLevel':
      writer.setDebugLevel(message.level);
      break;
    case 'stop':
      writer.stop();
      break;
  }
});

// What it rejects with is a bug, and ends the thread.
writer.run().then(() => port.close());
