/** How much each of many counters has grown in the last minutes. */

interface Counted {
  /** As it was at the beginning of each interval, in a ring. */
  readonly marks: Float64Array;
  now: number;
  /** Of the last interval in which it was given. */
  seen: number;
}

export class CountWindow {
  private readonly counts = new Map<string, Counted>();
  private readonly intervals: number;
  private interval = 0;
  private hasBegun = false;

  /** The window is so many intervals long, with the one that goes on now. */
  constructor(intervals: number) {
    this.intervals = intervals;
  }

  /** The sums of this moment. What is new has grown from 0, but for what is there when the first ones are given. */
  update(sums: Iterable<readonly [key: string, sum: number]>): void {
    const isFirst = !this.hasBegun;
    this.hasBegun = true;
    for (const [key, sum] of sums) {
      const counted = this.counts.get(key);
      if (counted === undefined) this.counts.set(key, this.begin(isFirst ? sum : 0, sum));
      else {
        // It has been forgotten meanwhile, and begins anew.
        if (sum < counted.now) counted.marks.fill(0);
        counted.now = sum;
        counted.seen = this.interval;
      }
    }
  }

  /** The next interval begins. */
  advance(): void {
    this.interval++;
    const place = this.interval % this.intervals;
    for (const [key, counted] of this.counts) {
      counted.marks[place] = counted.now;
      if (this.interval - counted.seen > this.intervals) this.counts.delete(key);
    }
  }

  /** What has been added in the window. */
  grown(key: string): number {
    const counted = this.counts.get(key);
    if (counted === undefined) return 0;
    return counted.now - (counted.marks[(this.interval + 1) % this.intervals] as number);
  }

  private begin(mark: number, now: number): Counted {
    return { marks: new Float64Array(this.intervals).fill(mark), now, seen: this.interval };
  }
}
