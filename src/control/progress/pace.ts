/** Of a long work a line of the log now and then. */
export class Pace {
  private readonly everyMs: number;
  private readonly now: () => number;
  private lastAt: number;

  /** The first time is `everyMs` from now. `now` is in milliseconds. */
  constructor(everyMs: number, now: () => number = () => performance.now()) {
    this.everyMs = everyMs;
    this.now = now;
    this.lastAt = now();
  }

  /** Whether it is time again; then the next time is `everyMs` from now. */
  isDue(): boolean {
    const now = this.now();
    if (now - this.lastAt < this.everyMs) return false;
    this.lastAt = now;
    return true;
  }
}

/** From one line about a load or a transfer to the next. */
export const progressLogMs = 5000;
