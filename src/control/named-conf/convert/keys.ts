/** TSIG keys. Those of a view are known everywhere here, which harms nobody as long as a name means one key. */
import { nameOf, type Statement } from '../tree.ts';
import { blockOf, findStatement, firstValue, textOf } from './arguments.ts';
import type { Conversion } from './conversion.ts';

export function convertKeys(conversion: Conversion): void {
  const known = new Map<string, Statement>();
  for (const statements of scopesOf(conversion)) {
    const seen = new Set<string>();
    for (const statement of statements.filter((candidate) => nameOf(candidate) === 'key')) {
      const name = firstValue(statement);
      const spelling = name.text.toLowerCase().replace(/\.$/, '');
      if (seen.has(spelling)) {
        conversion.error('NC08', `key ${name.text} is given twice`, name);
        continue;
      }
      seen.add(spelling);
      const before = known.get(spelling);
      if (before === undefined) convertKey(statement, conversion);
      else if (contentOf(before) === contentOf(statement)) conversion.settings.use(statement.keyword);
      else {
        const hint = 'give one of them another name, on both sides';
        conversion.error('NC13', `key ${name.text} is another one in another view`, name, hint);
      }
      known.set(spelling, before ?? statement);
    }
  }
}

/** The statements of the file itself, and those of each view. */
function scopesOf(conversion: Conversion): readonly (readonly Statement[])[] {
  return [conversion.statements, ...conversion.all('view').map(blockOf)];
}

function convertKey(statement: Statement, conversion: Conversion): void {
  const { settings } = conversion;
  const name = firstValue(statement);
  const path = ['keys', name.text];
  settings.set(path, {}, name);
  for (const part of ['algorithm', 'secret']) {
    const found = findStatement(blockOf(statement), part);
    if (found === undefined) conversion.error('NC09', `key ${name.text} has no ${part}`, name, `add ${part}`);
    else settings.set([...path, part], firstValue(found).text, found.keyword, firstValue(found));
  }
}

function contentOf(key: Statement): string {
  const value = (name: string) => {
    const found = findStatement(blockOf(key), name);
    return found === undefined ? '' : name === 'secret' ? firstValue(found).text : textOf(found.args);
  };
  return `${value('algorithm')} ${value('secret')}`;
}
