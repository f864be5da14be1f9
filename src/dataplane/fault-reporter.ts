/** Tells main of questions whose answering threw: each is a bug, and one client may send the same question for ever. */
import type { FromWorker } from '../plane/messages.ts';

/** One message in this time; the others are counted into the next. */
const quietMs = 10_000;

export class FaultReporter {
  private readonly post: (message: FromWorker) => void;
  private readonly monotonicMs: () => number;
  private lastMs = Number.NEGATIVE_INFINITY;
  private unreported = 0;

  constructor(post: (message: FromWorker) => void, monotonicMs: () => number = () => performance.now()) {
    this.post = post;
    this.monotonicMs = monotonicMs;
  }

  report(error: unknown): void {
    this.unreported++;
    const nowMs = this.monotonicMs();
    if (nowMs - this.lastMs < quietMs) return;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.post({ kind: 'fault', message, count: this.unreported });
    this.lastMs = nowMs;
    this.unreported = 0;
  }
}
