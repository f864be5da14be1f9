/** What waits for a zone, and how long it is worth waiting for more: who has just been answered mostly sends again. */

/** A flush that takes less is no reason to wait: by then the next updates are hardly read. */
const leastFlushMs = 2;
const mostGatherMs = 5;

export class UpdateQueue<T> {
  private waiting: T[] = [];
  /** Of the batch taken last: how many, and when. */
  private lastCount = 0;
  private takenMs = 0;
  private wake: (() => void) | undefined;

  add(one: T): void {
    this.waiting.push(one);
    if (this.waiting.length >= this.lastCount) this.wake?.();
  }

  /** The first so many, by default all. */
  take(most = this.waiting.length): readonly T[] {
    this.lastCount = Math.min(most, this.waiting.length);
    this.takenMs = performance.now();
    return this.waiting.splice(0, most);
  }

  /**
   * Resolves to whether anything waits, when the next batch may be taken. Where the last one had several updates, and its flush took
   * long, their clients get a moment to send the next ones: else the first of them would have a flush of its own, and all
   * others wait for two. A client alone never waits.
   */
  async gather(): Promise<boolean> {
    const flushMs = performance.now() - this.takenMs;
    const isWorthIt = this.lastCount > 1 && flushMs >= leastFlushMs;
    if (isWorthIt && this.waiting.length < this.lastCount) await this.waitForMore(Math.min(flushMs / 4, mostGatherMs));
    return this.waiting.length > 0;
  }

  private async waitForMore(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
    this.wake = undefined;
  }
}
