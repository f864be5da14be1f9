/** Things that stand in files, found by their offsets: a named.conf may have tens of thousands of zones. */
import type { SourceText } from '../source-text.ts';

interface Placed {
  readonly source: SourceText;
  readonly start: number;
}

export class ByOffset<T> {
  private readonly bySource = new Map<SourceText, (readonly [start: number, value: T])[]>();
  private isSorted = true;

  add({ source, start }: Placed, value: T): void {
    const entries = this.bySource.get(source) ?? [];
    entries.push([start, value]);
    this.bySource.set(source, entries);
    this.isSorted = false;
  }

  /** All that begin between two offsets, both included, from the first; those of one offset in the order in which they came. */
  *between(source: SourceText, from: number, to: number): Generator<T> {
    const entries = this.entriesOf(source);
    for (let at = this.indexOf(entries, from); at < entries.length; at++) {
      const [start, value] = entries[at] as readonly [number, T];
      if (start > to) return;
      yield value;
    }
  }

  /** Those that begin at an offset or before, from the last. */
  *before(source: SourceText, offset: number): Generator<T> {
    const entries = this.entriesOf(source);
    for (let at = this.indexOf(entries, offset + 1) - 1; at >= 0; at--) yield (entries[at] as readonly [number, T])[1];
  }

  private entriesOf(source: SourceText): readonly (readonly [number, T])[] {
    if (!this.isSorted) for (const entries of this.bySource.values()) entries.sort(([a], [b]) => a - b);
    this.isSorted = true;
    return this.bySource.get(source) ?? [];
  }

  /** Of the first that begins at `offset` or behind it. */
  private indexOf(entries: readonly (readonly [number, T])[], offset: number): number {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle] as readonly [number, T])[0] < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
