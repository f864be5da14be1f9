/** Journals read on another thread while they are written. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { LoaderHarness, soa } from '../control/load/loader-harness.ts';

test('a reader on another thread sees each change as soon as it is published', async () => {
  const harness = new LoaderHarness(mkdtempSync(join(tmpdir(), 'ringzone-reader-')));
  harness.write('d.test', soa(1));
  await harness.load(harness.dynamic('d.test'));
  await harness.change('d.test', '', 'first A 192.0.2.1');
  const worker = new Worker(new URL('./chain-reader.ts', import.meta.url), { workerData: harness.dataDir });
  try {
    for (let serial = 2; serial <= 40; serial++) {
      if (serial > 2) await harness.change('d.test', '', `h${serial} A 192.0.2.1`);
      expect(await ask(worker, 1, serial)).toEqual({ count: serial - 1, last: serial, isWhole: true });
    }
    expect(await ask(worker, 17, 30)).toEqual({ count: 13, last: 30, isWhole: true });
    expect(await ask(worker, 0, 30)).toBe('none');
    expect(await ask(worker, 30, 17)).toBe('none');
    expect(await ask(worker, 1, 41)).toBe('none');
  } finally {
    await worker.terminate();
    await harness.loader.stop();
    rmSync(harness.folder, { recursive: true });
  }
});

function ask(worker: Worker, from: number, to: number): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  worker.once('message', resolve);
  worker.postMessage({ from, to });
  return promise;
}
