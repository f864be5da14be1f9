/** Rows of a table as indented lines, each column as wide as its widest cell. `measured`: rows that count for that, too. */
export function padColumns(
  rows: readonly (readonly string[])[],
  measured: readonly (readonly string[])[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of [...rows, ...measured])
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}
