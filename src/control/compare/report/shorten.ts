/** Equal lines in a row are the context of a difference; so many are shown, of a longer row the first ones. */
const shownInRow = 8;

/** Shorten long runs of lines that begin with a blank, and say how many are left out. */
export function withoutSameLines(lines: readonly string[]): string[] {
  const shown: string[] = [];
  let inRow = 0;
  const closeRow = (): void => {
    if (inRow > shownInRow) shown.push(` ; ${inRow - shownInRow} more that are equal`);
    inRow = 0;
  };
  for (const line of lines) {
    if (!line.startsWith(' ')) closeRow();
    else inRow++;
    if (inRow <= shownInRow) shown.push(line);
  }
  closeRow();
  return shown;
}
