/** Ringzone's figures over those of each other row: what a run can tell on a machine that others share. */
import { findRatios, type Spread } from '../measure/spread.ts';
import type { Row, SceneResult } from '../scenes/scene.ts';

export interface Ratio {
  readonly figure: string;
  readonly title: string;
  /** Whose figure is the divisor. */
  readonly over: string;
  /** Of the rounds' ratios. */
  readonly spread: Spread;
}

/** None where Ringzone has no row. */
export function listRatios({ rows, ratios }: SceneResult): Ratio[] {
  const own = rows.find(({ server }) => server === 'Ringzone');
  if (own === undefined) return [];
  return ratios.flatMap(({ figure, title }) =>
    rows
      .filter((row) => row !== own)
      .flatMap((row) => {
        const spread = findRatios(valuesOf(own, figure), valuesOf(row, figure));
        return spread === undefined ? [] : [{ figure, title, over: row.server, spread }];
      }),
  );
}

/** One value per round; NaN where that round has none. */
export function valuesOf(row: Row, figure: string): number[] {
  return row.rounds.map((figures) => figures[figure] ?? Number.NaN);
}
