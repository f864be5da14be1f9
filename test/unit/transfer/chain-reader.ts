/** A thread that is asked for chains of d.test and says what it has read. */
import { parentPort, workerData } from 'node:worker_threads';
import { JournalReader } from '../../../src/transfer/journal/journal-reader.ts';
import { journalFolder } from '../../../src/transfer/journal/lmdb-options.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';

const reader = await JournalReader.open(journalFolder(workerData as string));
const zone = { view: 0, class: 1, apex: wireNameFrom('D.test.') };

parentPort?.on('message', ({ from, to }: { from: number; to: number }) => {
  const chain = reader.chain(zone, from, to);
  if (chain === undefined) {
    parentPort?.postMessage('none');
    return;
  }
  let count = 0;
  let octets = 0;
  let last = from;
  for (let delta = chain.next(); delta !== undefined; delta = chain.next()) {
    count++;
    octets += delta.octets.length;
    last = delta.toSerial;
  }
  parentPort?.postMessage({ count, last, isWhole: octets === chain.octets });
});
