import type { Timeline } from './timeline.ts';

/** Lets so many through in a second, and a tenth of that at once. The rest waits in its order. */
export class RateGate {
  private readonly timeline: Timeline;
  private perSecond: number;
  private readonly waiting: (() => void)[] = [];
  /** How many may pass now; the time at which that was so. */
  private tokens: number;
  private countedMs: number;
  private isAwaited = false;

  constructor(timeline: Timeline, perSecond: number) {
    this.timeline = timeline;
    this.perSecond = perSecond;
    this.tokens = this.burst;
    this.countedMs = timeline.now();
  }

  setRate(perSecond: number): void {
    this.perSecond = perSecond;
  }

  pass(task: () => void): void {
    this.waiting.push(task);
    if (!this.isAwaited) this.open();
  }

  private get burst(): number {
    return Math.max(1, this.perSecond / 10);
  }

  private open(): void {
    this.isAwaited = false;
    const now = this.timeline.now();
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.countedMs) * this.perSecond) / 1000);
    this.countedMs = now;
    const count = Math.min(this.waiting.length, Math.floor(this.tokens));
    this.tokens -= count;
    for (const task of this.waiting.splice(0, count)) task();
    if (this.waiting.length === 0 || this.isAwaited) return;
    this.isAwaited = true;
    const missing = Math.min(this.waiting.length, this.burst) - this.tokens;
    this.timeline.after((1000 * Math.max(missing, 0)) / this.perSecond + 1, () => this.open());
  }
}
