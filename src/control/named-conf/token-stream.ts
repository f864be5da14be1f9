import { isSymbol, type Token } from './token.ts';

/** The tokens of one file and the place in them. */
export class TokenStream {
  private readonly tokens: readonly Token[];
  private at = 0;
  /** Braces that are opened and nowhere closed, less those found already. */
  missingBraces: number;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
    const count = (symbol: string) => tokens.filter((token) => isSymbol(token, symbol)).length;
    this.missingBraces = Math.max(0, count('{') - count('}'));
  }

  get token(): Token {
    return this.tokens[this.at] as Token;
  }

  /** The one read before. */
  get previous(): Token {
    return this.tokens[Math.max(0, this.at - 1)] as Token;
  }

  peek(ahead: number): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
  }

  /** The end is never passed. */
  next(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  /** Pass all the rest. */
  skipAll(): void {
    this.at = this.tokens.length - 1;
  }

  /** Pass the next semicolon on this level, or stop before the brace that closes the level. */
  skipStatement(): void {
    for (let depth = 0; this.token.kind !== 'end'; this.next()) {
      if (isSymbol(this.token, '{')) depth++;
      else if (isSymbol(this.token, '}')) {
        if (depth === 0) return;
        depth--;
      } else if (isSymbol(this.token, ';') && depth === 0) {
        this.next();
        return;
      }
    }
  }
}
