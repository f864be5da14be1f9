/** Views: who sees which zones. What BIND has for each view and this server for all must be the same in all. */
import type { Path } from '../../config/yaml-source.ts';
import { nameOf, type Statement } from '../tree.ts';
import { blockOf, firstValue, isYes, textOf, tokenAt } from './arguments.ts';
import { convertCatalogs } from './catalogs.ts';
import type { Conversion } from './conversion.ts';
import { setMatches } from './match-lists.ts';
import { setNewZones } from './new-zones.ts';
import { setRateLimit } from './protection.ts';
import { noteServers } from './remotes.ts';
import { setRrsetOrder } from './rrset-order.ts';
import { isSharedStatement, setShared } from './shared-settings.ts';
import { convertZones, type ZoneTable } from './zones.ts';

export function convertViews(
  views: readonly Statement[],
  options: readonly Statement[],
  table: ZoneTable,
  conversion: Conversion,
): void {
  const seen = new Set<string>();
  for (const view of views) {
    const name = firstValue(view);
    if (seen.has(name.text)) conversion.error('NC08', `view ${name.text} is given twice`, name);
    seen.add(name.text);
    const viewClass = tokenAt(view.args, 1);
    if (viewClass !== undefined && viewClass.text.toLowerCase() !== 'in') {
      const message = `view ${name.text} is of class ${viewClass.text}, and only IN is served`;
      conversion.error('NC13', message, viewClass, 'version.bind and the like are answered without a zone');
      continue;
    }
    convertView(view, options, table, conversion);
  }
}

function convertView(view: Statement, options: readonly Statement[], table: ZoneTable, conversion: Conversion): void {
  const name = firstValue(view);
  const statements = blockOf(view);
  const path = ['views', name.text];
  conversion.settings.set(path, {}, name);
  noteServers(
    statements.filter((statement) => nameOf(statement) === 'server'),
    conversion,
  );
  conversion.inView(statements, () => {
    for (const statement of statements) {
      // These have been told of with the options, of which they are a part.
      if (isServerWide(statement) || !conversion.treat(statement)) continue;
      if (!setShared(statement, path, conversion)) setOwn(statement, path, conversion);
    }
    const inherited = options.filter(({ clause }) => clause.name === 'catalog-zones');
    const isOver = statements.some(({ clause }) => clause.name === 'catalog-zones');
    if (!isOver) for (const statement of inherited) convertCatalogs(statement, path, conversion);
    const zones = statements.filter((statement) => nameOf(statement) === 'zone');
    convertZones(zones, path, table, conversion);
  });
}

function setOwn(statement: Statement, path: Path, conversion: Conversion): void {
  const key = nameOf(statement);
  if (key === 'match-clients' || key === 'match-destinations') setMatches(statement, [...path, key], conversion);
  if (key === 'match-recursive-only') {
    const token = firstValue(statement);
    conversion.settings.set([...path, key], isYes(token), statement.keyword, token);
  }
  if (key === 'catalog-zones') convertCatalogs(statement, path, conversion);
  if (key === 'rate-limit') setRateLimit(statement, path, conversion);
  if (key === 'rrset-order') setRrsetOrder(statement, path, conversion);
  if (key === 'allow-new-zones') setNewZones(statement, conversion);
}

/** What a view of ringzone.yaml has beside the settings of its zones, and what is looked at for each view. */
const ofView = ['allow-new-zones', 'catalog-zones', 'rate-limit', 'recursion', 'rrset-order'];

/** A setting that a view has in BIND and that holds for the whole server here. */
export function isServerWide({ clause }: Statement): boolean {
  const isOption = clause.places.includes('o') && clause.treatment.kind === 'keep';
  return isOption && !ofView.includes(clause.name) && !isSharedStatement(clause.name);
}

/**
 * The options of the server, with those of the views in their place where all views say the same. Where they don't, each that
 * differs is told.
 */
export function mergeOptions(
  options: readonly Statement[],
  views: readonly Statement[],
  conversion: Conversion,
): readonly Statement[] {
  const merged = [...options];
  const names = new Set(views.flatMap(blockOf).filter(isServerWide).map(nameOf));
  for (const name of names) {
    const find = (statements: readonly Statement[]) => statements.findLast((statement) => nameOf(statement) === name);
    const outside = find(options);
    const inside = views.map((view) => find(blockOf(view)) ?? outside);
    const [first] = inside;
    if (inside.every((statement) => statement === outside)) continue;
    // A view that says nothing is odd, too.
    const isOdd = inside.some((statement) => contentOf(statement) !== contentOf(first));
    if (isOdd || first === undefined) {
      const at = inside.find((statement) => statement !== undefined && statement !== outside) as Statement;
      const hint = 'say the same in all views, or in options alone';
      conversion.error('NC13', `${name} cannot be obeyed for single views`, at.keyword, hint);
    } else {
      if (outside !== undefined) merged.splice(merged.indexOf(outside), 1);
      merged.push(first);
    }
  }
  return merged;
}

/** A block by its statements. */
function contentOf(statement: Statement | undefined): string {
  if (statement === undefined) return '';
  const inner = blockOf(statement).map((part) => `${nameOf(part)} ${contentOf(part)}`);
  return [textOf(statement.args), ...inner.sort()].join(';');
}
