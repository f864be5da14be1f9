import type { Log } from './log.ts';
import type { LogCategory, LogSeverity } from './logging-config.ts';

export interface LineBounds {
  /** So many at once. */
  readonly burst: number;
  /** So many in the long run. */
  readonly perSecond: number;
  /** Those beyond are told of together, this long after the first of them. */
  readonly summaryMs: number;
}

/** Without end that is some 65 MB a day. */
const usualBounds: LineBounds = { burst: 100, perSecond: 5, summaryMs: 10_000 };

/**
 * Lines that anybody can cause, with one datagram each and under any address: BIND writes them all, and a flood fills its disk.
 * Here those beyond the bounds are counted, and one line says how many there were more.
 */
export class BoundedLines {
  private readonly log: Log;
  private readonly bounds: LineBounds;
  private readonly nowMs: () => number;
  private tokens: number;
  private filledAtMs: number;
  private leftOut = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(log: Log, bounds: Partial<LineBounds> = {}, nowMs: () => number = () => performance.now()) {
    this.log = log;
    this.bounds = { ...usualBounds, ...bounds };
    this.nowMs = nowMs;
    this.tokens = this.bounds.burst;
    this.filledAtMs = nowMs();
  }

  event(category: LogCategory, severity: LogSeverity, message: string): void {
    this.fill();
    if (this.tokens >= 1) {
      this.tokens--;
      this.log.event(category, severity, message);
      return;
    }
    this.leftOut++;
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => this.tellLeftOut(category, severity), this.bounds.summaryMs);
    this.timer.unref();
  }

  private fill(): void {
    const now = this.nowMs();
    const { burst, perSecond } = this.bounds;
    this.tokens = Math.min(burst, this.tokens + ((now - this.filledAtMs) / 1000) * perSecond);
    this.filledAtMs = now;
  }

  /** In the place of the first that was left out. */
  private tellLeftOut(category: LogCategory, severity: LogSeverity): void {
    const { leftOut } = this;
    this.leftOut = 0;
    this.timer = undefined;
    this.log.event(category, severity, `${leftOut} more such messages were refused and not logged`);
  }
}
