/**
 * Counts of latencies in buckets that grow with the value: exact to a microsecond below 64 µs, to 1/32 above.
 * The longest told apart is 2^26 µs, about a minute.
 */
const subBuckets = 32;
const linearBuckets = 2 * subBuckets;
const octaves = 20;

export class LatencyHistogram {
  private readonly counts = new Uint32Array(linearBuckets + octaves * subBuckets);
  private total = 0;

  add(ms: number): void {
    const bucket = bucketOf(Math.max(0, Math.round(ms * 1000)));
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.total++;
  }

  /** Milliseconds below which lies such a share (0 to 1) of what was added; NaN where nothing was. */
  percentileMs(share: number): number {
    if (this.total === 0) return Number.NaN;
    const wanted = Math.max(1, Math.ceil(share * this.total));
    let seen = 0;
    for (let bucket = 0; bucket < this.counts.length; bucket++) {
      seen += this.counts[bucket] as number;
      if (seen >= wanted) return middleOf(bucket) / 1000;
    }
    return Number.NaN;
  }
}

function bucketOf(micros: number): number {
  if (micros < linearBuckets) return micros;
  const octave = Math.min(31 - Math.clz32(Math.min(micros, 0x7fff_ffff)) - 5, octaves);
  const place = Math.min(micros >>> octave, linearBuckets - 1);
  return linearBuckets + (octave - 1) * subBuckets + (place - subBuckets);
}

function middleOf(bucket: number): number {
  if (bucket < linearBuckets) return bucket;
  const octave = Math.floor((bucket - linearBuckets) / subBuckets) + 1;
  const place = ((bucket - linearBuckets) % subBuckets) + subBuckets;
  return (place + 0.5) * 2 ** octave;
}
