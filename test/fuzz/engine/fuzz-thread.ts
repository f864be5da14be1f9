/** Runs one job on a thread of its own: who watches it can tell what hangs, and end it. */
import { parentPort, workerData } from 'node:worker_threads';
import { countStepsOfProduct } from './counting-hooks.ts';
import type { FromFuzzThread, FuzzJob } from './job.ts';

const job = workerData as FuzzJob;
countStepsOfProduct();
const { FuzzLoop } = await import('./fuzz-loop.ts');
const { targets } = await import('../targets/targets.ts');

const post = (message: FromFuzzThread): void => parentPort?.postMessage(message);
const watched = new Int32Array(job.watched, 0, 2);
const copy = new Uint8Array(job.watched, 8);
const create = targets[job.target];
if (create === undefined) throw new Error(`no target ${job.target}`);
const target = await create();
const loop = new FuzzLoop(target, {
  seed: job.seed,
  executions: job.inputs === undefined ? job.executions : 0,
  endMs: performance.now() + job.mostMs,
  note: (input) => {
    const length = Math.min(input.length, copy.length);
    for (let i = 0; i < length; i++) copy[i] = input[i] as number;
    watched[1] = length;
    Atomics.add(watched, 0, 1);
  },
  tell: (progress) => post({ kind: 'progress', progress }),
  onFailure: ({ input, execution, signature, error }) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    post({ kind: 'failure', input, execution, signature, text });
  },
});
for (const input of job.inputs ?? []) await loop.execute(input);
const progress = await loop.run();
post({ kind: 'done', progress, expected: target.expected });
