/**
 * Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). Costs the product of both lengths; less where
 * the distance is more than `most`: then what is given is only more than that too.
 */
export function editDistance(a: string, b: string, most: number = Number.POSITIVE_INFINITY): number {
  const missing = Math.abs(a.length - b.length);
  if (missing > most) return missing;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  let leastAbove = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let leastOfRow = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, at(before, j - 2) + 1);
      }
      row.push(least);
      leastOfRow = Math.min(leastOfRow, least);
    }
    // A swap comes from two rows before; no way leads down again.
    if (Math.min(leastOfRow, leastAbove) > most) return most + 1;
    leastAbove = leastOfRow;
    before = above;
    above = row;
  }
  return at(above, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
