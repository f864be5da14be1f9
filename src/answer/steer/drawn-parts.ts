/** Of a set with more no answers are kept. */
export const mostParts = 15;
/** As many numbers has a draw. */
const draws = 2 ** 32;

/** Into what parts the range of a draw falls: one for each record that it may put first. */
export class DrawnParts {
  /** 0: more than are kept. */
  count = 1;
  /** For each part but the last, the first draw behind it. */
  readonly ends = new Int32Array(mostParts);

  /** One part: nothing that comes first is drawn. */
  clear(): void {
    this.count = 1;
  }

  /** None: too many, or some are to be added. */
  empty(): void {
    this.count = 0;
  }

  /** Add the part that ends where a draw, brought to the range of `of` numbers, reaches `end`. Both are whole numbers below 2^20. */
  add(end: number, of: number): void {
    this.ends[this.count++] = Math.ceil((end * draws) / of);
  }

  /** The part that a draw of 32 bits falls in; -1 where there are too many. */
  find(draw: number): number {
    return findPart(this.ends, 0, this.count, draw);
  }
}

/** The part that a draw of 32 bits falls in, of so many of which all but the last have their ends from `ends[at]`; -1 of none. */
export function findPart(ends: Int32Array, at: number, count: number, draw: number): number {
  const last = count - 1;
  for (let part = 0; part < last; part++) if (draw < (ends[at + part] as number) >>> 0) return part;
  return last;
}
