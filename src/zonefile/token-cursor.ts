/** Gives the tokens of an entry, from one on, to the fields of the type table. One object per file, moved for each record. */
import type { RdataProblemCode, RdataTokens } from '../rr/rdata-tokens.ts';
import type { EntryLexer } from './entry-lexer.ts';
import { tokenAt } from './token-text.ts';

/** Takes a problem at the octet `at` of the lexer's entry. */
export type OnRdataProblem = (code: RdataProblemCode, at: number, message: string, hint: string | undefined) => void;

export class TokenCursor implements RdataTokens {
  octets: Uint8Array;
  start = 0;
  end = 0;
  quoted = false;
  origin: Uint8Array;
  private readonly lexer: EntryLexer;
  private readonly onProblem: OnRdataProblem;
  /** The token that `next` gives. */
  private index = 0;
  /** The token given last. */
  private current = 0;
  private isBehindLast = false;

  constructor(lexer: EntryLexer, origin: Uint8Array, onProblem: OnRdataProblem) {
    this.lexer = lexer;
    this.octets = lexer.octets;
    this.origin = origin;
    this.onProblem = onProblem;
  }

  /** Stand before the token `index` of the lexer's current entry. */
  moveTo(index: number): void {
    this.octets = this.lexer.octets;
    this.index = index;
    this.isBehindLast = false;
  }

  next(): boolean {
    const { lexer, index } = this;
    if (index >= lexer.tokenCount) {
      this.isBehindLast = true;
      return false;
    }
    this.start = lexer.starts[index] as number;
    this.end = lexer.ends[index] as number;
    this.quoted = lexer.quoted[index] === 1;
    this.current = index;
    this.index = index + 1;
    return true;
  }

  putBack(): void {
    if (this.isBehindLast) this.isBehindLast = false;
    else this.index--;
  }

  fail(code: RdataProblemCode, message: string, hint?: string): -1 {
    this.onProblem(code, tokenAt(this.lexer, this.isBehindLast ? this.lexer.tokenCount : this.current), message, hint);
    return -1;
  }
}
