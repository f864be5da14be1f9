/** The word that was probably meant: the one at the smallest edit distance, if that is small for its length. */
export function nearestWord(written: string, words: readonly string[]): string | undefined {
  // A key of a thousand characters is no slip of the finger, and the distance costs its length squared.
  if (written.length > 40) return undefined;
  const wanted = written.toLowerCase().replaceAll('_', '-');
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const word of words) {
    const distance = editDistance(wanted, word);
    if (distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** A hint: the nearest of the words, else what there is, else what to do. */
export function didYouMean(written: string, words: readonly string[], otherwise: string): string {
  const near = nearestWord(written, words);
  if (near !== undefined) return `did you mean ${near}?`;
  return words.length === 0 ? otherwise : `defined: ${words.join(', ')}`;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, at(before, j - 2) + 1);
      }
      row.push(least);
    }
    before = above;
    above = row;
  }
  return at(above, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
