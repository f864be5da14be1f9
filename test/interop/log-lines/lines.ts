/** Log lines, with what differs from run to run masked. */

/** A line without what is of one run. */
export function masked(line: string): string {
  return (
    line
      .replace(/@0x[0-9a-f]+/g, '@0xOBJECT')
      .replace(/(?<=\d|::1)#\d+/g, '#PORT')
      // BIND tells where in its source it is.
      .replace(/ at \w+\.c:\d+$/, '')
      .replace(/\d+\.\d{3} secs \(\d+ bytes\/sec\)/g, 'SECS (RATE)')
  );
}

/** What is left of `lines` when each of `taken` has taken one that is equal. */
export function without(lines: readonly string[], taken: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of taken) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    if (count > 0) counts.set(line, count - 1);
    return count === 0;
  });
}
