/** `views`: the zones of each, and what programs expect of its resolver. In parts: there may be ten thousand zones. */
import type { ZoneConfig } from '../../config/config.ts';
import type { HttpSource } from '../http-source.ts';
import { resolverStatistics } from './resolver-statistics.ts';
import { secondsTime } from './statistics-head.ts';

export interface ViewContent {
  readonly zones: boolean;
  readonly resolver: boolean;
}

/** BIND's view of class CH, for those who ask who the server is. */
const builtInView = '_bind';

/** The member of an object: `"views":{...}`. */
export function* viewParts(source: HttpSource, content: ViewContent): Generator<string> {
  const { zones, views } = source.config();
  const byView = Map.groupBy(content.zones ? zones : [], ({ view }) => view);
  yield '"views":{';
  for (const { number, name } of views) {
    yield `${JSON.stringify(name)}:{`;
    yield* contentParts(content, zoneRows(byView.get(number) ?? [], source));
    yield '},';
  }
  yield `"${builtInView}":{`;
  yield* contentParts(content, builtInRows(source));
  yield '}}';
}

function* contentParts({ zones, resolver }: ViewContent, rows: Iterable<object>): Generator<string> {
  if (zones) {
    let lead = '"zones":[';
    for (const row of rows) {
      yield `${lead}${JSON.stringify(row)}`;
      lead = ',';
    }
    yield lead === ',' ? ']' : `${lead}]`;
  }
  if (resolver) yield `${zones ? ',' : ''}"resolver":${JSON.stringify(resolverStatistics)}`;
}

function* zoneRows(zones: readonly ZoneConfig[], source: HttpSource): Generator<object> {
  for (const zone of zones) yield zoneRow(zone, source);
}

const classNames: Readonly<Record<number, string>> = { 1: 'IN', 3: 'CH', 4: 'HS' };

function zoneRow(zone: ZoneConfig, source: HttpSource): object {
  const { name, type } = zone;
  const zoneClass = classNames[zone.class] ?? `CLASS${zone.class}`;
  const fact = source.zoneFacts.find(zone);
  if (type === 'primary') return { name, class: zoneClass, ...versionOf(fact), type, loaded: loadedAt(fact) };
  const secondary = source.secondaries()?.find(zone.view, zone.class, zone.apex);
  // What is expired isn't served, whatever its serial was.
  const served = secondary?.isExpired === true ? undefined : fact;
  const { expiresAt = 0, isBusy = false, refreshDueMs = 0 } = secondary ?? {};
  const refreshAtMs = isBusy || secondary === undefined ? Date.now() : Date.now() + refreshDueMs - performance.now();
  return {
    name,
    class: zoneClass,
    ...versionOf(served),
    type,
    loaded: loadedAt(served),
    expires: secondsTime(served === undefined ? undefined : expiresAt * 1000),
    refresh: secondsTime(refreshAtMs),
  };
}

type Fact = ReturnType<HttpSource['zoneFacts']['find']>;

/** No serial where nothing is served. */
function versionOf(fact: Fact): { readonly serial?: number } {
  return fact === undefined ? {} : { serial: fact.serial };
}

function loadedAt(fact: Fact): string {
  return secondsTime(fact?.loadedAtMs);
}

function* builtInRows(source: HttpSource): Generator<object> {
  const { settings } = source.config();
  const loaded = secondsTime(source.state().bootMs);
  const names = {
    'hostname.bind': settings.hostname,
    'version.bind': settings.version,
    'id.server': settings.serverId,
  };
  for (const [name, text] of Object.entries(names)) {
    if (text !== undefined) yield { name, class: 'CH', serial: 0, type: 'builtin', loaded };
  }
}
