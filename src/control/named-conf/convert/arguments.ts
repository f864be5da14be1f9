/** Ways to ask the arguments of a statement, whose shape the grammar has checked. */
import { isWord, type Token } from '../token.ts';
import type { Argument, Statement } from '../tree.ts';

type List = Extract<Argument, { readonly kind: 'list' }>;

export function tokenAt(args: readonly Argument[], index: number): Token | undefined {
  const argument = args[index];
  return argument?.kind === 'token' ? argument.token : undefined;
}

/** The first value of a statement that has one. */
export function firstValue(statement: Statement): Token {
  return tokenAt(statement.args, 0) ?? statement.keyword;
}

/** The token behind a word: of `port 5300` the number. */
export function optionOf(args: readonly Argument[], word: string): Token | undefined {
  const index = args.findIndex((argument) => argument.kind === 'token' && isWord(argument.token, word));
  return index < 0 ? undefined : tokenAt(args, index + 1);
}

export function listOf(args: readonly Argument[]): List | undefined {
  return args.find((argument) => argument.kind === 'list');
}

/** The statements of a block; none where it has no block. */
export function blockOf(statement: Statement): readonly Statement[] {
  return statement.args.find((argument) => argument.kind === 'block')?.statements ?? [];
}

/** The last wins, as where a file is read from the top. */
export function findStatement(statements: readonly Statement[], name: string): Statement | undefined {
  return statements.findLast((statement) => statement.clause.name === name);
}

export function isYes(token: Token): boolean {
  return ['yes', 'true', '1'].includes(token.text.toLowerCase());
}

/** In one spelling, to be compared: `{none}`, `no`. */
export function textOf(args: readonly Argument[]): string {
  const texts = args.map((argument) => {
    if (argument.kind === 'list') return `{${argument.items.map(textOf).join(';')}}`;
    if (argument.kind === 'block') return '{...}';
    const text = argument.token.text.toLowerCase();
    return text === 'false' || text === '0' ? 'no' : text === 'true' || text === '1' ? 'yes' : text;
  });
  return texts.join(' ');
}
