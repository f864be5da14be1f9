import type { RatePoint } from '../../page/page-data.ts';
import type { CounterSums } from '../../plane/counters.ts';
import { qtypeName, rcodeName } from '../statistics/code-names.ts';

/** So many points are remembered: at five seconds each, fifteen minutes. */
const maxPoints = 180;

type Counted = Pick<CounterSums, 'qtypes' | 'rcodes'>;

interface Sample {
  readonly atMs: number;
  /** On the clock that does not jump. */
  readonly monotonicMs: number;
  readonly sums: Counted;
}

/** Questions and responses a second, of the last minutes. */
export class RateHistory {
  private readonly kept: RatePoint[] = [];
  private last: Sample | undefined;
  private beforeLast: Sample | undefined;

  /** From the counters of this moment and those of the call before. The first gives none. */
  sample(sums: Counted, atMs: number, monotonicMs: number): RatePoint | undefined {
    const before = this.last;
    this.last = { atMs, monotonicMs, sums };
    this.beforeLast = before;
    if (before === undefined) return undefined;
    const point = rateBetween(before, this.last);
    this.kept.push(point);
    if (this.kept.length > maxPoints) this.kept.shift();
    return point;
  }

  /** Since the sample before the last: of a moment alone it would jump. */
  lately(sums: Counted, atMs: number, monotonicMs: number): RatePoint {
    const now = { atMs, monotonicMs, sums };
    return rateBetween(this.beforeLast ?? this.last ?? now, now);
  }

  get points(): readonly RatePoint[] {
    return this.kept;
  }
}

function rateBetween(before: Sample, now: Sample): RatePoint {
  const seconds = (now.monotonicMs - before.monotonicMs) / 1000;
  return {
    atMs: now.atMs,
    types: ratesOf(before.sums.qtypes, now.sums.qtypes, seconds, qtypeName),
    rcodes: ratesOf(before.sums.rcodes, now.sums.rcodes, seconds, rcodeName),
  };
}

function ratesOf(
  before: readonly number[],
  now: readonly number[],
  seconds: number,
  nameOf: (code: number) => string,
): Readonly<Record<string, number>> {
  const rates: Record<string, number> = {};
  for (const [code, count] of now.entries()) {
    const more = count - (before[code] ?? 0);
    if (more <= 0 || seconds <= 0) continue;
    const name = nameOf(code);
    rates[name] = Math.round(((rates[name] ?? 0) + more / seconds) * 1000) / 1000;
  }
  return rates;
}
