import type { Path } from '../../config/yaml-source.ts';
import { isWord, type Token } from '../token.ts';
import type { Argument, Statement } from '../tree.ts';
import { listOf } from './arguments.ts';
import type { Conversion } from './conversion.ts';

const words = ['class', 'type', 'name', 'order'] as const;

/** `rrset-order { class IN type A name "a.test" order cyclic; };` */
export function setRrsetOrder(statement: Statement, path: Path, { settings }: Conversion): void {
  const own = [...path, 'rrset-order'];
  const items = listOf(statement.args)?.items ?? [];
  settings.set(own, items.map(ruleOf), statement.keyword);
  for (const [index, item] of items.entries()) {
    for (const [word, token] of pairsOf(item)) settings.mark([...own, index, word], token);
  }
}

function ruleOf(item: readonly Argument[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairsOf(item).map(([word, { text }]) => [word, word === 'name' ? text : text.toLowerCase()]),
  );
}

/** Each word with what stands behind it. */
function pairsOf(item: readonly Argument[]): readonly (readonly [word: string, value: Token])[] {
  const tokens = item.flatMap((argument) => (argument.kind === 'token' ? [argument.token] : []));
  return tokens.flatMap((token, index) => {
    const value = tokens[index + 1];
    const word = index % 2 === 0 ? words.find((known) => isWord(token, known)) : undefined;
    return word === undefined || value === undefined ? [] : [[word, value] as const];
  });
}
