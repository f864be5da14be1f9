import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { UpdateQueue } from '../../../../src/control/update/update-queue.ts';

function queueOf(count: number): UpdateQueue<number> {
  const queue = new UpdateQueue<number>();
  for (let i = 0; i < count; i++) queue.add(i);
  return queue;
}

/** Whether it is done before a timer of no time. */
async function isAtOnce(promise: Promise<unknown>): Promise<boolean> {
  return (
    (await Promise.race([promise.then(() => 'now'), new Promise((resolve) => setImmediate(resolve, 'later'))])) ===
    'now'
  );
}

describe('UpdateQueue', () => {
  it('ends when nothing waits', async () => {
    const queue = queueOf(1);
    expect(await queue.gather()).toBe(true);
    expect(queue.take()).toEqual([0]);
    expect(await queue.gather()).toBe(false);
  });

  it('takes the first so many', async () => {
    const queue = queueOf(5);
    expect(queue.take(3)).toEqual([0, 1, 2]);
    expect(await queue.gather()).toBe(true);
    expect(queue.take()).toEqual([3, 4]);
  });

  it('never lets a client alone wait', async () => {
    const queue = queueOf(1);
    queue.take();
    await sleep(10);
    queue.add(1);
    expect(await isAtOnce(queue.gather())).toBe(true);
  });

  it('waits a moment for those who have just been answered, and no longer than until they are there', async () => {
    const queue = queueOf(3);
    queue.take();
    await sleep(40);
    queue.add(1);
    const gathered = queue.gather();
    expect(await isAtOnce(gathered)).toBe(false);
    queue.add(2);
    queue.add(3);
    expect(await isAtOnce(gathered)).toBe(true);
    expect(queue.take()).toHaveLength(3);
  });

  it('waits milliseconds at most', async () => {
    const queue = queueOf(3);
    queue.take();
    await sleep(40);
    queue.add(1);
    const startMs = performance.now();
    expect(await queue.gather()).toBe(true);
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});
