/** The comments of a file, for those who keep them: the lexer passes over them, because the server has no use for any. */
import { isComment, lexemes } from './lexer.ts';
import type { SourceText } from './source-text.ts';

export interface Comment {
  /** Offsets in the source, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Without the marks of a comment; empty lines at both ends are left out. */
  readonly lines: readonly string[];
}

export function findComments(source: SourceText): readonly Comment[] {
  return [...lexemes(source.text)]
    .filter(({ text }) => isComment(text))
    .map(({ text, start }) => ({ start, end: start + text.length, lines: linesOf(text) }));
}

function linesOf(text: string): readonly string[] {
  if (!text.startsWith('/*')) return [text.replace(/^(#+|\/\/+) ?/, '').trimEnd()];
  const lines = text
    .slice(2, -2)
    .split('\n')
    // The stars with which such comments are often framed.
    .map((line) => line.replace(/^\s*\*+(?=\s|$)/, '').trim());
  const isText = (line: string) => line !== '';
  return lines.slice(Math.max(0, lines.findIndex(isText)), lines.findLastIndex(isText) + 1);
}
