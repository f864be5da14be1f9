/** The figures of a scene as text: one line per server. */
import { findSpread } from '../measure/spread.ts';
import type { Column, Row, SceneResult } from '../scenes/scene.ts';
import { listRatios, valuesOf } from './ratios.ts';

/** Columns that all rows leave out are left out. */
export function formatTable(result: SceneResult): string {
  const columns = result.columns.filter(({ figure }) => result.rows.some(({ rounds }) => hasFigure(rounds, figure)));
  const cells = [
    ['', ...columns.map(({ title }) => title)],
    ...result.rows.map((row) => [row.server, ...columns.map((column) => formatCell(row, column))]),
  ];
  return [align(cells), ...formatRatios(result), ...result.notes.map((note) => `note: ${note}`)].join('\n');
}

function formatRatios(result: SceneResult): string[] {
  return [...Map.groupBy(listRatios(result), ({ title }) => title)].map(([title, ratios]) => {
    const parts = ratios.map(({ over, spread: { median, min, max } }) => {
      return `${median.toFixed(2)} × ${over} (${min.toFixed(2)}–${max.toFixed(2)})`;
    });
    return `Ringzone's ${title}: ${parts.join(', ')}`;
  });
}

function formatCell(row: Row, { figure, digits, of }: Column): string {
  const values = valuesOf(row, figure);
  const spread = findSpread(values);
  if (spread === undefined) return '–';
  if (of === 'sum') return values.reduce((sum, value) => sum + value, 0).toFixed(digits);
  const median = spread.median.toFixed(digits);
  return of === 'median' ? median : `${median} (${spread.min.toFixed(digits)}–${spread.max.toFixed(digits)})`;
}

function hasFigure(rounds: Row['rounds'], figure: string): boolean {
  return rounds.some((figures) => figures[figure] !== undefined);
}

/** The first column to the left, the others to the right. */
function align(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((line) => (line[i] ?? '').length)));
  return cells
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n');
}
