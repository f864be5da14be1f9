/**
 * Lets so many begin per second and no more, in the order in which they ask: ten thousand zones that are due at once, as after a
 * start, must not all ask at once (BIND: serial-query-rate, notify-rate).
 */
export class Pacer<T> {
  private intervalMs: number;
  private readonly begin: (item: T) => void;
  /** Those who wait, each once. */
  private readonly waiting = new Set<T>();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(perSecond: number, begin: (item: T) => void) {
    this.intervalMs = 1000 / perSecond;
    this.begin = begin;
  }

  /** From the next one on. */
  setRate(perSecond: number): void {
    this.intervalMs = 1000 / perSecond;
  }

  get size(): number {
    return this.waiting.size;
  }

  /** The first one begins in the next turn of the event loop. */
  add(item: T): void {
    if (this.isStopped) return;
    this.waiting.add(item);
    this.timer ??= setTimeout(() => this.next(), 0);
  }

  /** False where it does not wait. */
  remove(item: T): boolean {
    return this.waiting.delete(item);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.waiting.clear();
  }

  private next(): void {
    this.timer = undefined;
    const [item] = this.waiting;
    if (item === undefined) return;
    this.waiting.delete(item);
    // Even where nobody waits: who comes within the interval waits for its end.
    this.timer = setTimeout(() => this.next(), this.intervalMs);
    this.begin(item);
  }
}
