/** From the text of a named.conf to tokens. Comments are those of C, C++ and the shell. */
import type { NamedConfCode } from './codes.ts';
import type { Problem, SourceText } from './source-text.ts';
import { isSymbol, isWord, type Token } from './token.ts';

export interface LexResult {
  /** The last is the end. */
  readonly tokens: readonly Token[];
  readonly problems: readonly (Problem<NamedConfCode> & { readonly offset: number })[];
}

/** A blank, a comment, a symbol, a string, or a word, which ends before each of these. */
const lexeme =
  /[\s\uFEFF]+|#[^\n]*|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|[{};!]|"(?:[^"\\]|\\[\s\S])*"?|(?:[^\s{};!"#/\uFEFF]|\/(?![/*]))+/g;

/** Split the whole text; what isn't closed is told, and goes to the end of the file. Secrets are covered in the source. */
export function lex(source: SourceText): LexResult {
  const tokens: Token[] = [];
  const problems: LexResult['problems'][number][] = [];
  for (const { 0: text, index: start } of source.text.matchAll(lexeme)) {
    const end = start + text.length;
    if (text.startsWith('#') || text.startsWith('//') || text.startsWith('/*')) {
      if (text.startsWith('/*') && (!text.endsWith('*/') || text.length < 4)) {
        const hint = 'write */ where the comment ends';
        problems.push({ ...open, message: 'the comment that begins here has no end', hint, offset: start });
      }
    } else if (text.startsWith('"')) {
      const isClosed = text.length > 1 && text.endsWith('"') && !/(^|[^\\])(\\\\)*\\"$/.test(text);
      if (!isClosed) {
        const hint = 'write " where the text ends';
        problems.push({ ...open, message: 'the text that begins here has no closing quote', hint, offset: start });
      }
      const content = text.slice(1, isClosed ? -1 : undefined).replaceAll('\\"', '"');
      tokens.push({ kind: 'string', text: content, source, start, end });
    } else if (!/^[\s\uFEFF]/.test(text)) {
      tokens.push({ kind: /^[{};!]$/.test(text) ? 'symbol' : 'word', text, source, start, end });
    }
  }
  coverSecrets(tokens, source);
  tokens.push({ kind: 'end', text: '', source, start: source.text.length, end: source.text.length });
  return { tokens, problems };
}

const open = { severity: 'error', code: 'NC02' } as const;

/** Everything in a key but its algorithm: a misspelt `secret` is one too. And the secrets of cookies. */
function coverSecrets(tokens: readonly Token[], source: SourceText): void {
  for (const [index, token] of tokens.entries()) {
    const brace = tokens[index + 2];
    if (token.kind === 'word' && /secret$/i.test(token.text)) coverValues(tokens, index + 1, source);
    if (!isWord(token, 'key') || brace === undefined || !isSymbol(brace, '{')) continue;
    for (let at = index + 3; at < tokens.length; at++) {
      const first = tokens[at] as Token;
      if (isSymbol(first, '}')) break;
      at = isWord(first, 'algorithm') ? endOfStatement(tokens, at) : coverValues(tokens, at + 1, source);
    }
  }
}

/** All up to the end of the statement, whose index it gives. */
function coverValues(tokens: readonly Token[], from: number, source: SourceText): number {
  const end = endOfStatement(tokens, from);
  for (const token of tokens.slice(from, end + 1)) source.cover(token.start, token.end);
  return end;
}

/** The next semicolon, or the last token before a brace or the end. */
function endOfStatement(tokens: readonly Token[], from: number): number {
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (isSymbol(token, ';')) return at;
    if (isSymbol(token, '}') || isSymbol(token, '{')) return at - 1;
  }
  return tokens.length;
}
