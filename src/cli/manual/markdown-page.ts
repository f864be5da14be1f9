/** A manual page out of a text of docs: the markdown that stands there, no more of it. */
import { bold, escapeText, formatHead, guardLines, italic, type PageHead, roffText, tagged, verbatim } from './roff.ts';

/** The first heading and what stands before the second are the description. */
export function formatMarkdownPage(head: PageHead, markdown: string): string {
  const page = `${formatHead(head)}.SH DESCRIPTION\n${new Blocks(markdown).format()}`;
  // A heading begins a paragraph by itself.
  return page.replace(/^(\.S[HS] .*\n)\.PP\n/gm, '$1');
}

/** Blocks are told apart by their first line. */
class Blocks {
  private readonly lines: readonly string[];
  private at = 0;

  constructor(markdown: string) {
    this.lines = markdown.split('\n');
  }

  format(): string {
    let page = '';
    while (this.at < this.lines.length) page += this.block();
    return page;
  }

  private block(): string {
    const line = this.lines[this.at] ?? '';
    if (line.trim() === '') return this.skip();
    if (/^#/.test(line)) return this.heading(line);
    if (/^ *```/.test(line)) return this.fence();
    if (line.startsWith('|')) return this.table();
    if (/^ {4}/.test(line))
      return verbatim(
        this.take(/^( {4}|$)/)
          .map((text) => text.slice(4))
          .join('\n'),
      );
    if (/^ *[*-] /.test(line)) return this.item();
    return `.PP\n${inline(this.take(/^(?!#|\||\s*$|\s*```|[*-] )/).join('\n'))}\n`;
  }

  private skip(): string {
    this.at++;
    return '';
  }

  private heading(line: string): string {
    this.at++;
    const [, marks = '', title = ''] = /^(#+) (.*)/.exec(line) ?? [];
    if (marks.length === 1) return '';
    const text = roffText(title.replaceAll('`', ''));
    return marks.length === 2 ? `.SH ${text.toUpperCase().replaceAll('\\(AQ', '\\(aq')}\n` : `.SS ${text}\n`;
  }

  private fence(): string {
    const begin = this.at + 1;
    const indent = (this.lines[this.at] ?? '').indexOf('`');
    const length = this.lines.slice(begin).findIndex((line) => /^ *```$/.test(line));
    const end = length < 0 ? this.lines.length : begin + length;
    this.at = end + 1;
    return verbatim(
      this.lines
        .slice(begin, end)
        .map((line) => line.slice(indent))
        .join('\n'),
    );
  }

  /** The first cell of a row is its tag, the last its meaning; between them the heading tells what it is. */
  private table(): string {
    const [head = [], , ...rows] = this.take(/^\|/).map(cellsOf);
    return rows
      .map(([tag = '', ...cells]) => {
        const between = cells.slice(0, -1).flatMap((cell, index) => (cell === '' ? [] : `${head[index + 1]}: ${cell}`));
        const title = between.length === 0 ? inline(tag) : `${inline(tag)} (${inline(between.join('; '))})`;
        return tagged(title, inline(cells.at(-1) ?? ''));
      })
      .join('');
  }

  private item(): string {
    const lines = this.take(/^(?! *[*-] |\s*$|\s*```|#|\|)/);
    const text = lines.map((line) => line.replace(/^ *[*-] /, '').trim()).join('\n');
    return `.IP \\(bu 2\n${inline(text)}\n`;
  }

  /** The line here, and those behind it that look so. */
  private take(pattern: RegExp): string[] {
    const begin = this.at++;
    while (this.at < this.lines.length && pattern.test(this.lines[this.at] ?? '')) this.at++;
    return this.lines.slice(begin, this.at);
  }
}

function cellsOf(line: string): string[] {
  const cells = line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/);
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Code and what is stressed; links are their text, for the page has no others. */
function inline(text: string): string {
  return guardLines(spans(text));
}

function spans(text: string): string {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*|(?<![\w*])\*[^*\n]+\*(?![\w*])|\[[^\]]+\]\([^)]+\))/);
  const roff = parts.map((part) => {
    if (part.startsWith('`') && part.length > 2) return bold(part.slice(1, -1));
    if (part.startsWith('**') && part.length > 4) return bold(part.slice(2, -2));
    if (part.startsWith('*') && part.length > 2) return italic(part.slice(1, -1));
    const label = /^\[([^\]]+)\]\(/.exec(part)?.[1];
    return label === undefined ? partText(part) : spans(label);
  });
  return roff.join('');
}

/** A line that begins with blanks would break. */
function partText(text: string): string {
  return escapeText(text.replace(/\n +/g, '\n'));
}
