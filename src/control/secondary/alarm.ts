import { type Timed, TimerHeap } from './timer-heap.ts';

/** Node's timers end at 2^31 ms; it looks again then. */
const longestMs = 2 ** 31 - 1;

/** Calls `ring` for each item when it is due: one timer for all. */
export class Alarm<T extends Timed> {
  private readonly heap = new TimerHeap<T>();
  private readonly ring: (item: T) => void;
  private readonly nowMs: () => number;
  private timer: NodeJS.Timeout | undefined;
  private timerDueMs = Number.POSITIVE_INFINITY;

  /** `nowMs`: a clock that does not jump. */
  constructor(ring: (item: T) => void, nowMs: () => number = () => performance.now()) {
    this.ring = ring;
    this.nowMs = nowMs;
  }

  set(item: T, delayMs: number): void {
    this.heap.schedule(item, this.nowMs() + Math.max(0, delayMs));
    this.arm();
  }

  clear(item: T): void {
    this.heap.remove(item);
  }

  stop(): void {
    clearTimeout(this.timer);
    for (let item = this.heap.first; item !== undefined; item = this.heap.first) this.heap.remove(item);
  }

  private arm(): void {
    const { first } = this.heap;
    if (first === undefined || first.dueMs >= this.timerDueMs) return;
    clearTimeout(this.timer);
    this.timerDueMs = first.dueMs;
    this.timer = setTimeout(() => this.wake(), Math.min(longestMs, Math.max(0, Math.ceil(first.dueMs - this.nowMs()))));
  }

  private wake(): void {
    this.timerDueMs = Number.POSITIVE_INFINITY;
    const now = this.nowMs();
    for (let { first } = this.heap; first !== undefined && first.dueMs <= now; { first } = this.heap) {
      this.heap.remove(first);
      this.ring(first);
    }
    this.arm();
  }
}
