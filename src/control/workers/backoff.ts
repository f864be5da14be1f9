/** How long to wait before a worker that died is replaced: at once the first time, longer when it keeps dying. */
export class Backoff {
  private failures = 0;
  private lastMs = Number.NEGATIVE_INFINITY;

  /** The pause before the next try, for a failure at `nowMs` (monotonic). */
  nextDelayMs(nowMs: number): number {
    if (nowMs - this.lastMs > forgetMs) this.failures = 0;
    this.lastMs = nowMs;
    const delay = this.failures === 0 ? 0 : Math.min(maxDelayMs, firstDelayMs * 2 ** (this.failures - 1));
    this.failures++;
    return delay;
  }
}

const firstDelayMs = 100;
const maxDelayMs = 10_000;
/** Who has lived this long since the last failure starts anew. */
const forgetMs = 60_000;
