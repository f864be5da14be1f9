/** What stands below the options in a command's help, in lines that fit a terminal. */

const helpColumns = 80;

/**
 * Prose is filled, paragraph by paragraph. What is indented, ends in a colon, or begins an exit code's sentence keeps its line.
 */
export function wrapHelp(text: string): string {
  const lines: string[] = [];
  let open = '';
  const close = (): void => {
    if (open !== '') lines.push(...fill(open, helpColumns));
    open = '';
  };
  for (const line of text.split('\n')) {
    const isApart = line === '' || line.startsWith(' ') || line.endsWith(':');
    if (isApart || line.startsWith('Exit code:')) close();
    if (isApart) lines.push(line);
    else open = open === '' ? line : `${open} ${line}`;
  }
  close();
  return lines.join('\n');
}

/** A term and what it means, a line each; a long term has its meaning below. */
export function helpColumnsOf(
  rows: readonly (readonly [term: string, meaning: string])[],
  termColumns: number,
): string {
  const indent = ' '.repeat(termColumns + 3);
  return rows
    .flatMap(([term, meaning]) => {
      const [first = '', ...more] = fill(meaning, helpColumns - indent.length);
      const rest = more.map((line) => indent + line);
      if (term.length > termColumns) return [`  ${term}`, indent + first, ...rest];
      return [`  ${term.padEnd(termColumns)} ${first}`, ...rest];
    })
    .join('\n');
}

/** Lines of at most so many columns, broken at blanks. */
function fill(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
