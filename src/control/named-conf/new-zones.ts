/** The zones that `rndc addzone` has added: BIND keeps them beside named.conf, and serves them after a restart too. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf } from '../../zonefile/zone-source.ts';
import { blockOf, findStatement, firstValue, isYes } from './convert/arguments.ts';
import { contextOf } from './grammar/contexts.ts';
import { readNewZones } from './new-zones-database.ts';
import type { ParseState } from './parse-state.ts';
import { parseStatements } from './parser.ts';
import { SourceText } from './source-text.ts';
import type { Token } from './token.ts';
import { nameOf, type Statement } from './tree.ts';

/** All statements, with those zones where they are served: in their views. */
export function withNewZones(statements: readonly Statement[], state: ParseState): readonly Statement[] {
  const options = statements.filter((statement) => nameOf(statement) === 'options').flatMap(blockOf);
  if (!statements.some((statement) => nameOf(statement) === 'view')) {
    return [...statements, ...newZonesOf('_default', options, options, state)];
  }
  return statements.map((statement) => {
    if (nameOf(statement) !== 'view') return statement;
    const inside = blockOf(statement);
    const zones = newZonesOf(firstValue(statement).text, inside, options, state);
    if (zones.length === 0) return statement;
    const args = statement.args.map((argument) =>
      argument.kind === 'block' ? { ...argument, statements: [...inside, ...zones] } : argument,
    );
    return { ...statement, args };
  });
}

function newZonesOf(
  view: string,
  inside: readonly Statement[],
  options: readonly Statement[],
  state: ParseState,
): readonly Statement[] {
  const find = (name: string) => findStatement(inside, name) ?? findStatement(options, name);
  const allowed = find('allow-new-zones');
  if (allowed === undefined || !isYes(firstValue(allowed))) return [];
  const folder = find('new-zones-directory');
  const stem = resolve(state.directory, folder === undefined ? '.' : firstValue(folder).text, view);
  return [`${stem}.nzd`, `${stem}.nzf`]
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const text = textOf(file, allowed.keyword, state);
      return text === undefined ? [] : parseStatements(new SourceText(file, text), contextOf('view'), state);
    });
}

/** As statements of a named.conf, a zone a line. */
function textOf(file: string, place: Token, state: ParseState): string | undefined {
  let octets: Uint8Array;
  try {
    octets = readFileSync(file);
  } catch (error) {
    state.error('NC01', `cannot read ${file}, which has zones of rndc addzone: ${reasonOf(error)}`, place);
    return undefined;
  }
  if (file.endsWith('.nzf')) return new TextDecoder().decode(octets);
  const zones = readNewZones(octets);
  if (zones === undefined) {
    const hint = `make a text of it and include that: named-nzd2nzf ${file}`;
    state.error('NC01', `cannot read ${file}, which has zones of rndc addzone: it is no LMDB file`, place, hint);
  }
  return zones?.map(({ name, settings }) => `zone "${name}" ${settings};\n`).join('');
}
