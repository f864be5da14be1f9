/** The few requests of man(7) that the pages need. */

export interface PageHead {
  readonly title: string;
  readonly section: number;
  readonly version: string;
  /** Of NAME. */
  readonly summary: string;
}

export function formatHead({ title, section, version, summary }: PageHead): string {
  const kind = section === 1 ? 'User Commands' : 'File Formats';
  return `.\\" Made by build.ts; what it is made from is what to edit.
.TH ${roffText(title.toUpperCase())} ${section} "" "ringzone ${version}" "${kind}"
.nh
.ad l
.SH NAME
${roffText(title)} \\- ${roffText(summary)}
`;
}

/** Text that means nothing to roff, from a line's beginning on. */
export function roffText(text: string): string {
  return guardLines(escapeText(text));
}

/** The same within a line. A hyphen stays one that can be copied. */
export function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('"', '\\(dq');
}

/** What begins with a dot or an apostrophe would be a request. */
export function guardLines(roff: string): string {
  return roff.replace(/^([.'])/gm, '\\&$1');
}

export function bold(text: string): string {
  return `\\fB${escapeText(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${escapeText(text)}\\fR`;
}

/** Lines as they are. */
export function verbatim(text: string): string {
  return `.PP\n.in +4n\n.EX\n${roffText(text.replace(/\n+$/, '')).replaceAll(/^$/gm, '\\&')}\n.EE\n.in\n`;
}

/** `tag` and `body` are roff already. */
export function tagged(tag: string, body: string): string {
  return `.TP\n${tag}\n${body}\n`;
}
