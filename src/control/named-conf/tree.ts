/** A named.conf, read: statements with what stands in them, each token with its place. */
import type { Clause } from './grammar/contexts.ts';
import type { Token } from './token.ts';

export interface Statement {
  readonly keyword: Token;
  readonly clause: Clause;
  readonly args: readonly Argument[];
  /** The semicolon, or the last token where it is missing. */
  readonly last: Token;
}

/** Symbols other than `!` are in no list of arguments. */
export type Argument =
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'list'; readonly open: Token; readonly items: readonly (readonly Argument[])[] }
  | { readonly kind: 'block'; readonly open: Token; readonly close: Token; readonly statements: readonly Statement[] };

/** The name of a statement as BIND 9.18 writes it: `masters` is `primaries`. */
export function nameOf(statement: Statement): string {
  return statement.clause.name;
}
