/** The zones: what they must have, what their type allows, and how each is written in ringzone.yaml. */
import { resolve } from 'node:path';
import type { Path } from '../../config/yaml-source.ts';
import { findInChroot } from '../chroot.ts';
import { statOf } from '../stat-of.ts';
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { blockOf, findStatement, firstValue, listOf, textOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { copyZone, plainName } from './in-view.ts';
import { setRemotes } from './remotes.ts';
import { setShared } from './shared-settings.ts';

/** Type as BIND writes it to its letter in clause-group.ts, and what it is called now. */
const types: Readonly<Record<string, readonly [letter: string, type: string]>> = {
  primary: ['p', 'primary'],
  master: ['p', 'primary'],
  secondary: ['s', 'secondary'],
  slave: ['s', 'secondary'],
  mirror: ['m', 'mirror'],
  hint: ['h', 'hint'],
  forward: ['f', 'forward'],
  redirect: ['r', 'redirect'],
  'static-stub': ['t', 'static-stub'],
  stub: ['u', 'stub'],
  'delegation-only': ['d', 'delegation-only'],
};

export interface Zone {
  readonly name: Token;
  readonly type: string;
  readonly statements: readonly Statement[];
}

/** What zones of all views share. */
export interface ZoneTable {
  /** By the absolute path of their file. */
  readonly files: Map<string, Zone>;
}

/** `path`: that of the view. */
export function convertZones(
  statements: readonly Statement[],
  path: Path,
  table: ZoneTable,
  conversion: Conversion,
): void {
  const seen = new Map<string, Token>();
  for (const statement of statements) {
    const name = firstValue(statement);
    const zoneClass = tokenAt(statement.args, 1)?.text.toLowerCase() ?? 'in';
    const key = `${zoneClass} ${name.text.toLowerCase().replace(/(.)\.$/, '$1')}`;
    const before = seen.get(key);
    if (before !== undefined) {
      const line = before.source.lineOf(before.start);
      conversion.error(
        'NC08',
        `zone ${name.text} is given twice`,
        name,
        `it stands in ${before.source.file}:${line} already`,
      );
      continue;
    }
    seen.set(key, name);
    if (zoneClass !== 'in') {
      const message = `zone ${name.text} is of class ${zoneClass}, and only IN is served`;
      conversion.error(
        'NC13',
        message,
        tokenAt(statement.args, 1) ?? name,
        'version.bind and the like are answered without a zone',
      );
      continue;
    }
    const inView = findStatement(blockOf(statement), 'in-view');
    if (inView !== undefined) {
      copyZone(name, inView, path, conversion);
      continue;
    }
    const zone = zoneOf(name, statement, conversion);
    if (zone === undefined) continue;
    convertZone(zone, path, conversion);
    checkFile(zone, table.files, conversion);
  }
}

/** With a type that is served; others are told. */
function zoneOf(name: Token, statement: Statement, conversion: Conversion): Zone | undefined {
  const statements = blockOf(statement);
  const typeStatement = findStatement(statements, 'type');
  if (typeStatement === undefined) {
    conversion.error('NC09', `zone ${name.text} has no type`, name, 'add type primary; or type secondary;');
    return undefined;
  }
  const typeToken = firstValue(typeStatement);
  const [letter, type] = types[typeToken.text.toLowerCase()] ?? ['', ''];
  let isGood = true;
  for (const { clause, keyword } of statements) {
    if (clause.places.includes(letter)) continue;
    conversion.error(
      'NC07',
      `${keyword.text} does not belong in a ${type} zone`,
      keyword,
      'remove it, or mend the type',
    );
    isGood = false;
  }
  if (type === 'primary' || type === 'secondary') return isGood ? { name, type, statements } : undefined;
  if (type === 'hint') {
    conversion.note('NC11', `zone ${name.text} has no meaning here: only a resolver needs hints`, name);
    return undefined;
  }
  const hint = 'remove the zone; its names would be looked up by a resolver';
  conversion.error(
    'NC13',
    `zone ${name.text} of type ${typeToken.text} cannot be served: it is for resolvers`,
    typeToken,
    hint,
  );
  return undefined;
}

function convertZone(zone: Zone, view: Path, conversion: Conversion): void {
  const { settings } = conversion;
  const { name, type, statements } = zone;
  const path = [...view, 'zones', plainName(name)];
  settings.set(path, {}, name);
  const typeStatement = findStatement(statements, 'type') as Statement;
  settings.set([...path, 'type'], type, typeStatement.keyword, firstValue(typeStatement));
  for (const statement of statements) {
    if (conversion.treat(statement) && !setShared(statement, path, conversion))
      setOwn(statement, zone, path, conversion);
  }
  checkRequired(zone, conversion);
}

function setOwn(statement: Statement, { type }: Zone, path: Path, conversion: Conversion): void {
  const { keyword } = statement;
  const token = firstValue(statement);
  switch (nameOf(statement)) {
    case 'file':
      if (type === 'primary') {
        const file = resolve(conversion.state.directory, token.text);
        conversion.warnOfChroot('zone', file, findInChroot(file, conversion.state.chroots), token);
        conversion.settings.set([...path, 'file'], token.text, keyword, token);
      } else {
        const message =
          'file has no meaning in a secondary zone here: its copy is kept in data-dir, and transferred at the first start';
        conversion.noteOnce('NC11', message, keyword);
      }
      break;
    case 'primaries':
    case 'masters':
      setRemotes(statement.args, [...path, 'primaries'], keyword, conversion);
      break;
    case 'journal':
      conversion.noteOnce('NC11', 'journal has no meaning here: journals are kept in data-dir', keyword);
      break;
    case 'update-policy':
      setPolicy(statement, path, conversion);
      break;
    default:
  }
}

function setPolicy(statement: Statement, path: Path, conversion: Conversion): void {
  const { keyword } = statement;
  const list = listOf(statement.args);
  if (list === undefined) {
    const hint =
      'ringzone tsig-keygen local-ddns > FILE; include that; update-policy { grant local-ddns zonesub ANY; }; nsupdate -k FILE';
    conversion.error(
      'NC13',
      'update-policy local cannot be obeyed: there is no session key',
      firstValue(statement),
      hint,
    );
    return;
  }
  const rules = list.items.map((item, index) => {
    const tokens = item.flatMap((argument) => (argument.kind === 'token' ? [argument.token] : []));
    conversion.settings.mark([...path, 'update-policy', index], tokens[0] ?? keyword);
    return tokens.map(({ text }) => text).join(' ');
  });
  conversion.settings.set([...path, 'update-policy'], rules, keyword, list.open);
}

function checkRequired({ name, type, statements }: Zone, conversion: Conversion): void {
  const has = (...words: readonly string[]) => words.some((word) => findStatement(statements, word) !== undefined);
  if (type === 'primary' && !has('file', 'database', 'dlz')) {
    conversion.error('NC09', `zone ${name.text} has no file`, name, `add file "${name.text}";`);
  }
  if (type === 'secondary' && !has('primaries', 'masters')) {
    conversion.error('NC09', `zone ${name.text} has no primaries`, name, 'add primaries { 192.0.2.1; };');
  }
  const format = findStatement(statements, 'masterfile-format');
  if (type === 'primary' && format !== undefined && textOf(format.args) === 'raw') {
    const hint = 'make a text of it: named-compilezone -f raw -F text -o TEXT NAME RAW';
    conversion.error('NC13', `zone ${name.text}: a file in the format raw cannot be read`, format.keyword, hint);
  }
}

/** Two zones that write one file destroy it for each other. And changes may be in BIND's journal, not in the file. */
function checkFile(zone: Zone, files: Map<string, Zone>, conversion: Conversion): void {
  const statement = findStatement(zone.statements, 'file');
  if (statement === undefined) return;
  const token = firstValue(statement);
  const file = resolve(conversion.state.directory, token.text);
  const other = files.get(file);
  if (other !== undefined && (isWritten(zone) || isWritten(other))) {
    conversion.error(
      'NC08',
      `the file ${token.text} is that of zone ${other.name.text} already`,
      token,
      'one of both would overwrite it',
    );
  }
  files.set(file, zone);
  if (zone.type !== 'primary') return;
  const named = findStatement(zone.statements, 'journal');
  const journal = named === undefined ? `${file}.jnl` : resolve(conversion.state.directory, firstValue(named).text);
  const journalTime = modifiedAt(journal);
  if (journalTime === undefined) return;
  if (journalTime > (modifiedAt(file) ?? 0)) {
    const hint = 'have BIND write them first: rndc sync -clean';
    conversion.error(
      'NC16',
      `zone ${zone.name.text}: ${journal} is newer than the file, and only BIND can read it`,
      token,
      hint,
    );
  } else conversion.note('NC16', `zone ${zone.name.text}: ${journal} is BIND's and is not read`, token);
}

function isWritten({ type, statements }: Zone): boolean {
  const list = findStatement(statements, 'allow-update');
  const isUpdated = list !== undefined && textOf(list.args) !== '{none}';
  return type === 'secondary' || isUpdated || findStatement(statements, 'update-policy') !== undefined;
}

function modifiedAt(file: string): number | undefined {
  return statOf(file)?.mtimeMs;
}
