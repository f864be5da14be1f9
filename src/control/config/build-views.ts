/** The views: who sees which zones (BIND's `view`). The order of the file is that in which they are tried. */
import { AccessList } from '../../plane/access/access-list-table.ts';
import type { ViewConfig } from './config.ts';
import type { ZoneParts } from './inherited-settings.ts';
import type { ParsedConfig, ParsedView } from './schema.ts';
import { defaultView, defaultViewName } from './views.ts';
import type { Path } from './yaml-source.ts';

/** With room for a zone's name the key of a journal, which the name is a part of, has at most 511 octets. */
const maxNameOctets = 128;

/** The views, and the names of all that there ever were since the start. */
export interface ViewTable {
  readonly views: readonly ViewConfig[];
  readonly viewNames: readonly string[];
}

/** `before`: names that have numbers already. */
export function buildViews(
  parsed: ParsedConfig,
  parts: ZoneParts,
  before: readonly string[] = [defaultViewName],
): ViewTable {
  if (parsed.views === undefined) return { views: [defaultView], viewNames: before };
  const viewNames = [...before];
  const views = Object.entries(parsed.views).map(([name, written]) => {
    checkName(name, parts);
    if (!viewNames.includes(name)) viewNames.push(name);
    return buildView(name, viewNames.indexOf(name), written, parts);
  });
  if (views.length > 0) checkZonesAreInside(parsed, parts);
  for (const [index, view] of views.entries()) checkReach(view, views.slice(0, index), parts);
  // An empty map: nobody is answered, which the lack of zones tells.
  return { views: views.length === 0 ? [defaultView] : views, viewNames };
}

function buildView(name: string, number: number, written: ParsedView, { acls }: ZoneParts): ViewConfig {
  const list = (key: 'match-clients' | 'match-destinations') =>
    written[key] === undefined ? AccessList.any : acls.list(written[key], ['views', name, key]).id;
  return {
    number,
    name,
    matchClients: list('match-clients'),
    matchDestinations: list('match-destinations'),
    matchRecursiveOnly: written['match-recursive-only'] ?? false,
  };
}

function checkName(name: string, { report }: ZoneParts): void {
  const path: Path = ['views', name];
  const problem = (message: string, hint: string) => report('error', 'CF31', message, path, 'key', hint);
  if (name === defaultViewName || name === '_bind') {
    problem(`view ${name} is built in`, 'take another name');
  } else if (/^\d+$/.test(name)) {
    // JavaScript's objects, as which maps are read, have such keys first and by their size.
    problem(`view ${name}: a name of digits alone loses its place in the order of the views`, `write view-${name}`);
  } else if (!/^[^\s\p{C}/'"]+$/u.test(name) || Buffer.byteLength(name) > maxNameOctets) {
    const hint = `at most ${maxNameOctets} octets, without blanks, quotes and "/"`;
    problem(`${JSON.stringify(name)} is not the name of a view`, hint);
  }
}

function checkZonesAreInside(parsed: ParsedConfig, { report }: ZoneParts): void {
  for (const key of ['zones', 'catalogs'] as const) {
    if (Object.keys(parsed[key] ?? {}).length === 0) continue;
    const message = `there are views, and ${key} outside of them: with views, all zones must be in views`;
    report('error', 'CF28', message, [key], 'key', `move ${key} into a view: views: { NAME: { ${key}: … } }`);
  }
}

/** What a view never gets is served to nobody: most likely the order is wrong. */
function checkReach(view: ViewConfig, before: readonly ViewConfig[], { report }: ZoneParts): void {
  const { name, matchClients, matchDestinations } = view;
  const warn = (why: string, hint: string) =>
    report('warning', 'CF32', `view ${name} can never match: ${why}`, ['views', name], 'key', hint);
  if (matchClients === AccessList.none || matchDestinations === AccessList.none) {
    warn(`its match-${matchClients === AccessList.none ? 'clients' : 'destinations'} has nobody`, 'name who sees it');
    return;
  }
  const other = before.find((earlier) => takesAllOf(earlier, view));
  if (other !== undefined) warn(`view ${other.name} before it has all that it would`, `put it before ${other.name}`);
}

function takesAllOf(earlier: ViewConfig, view: ViewConfig): boolean {
  const covers = (wide: number, narrow: number) => wide === AccessList.any || wide === narrow;
  return (
    covers(earlier.matchClients, view.matchClients) &&
    covers(earlier.matchDestinations, view.matchDestinations) &&
    (!earlier.matchRecursiveOnly || view.matchRecursiveOnly)
  );
}
