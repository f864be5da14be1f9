/** Chance for answers: xorshift128 (Marsaglia 2003), quick and good enough to share load by, and no secret. */
export class Draws {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** `seed`: four words, not all of them 0. */
  constructor(seed: Int32Array = defaultSeed) {
    [this.a, this.b, this.c, this.d] = [...seed.subarray(0, 4)] as [number, number, number, number];
    if ((this.a | this.b | this.c | this.d) === 0) this.a = 1;
  }

  /** 32 bits. */
  next(): number {
    let mixed = this.d;
    const first = this.a;
    this.d = this.c;
    this.c = this.b;
    this.b = first;
    mixed ^= mixed << 11;
    mixed ^= mixed >>> 8;
    this.a = mixed ^ first ^ (first >>> 19);
    return this.a >>> 0;
  }

  /** A number from 0 and below 1. */
  fraction(): number {
    return this.next() / 2 ** 32;
  }

  /** A whole number from 0 and below `bound`, which is at most 2^32. */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }
}

const defaultSeed = Int32Array.of(0x2545_f491, 0x1234_5678, 0x0bad_cafe, 0x1fed_1fed);
