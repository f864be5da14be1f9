import { indexZones, type ZoneIndex, type ZoneIndexSource } from './zone-index.ts';

/** The zones are looked through anew after so long, and so many times as long as that took: one hundredth of main's time. */
const leastMs = 2000;
const pauseFactor = 100;

interface Kept {
  readonly index: Promise<ZoneIndex>;
  /** Of the zones' versions, when it began. */
  readonly stamp: string;
  untilMs: number;
}

/** One index for all who look, as new as main's other work allows. */
export class ZoneIndexKeeper {
  private readonly source: ZoneIndexSource;
  private kept: Kept | undefined;

  constructor(source: ZoneIndexSource) {
    this.source = source;
  }

  /** Another text: a version has been published. */
  get stamp(): string {
    return this.kept?.stamp ?? '';
  }

  current(): Promise<ZoneIndex> {
    const startMs = performance.now();
    if (this.kept !== undefined && startMs < this.kept.untilMs) return this.kept.index;
    const kept = {
      index: indexZones(this.source),
      stamp: String(this.source.zoneFacts.changes),
      untilMs: Number.POSITIVE_INFINITY,
    };
    this.kept = kept;
    const pause = () => {
      const endMs = performance.now();
      kept.untilMs = endMs + Math.max(leastMs, pauseFactor * (endMs - startMs));
    };
    kept.index.then(pause, pause);
    return kept.index;
  }
}
