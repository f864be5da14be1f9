/** All statements of a named.conf as settings of ringzone.yaml; what has no place there is told. */
import type { Interfaces } from '../../access/local-networks.ts';
import type { ParseState } from '../parse-state.ts';
import type { SourceText } from '../source-text.ts';
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { blockOf, findStatement, firstValue } from './arguments.ts';
import { Conversion } from './conversion.ts';
import { convertLogging } from './logging.ts';
import { convertAcls } from './match-lists.ts';
import { convertOptions, isForAll } from './options.ts';
import { convertRemoteLists, noteServers } from './remotes.ts';
import { Settings } from './settings.ts';
import { convertZones } from './zones.ts';

export function convertStatements(
  written: readonly Statement[],
  source: SourceText,
  state: ParseState,
  interfaces: Interfaces,
): Settings {
  const beginning: Token = { kind: 'end', text: '', source, start: 0, end: 0 };
  const settings = new Settings(beginning);
  const statements = withoutView(written, state);
  const conversion = new Conversion(settings, state, statements, interfaces, beginning);
  const top = statements.filter((statement) => statement.clause.places.includes('T'));
  for (const statement of top) conversion.treat(statement);
  convertKeys(conversion);
  convertAcls(conversion);
  convertRemoteLists(conversion);
  noteServers(conversion);
  convertLogging(conversion);
  convertOptions(optionsOf(statements), conversion);
  convertZones(conversion);
  allowTransfers(conversion);
  return settings;
}

/** Those of the one view stand with the others, and its options over the others. */
function withoutView(written: readonly Statement[], state: ParseState): readonly Statement[] {
  const views = written.filter((statement) => nameOf(statement) === 'view');
  const [view] = views;
  if (view === undefined) return written;
  const inside = blockOf(view);
  const second = views[1] ?? inside.find(({ clause }) => clause.name.startsWith('match-'));
  if (views.length > 1 || !isForAll(inside)) {
    const hint = 'run one server for each view, each with its own listen-on';
    const message = 'views are not supported by this release: all clients would see the same zones';
    state.error('NC13', message, (second ?? view).keyword, hint);
  }
  for (const zone of written.filter((statement) => nameOf(statement) === 'zone')) {
    state.error('NC07', 'where there is a view, all zones stand in views', zone.keyword, 'move the zone into the view');
  }
  return [...written, ...inside];
}

/** Of the block, with those of the view, of which each replaces the block's. */
function optionsOf(statements: readonly Statement[]): readonly Statement[] {
  const view = statements.filter(({ clause }) => !clause.places.includes('T') && clause.places.includes('v'));
  const options = statements.filter((statement) => nameOf(statement) === 'options').flatMap(blockOf);
  const isReplaced = ({ clause }: Statement) => view.some((over) => over.clause.name === clause.name);
  return [...options.filter((statement) => !isReplaced(statement)), ...view];
}

function convertKeys(conversion: Conversion): void {
  const { settings } = conversion;
  const seen = new Set<string>();
  for (const statement of conversion.all('key')) {
    const name = firstValue(statement);
    const spelling = name.text.toLowerCase().replace(/\.$/, '');
    if (seen.has(spelling)) conversion.error('NC08', `key ${name.text} is given twice`, name);
    seen.add(spelling);
    const path = ['keys', name.text];
    settings.set(path, {}, name);
    for (const part of ['algorithm', 'secret']) {
      const found = findStatement(blockOf(statement), part);
      if (found === undefined) conversion.error('NC09', `key ${name.text} has no ${part}`, name, `add ${part}`);
      else settings.set([...path, part], firstValue(found).text, found.keyword, firstValue(found));
    }
  }
}

/** BIND 9.18 lets everybody transfer what nobody forbids. */
function allowTransfers(conversion: Conversion): void {
  const { settings, beginning } = conversion;
  if (settings.get(['allow-transfer']) !== undefined) return;
  const zones = Object.entries(settings.value.zones ?? {}) as [string, Readonly<Record<string, unknown>>][];
  const open = zones.filter(([, zone]) => zone['allow-transfer'] === undefined);
  settings.set(['allow-transfer'], ['any'], beginning);
  const [first] = open;
  if (first === undefined) return;
  const more = open.length === 1 ? '' : ` and ${open.length - 1} more`;
  const message = `everybody may transfer ${first[0]}${more}, as from BIND 9.18 without allow-transfer; from 9.20 nobody`;
  const hint = 'write allow-transfer { none; }; or who may, in options or in the zone';
  conversion.note('NC15', message, beginning, hint);
}
