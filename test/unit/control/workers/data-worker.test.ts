import { expect, it } from 'vitest';
import type { Log } from '../../../../src/control/log/log.ts';
import { DataWorker, type WorkerSupply } from '../../../../src/control/workers/data-worker.ts';
import type { Thread, ThreadListener } from '../../../../src/control/workers/thread.ts';

type Reply = (octets: Uint8Array, number: number) => void;

/** A thread that is none: says what the test has it say. */
class FakeThread {
  readonly posted: { readonly kind?: string }[] = [];
  listener: ThreadListener | undefined;

  post(message: unknown): void {
    this.posted.push(message as { readonly kind?: string });
  }

  listen(listener: ThreadListener): void {
    this.listener = listener;
  }
}

it('the response to what a worker has left to others does not go to the one after it, whose connections have the same numbers', async () => {
  const threads: FakeThread[] = [];
  const replies: Reply[] = [];
  const supply = {
    takeThread: () => {
      const thread = new FakeThread();
      threads.push(thread);
      return thread as unknown as Thread;
    },
    takeSockets: () => [],
    releaseSockets: () => undefined,
    takeDeferred: (_: unknown, reply: Reply) => replies.push(reply),
    startData: () => ({}),
  } as unknown as WorkerSupply;
  const log = { error: () => undefined, notice: () => undefined } as unknown as Log;
  const worker = new DataWorker('tcp-1', supply, log);
  const started = worker.start();
  const [first] = threads as [FakeThread];
  first.listener?.message({ kind: 'ready' });
  await started;
  const deferred = { kind: 'deferred', client: { family: 4, octets: new Uint8Array(4), port: 1 } };
  first.listener?.message(deferred);
  first.listener?.message(deferred);
  replies[0]?.(Uint8Array.of(1), 1);
  expect(first.posted.filter(({ kind }) => kind === 'reply')).toHaveLength(1);
  first.listener?.exit();
  await expect.poll(() => threads.length).toBe(2);
  replies[1]?.(Uint8Array.of(2), 1);
  expect(threads[1]?.posted.filter(({ kind }) => kind === 'reply')).toEqual([]);
});
