/** One job on a thread, watched. */
import { Worker } from 'node:worker_threads';
import type { Progress } from './fuzz-loop.ts';
import type { FromFuzzThread, FuzzJob } from './job.ts';

export interface JobResult {
  readonly progress: Progress;
  readonly expected: readonly string[];
}

export interface JobEvents {
  onProgress(progress: Progress): void;
  onFailure(input: Uint8Array, signature: string, text: string, execution: number): void;
}

/** An input that takes longer hangs. On a loaded machine all of them take long; none does for so long. */
const hangMs = 60_000;
const watchMs = 1000;
const progressMs = 15_000;
const inputRoomOctets = 1_100_000;

/** `undefined`: it hung, or died, which has been told as a failure. */
export function runJob(job: Omit<FuzzJob, 'watched'>, events: JobEvents): Promise<JobResult | undefined> {
  const watched = new SharedArrayBuffer(8 + inputRoomOctets);
  const words = new Int32Array(watched, 0, 2);
  const { promise, resolve } = Promise.withResolvers<JobResult | undefined>();
  const worker = new Worker(new URL('./fuzz-thread.ts', import.meta.url), {
    workerData: { ...job, watched } satisfies FuzzJob,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let runs = 0;
  let changedMs = performance.now();
  let toldMs = changedMs;
  const inputNow = (): Uint8Array => new Uint8Array(watched, 8, words[1] as number).slice();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const now = Atomics.load(words, 0);
    if (now !== runs) {
      runs = now;
      changedMs = nowMs;
    } else if (runs > 0 && nowMs - changedMs > hangMs) {
      events.onFailure(inputNow(), 'it hangs', `no end after ${hangMs / 1000} s`, runs);
      void worker.terminate();
    }
  }, watchMs);
  worker.on('message', (message: FromFuzzThread) => {
    switch (message.kind) {
      case 'progress':
        if (performance.now() - toldMs < progressMs) return;
        toldMs = performance.now();
        events.onProgress(message.progress);
        return;
      case 'failure':
        events.onFailure(message.input, message.signature, message.text, message.execution);
        return;
      case 'done':
        resolve(message);
        // What a target leaves open must not keep the thread.
        void worker.terminate();
    }
  });
  worker.on('error', (error: Error) =>
    events.onFailure(inputNow(), 'the thread died', error.stack ?? error.message, runs),
  );
  worker.on('exit', () => {
    clearInterval(timer);
    resolve(undefined);
  });
  return promise;
}
