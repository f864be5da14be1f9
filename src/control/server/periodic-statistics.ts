import { keepCompiledAfterMs, keepCompiledCode } from '../../base/compiled-code.ts';
import type { Log } from '../log/log.ts';

const periodMs = 3_600_000;

/** The line of the category `statistics`: each hour, and at the end. Nothing is told of what has not started. */
export class PeriodicStatistics {
  private readonly log: Log;
  private readonly counters: SharedArrayBuffer;
  private readonly startMs = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private code: Promise<typeof import('../statistics/statistics-line.ts')> | undefined;

  constructor(log: Log, counters: SharedArrayBuffer) {
    this.log = log;
    this.counters = counters;
  }

  /** `replacements`: how many workers have been replaced so far. */
  start(replacements: () => number): void {
    this.timer = setInterval(() => void this.write(replacements()), periodMs);
    // Soon, because at the stop the package may have been replaced by a newer one; not now, when answers are waited for.
    setTimeout(() => this.load().then(keepCompiledCode), keepCompiledAfterMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async write(replacements: number): Promise<void> {
    if (this.timer === undefined) return;
    const { formatStatistics } = await this.load();
    const upSeconds = (performance.now() - this.startMs) / 1000;
    this.log.info('statistics', formatStatistics(this.counters, upSeconds, replacements));
  }

  private load(): Promise<typeof import('../statistics/statistics-line.ts')> {
    this.code ??= import('../statistics/statistics-line.ts');
    return this.code;
  }
}
