/** A token of a named.conf, with its place. */
import type { SourceText } from './source-text.ts';

export interface Token {
  readonly kind: 'word' | 'string' | 'symbol' | 'end';
  /** Of a string without its quotes; of a symbol one of `{`, `}`, `;` and `!`; empty at the end. */
  readonly text: string;
  readonly source: SourceText;
  /** Offsets in the source, in UTF-16 units: of the first character, and behind the last. */
  readonly start: number;
  readonly end: number;
}

export function isSymbol(token: Token, symbol: string): boolean {
  return token.kind === 'symbol' && token.text === symbol;
}

export function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word;
}

/** As a message quotes it; a secret is not. */
export function showToken(token: Token): string {
  if (token.kind === 'end') return 'the end of the file';
  if (token.source.isCovered(token.start)) return 'the secret';
  const text = token.text.length > 60 ? `${token.text.slice(0, 60)}...` : token.text;
  return JSON.stringify(text);
}
