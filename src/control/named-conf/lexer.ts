/** From the text of a named.conf to tokens. Comments are those of C, C++ and the shell. */
import type { NamedConfCode } from './codes.ts';
import type { Problem, SourceText } from './source-text.ts';
import { isSymbol, isWord, type Token } from './token.ts';

export interface LexResult {
  /** The last is the end. */
  readonly tokens: readonly Token[];
  readonly problems: readonly (Problem<NamedConfCode> & { readonly offset: number })[];
}

/** A blank, a symbol, what begins a comment or a string, or a word, which ends before each of these. Loops of single characters: others need stack. */
const lexeme = /[\s\uFEFF]+|#[^\n]*|\/\/[^\n]*|\/\*|[{};!]|"|(?:[^\s{};!"#/\uFEFF]+|\/(?![/*]))+/y;

export interface Lexeme {
  readonly text: string;
  /** In the source, in UTF-16 units. */
  readonly start: number;
  /** Whether a comment or a string has its end. */
  readonly isClosed: boolean;
}

/** All of a text, but for the blanks. */
export function* lexemes(source: string): Generator<Lexeme> {
  let start = 0;
  while (start < source.length) {
    lexeme.lastIndex = start;
    const first = lexeme.exec(source)?.[0] ?? source.charAt(start);
    let end = start + first.length;
    let isClosed = true;
    if (first === '/*') {
      const found = source.indexOf('*/', end);
      isClosed = found >= 0;
      end = isClosed ? found + 2 : source.length;
    } else if (first === '"') {
      const found = endOfString(source, end);
      isClosed = found >= 0;
      end = isClosed ? found + 1 : source.length;
    }
    if (!/^[\s\uFEFF]/.test(first)) yield { text: source.slice(start, end), start, isClosed };
    start = end;
  }
}

/** The offset of the closing quote; negative: there is none. */
function endOfString(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const unit = source.charCodeAt(at);
    if (unit === backslash) at++;
    else if (unit === quote) return at;
  }
  return -1;
}

const backslash = 0x5c;
const quote = 0x22;

/** Split the whole text; what isn't closed is told, and goes to the end of the file. Secrets are covered in the source. */
export function lex(source: SourceText): LexResult {
  const tokens: Token[] = [];
  const problems: LexResult['problems'][number][] = [];
  for (const { text, start, isClosed } of lexemes(source.text)) {
    const end = start + text.length;
    if (isComment(text)) {
      if (isClosed) continue;
      const hint = 'write */ where the comment ends';
      problems.push({ ...open, message: 'the comment that begins here has no end', hint, offset: start });
    } else if (text.startsWith('"')) {
      if (!isClosed) {
        const hint = 'write " where the text ends';
        problems.push({ ...open, message: 'the text that begins here has no closing quote', hint, offset: start });
      }
      const content = text.slice(1, isClosed ? -1 : undefined).replaceAll('\\"', '"');
      tokens.push({ kind: 'string', text: content, source, start, end });
    } else tokens.push({ kind: /^[{};!]$/.test(text) ? 'symbol' : 'word', text, source, start, end });
  }
  coverSecrets(tokens, source);
  tokens.push({ kind: 'end', text: '', source, start: source.text.length, end: source.text.length });
  return { tokens, problems };
}

export function isComment(lexeme: string): boolean {
  return lexeme.startsWith('#') || lexeme.startsWith('//') || lexeme.startsWith('/*');
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
