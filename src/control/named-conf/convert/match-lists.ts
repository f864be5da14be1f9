/** Address match lists: BIND's elements as ringzone.yaml writes them. */
import type { Path } from '../../config/yaml-source.ts';
import { isSymbol, isWord, type Token } from '../token.ts';
import type { Argument, Statement } from '../tree.ts';
import { listOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';

type List = Extract<Argument, { readonly kind: 'list' }>;

export function convertAcls(conversion: Conversion): void {
  for (const statement of conversion.all('acl')) {
    const name = tokenAt(statement.args, 0) ?? statement.keyword;
    const path = ['acl', name.text];
    if (conversion.settings.get(path) !== undefined) {
      conversion.error('NC08', `acl ${name.text} is given twice`, name);
    }
    setMatches(statement, path, conversion, name);
  }
}

/** Set the list of a statement at `path`. */
export function setMatches(
  statement: Statement,
  path: Path,
  conversion: Conversion,
  key: Token = statement.keyword,
): void {
  const list = listOf(statement.args);
  if (list === undefined) return;
  conversion.settings.set(path, elements(list, path, conversion), key, list.open);
}

function elements(list: List, path: Path, conversion: Conversion): readonly unknown[] {
  const found: unknown[] = [];
  for (const item of list.items) {
    const at = [...path, found.length];
    const element = elementOf(item, at, conversion);
    if (element !== undefined) found.push(element);
  }
  return found;
}

function elementOf(item: readonly Argument[], path: Path, conversion: Conversion): unknown {
  const negations = item.filter((argument) => argument.kind === 'token' && isSymbol(argument.token, '!')).length;
  const [first, second] = item.slice(negations);
  const mark = negations % 2 === 1 ? '!' : '';
  if (first?.kind === 'list') return nested(first, mark, path, conversion);
  if (first?.kind !== 'token') return undefined;
  const { token } = first;
  conversion.settings.mark(path, token);
  if (isWord(token, 'key') && second?.kind === 'token') return `${mark}key ${second.token.text}`;
  if (isWord(token, 'geoip') || (isWord(token, 'ecs') && second !== undefined)) {
    const hint = 'a list without it would allow or deny others than were meant';
    conversion.error('NC13', `${token.text.toLowerCase()} cannot be matched`, token, hint);
    return undefined;
  }
  return `${mark}${token.text}`;
}

/** A list that is denied gets a name, because ringzone.yaml denies elements and names alone. */
function nested(list: List, mark: string, path: Path, conversion: Conversion): unknown {
  conversion.settings.mark(path, list.open);
  if (mark === '') return elements(list, path, conversion);
  const { source, start } = list.open;
  const stem = `list-${source.lineOf(start)}`;
  const taken = (name: string) => conversion.settings.get(['acl', name]) !== undefined || conversion.isAcl(name);
  let name = stem;
  for (let number = 2; taken(name); number++) name = `${stem}-${number}`;
  // Its own place first: it may hold another one.
  conversion.settings.set(['acl', name], [], list.open);
  conversion.settings.set(['acl', name], elements(list, ['acl', name], conversion), list.open);
  return `!${name}`;
}
