/** Tokens as text, for messages and for the rare tokens that are looked at as text. */
import type { EntryLexer } from './entry-lexer.ts';

const decoder = new TextDecoder();
const shownOctets = 60;

/** The i-th token of the current entry, escapes in place. */
export function tokenText(lexer: EntryLexer, index: number): string {
  return decoder.decode(lexer.octets.subarray(lexer.starts[index], lexer.ends[index]));
}

/** The i-th token in quotes for a message, cut when long. */
export function quoteToken(lexer: EntryLexer, index: number): string {
  const start = lexer.starts[index] as number;
  const end = lexer.ends[index] as number;
  const text = decoder.decode(lexer.octets.subarray(start, Math.min(end, start + shownOctets)));
  return `"${text}${end - start > shownOctets ? '...' : ''}"`;
}

/** Where the i-th token begins, its quote included; behind the last token for an index past it. */
export function tokenAt(lexer: EntryLexer, index: number): number {
  if (index < lexer.tokenCount) return (lexer.starts[index] as number) - (lexer.quoted[index] as number);
  const last = lexer.tokenCount - 1;
  if (last < 0) return lexer.entryStart;
  const end = (lexer.ends[last] as number) + (lexer.quoted[last] as number);
  return lexer.isBlankAt(end) ? end + 1 : end;
}
