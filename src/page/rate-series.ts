/** From points to lines: the few largest, and the others together. */
import type { RatePoint } from './page-data.ts';

export interface Series {
  readonly name: string;
  /** By point; a second. */
  readonly values: readonly number[];
  /** Its place among the colours: stays while the page is open. */
  readonly place: number;
  readonly now: number;
  readonly mean: number;
  readonly peak: number;
}

/** As many as can be told apart; the last place is that of the others. */
export const maxPlaces = 6;
export const otherName = 'other';

/** Gives names their places among the colours: who stays keeps it. */
export class Places {
  private placed: readonly (string | undefined)[] = Array.from({ length: maxPlaces - 1 });

  /** The places of these names, the largest first; who is not among them gives up its own. */
  assign(names: readonly string[]): ReadonlyMap<string, number> {
    const shown = names.slice(0, maxPlaces - 1);
    const placed = this.placed.map((name) => (name !== undefined && shown.includes(name) ? name : undefined));
    for (const name of shown) if (!placed.includes(name)) placed[placed.indexOf(undefined)] = name;
    this.placed = placed;
    return new Map(shown.map((name) => [name, placed.indexOf(name)]));
  }
}

/** The lines of these points, the largest first, the others last. */
export function seriesOf(points: readonly RatePoint[], of: 'types' | 'rcodes', places: Places): readonly Series[] {
  const totals = new Map<string, number>();
  for (const point of points)
    for (const [name, rate] of Object.entries(point[of])) totals.set(name, (totals.get(name) ?? 0) + rate);
  const names = [...totals].sort(([, a], [, b]) => b - a).map(([name]) => name);
  const placed = places.assign(names);
  const lines = [...placed].map(([name, place]) => lineOf(name, place, (point) => point[of][name] ?? 0));
  const others = names.slice(placed.size);
  if (others.length === 0) return lines;
  const sumOthers = (point: RatePoint) => others.reduce((sum, name) => sum + (point[of][name] ?? 0), 0);
  return [...lines, lineOf(otherName, maxPlaces - 1, sumOthers)];

  function lineOf(name: string, place: number, rateOf: (point: RatePoint) => number): Series {
    const values = points.map(rateOf);
    const sum = values.reduce((total, value) => total + value, 0);
    return {
      name,
      values,
      place,
      now: values.at(-1) ?? 0,
      mean: sum / Math.max(1, values.length),
      peak: Math.max(0, ...values),
    };
  }
}
