import type { Diagnostic } from '../../base/diagnostic.ts';
import type { WrittenConfig } from '../config/build-config.ts';
import type { ValueSource } from '../config/complete-config.ts';
import { defaultViewName } from '../config/views.ts';
import { type AddedZone, type AddedZones, type ZoneSettings, zoneNameKey } from './added-zones.ts';

type Values = Readonly<Record<string, unknown>>;

/** The configuration with the zones that were added. What stands in the configuration too is served as it says there. */
export function amendConfig(written: WrittenConfig, added: AddedZones): WrittenConfig {
  if (added.all.length === 0) return written;
  const diagnostics = [...written.diagnostics];
  const value = amendValues(written.value, added, diagnostics);
  return { ...written, value, source: bothSources(written.source, added), diagnostics };
}

/** Problems are appended to `diagnostics`. */
export function amendValues(written: unknown, added: AddedZones, diagnostics: Diagnostic[] = []): unknown {
  let value = written;
  for (const view of new Set(added.all.map((zone) => zone.view))) {
    const zones = added.all.filter((zone) => zone.view === view);
    const configured = zonesOf(value, view);
    if (configured === undefined) diagnostics.push(...zones.map(goneProblem));
    else value = withZones(mapOf(value), view, merge(configured, zones, diagnostics));
  }
  return value;
}

/** The zones of a view as they are written, by their names; `undefined`: there is no such view. */
export function zonesOf(value: unknown, view: string): Values | undefined {
  if (!isMap(value)) return undefined;
  if (value.views === undefined) return view === defaultViewName ? mapOf(value.zones) : undefined;
  const found = isMap(value.views) && Object.hasOwn(value.views, view) ? value.views[view] : undefined;
  return isMap(found) ? mapOf(found.zones) : undefined;
}

/** What is written for a zone. */
export function settingsOf(value: unknown, view: string, name: string): ZoneSettings | undefined {
  const found = Object.entries(zonesOf(value, view) ?? {}).find(([written]) => zoneNameKey(written) === name);
  return found === undefined ? undefined : mapOf(found[1]);
}

function withZones(value: Values, view: string, zones: Values): Values {
  if (value.views === undefined) return { ...value, zones };
  const views = mapOf(value.views);
  return { ...value, views: { ...views, [view]: { ...mapOf(views[view]), zones } } };
}

function merge(configured: Values, zones: readonly AddedZone[], diagnostics: Diagnostic[]): Values {
  const entries = new Map(Object.entries(configured));
  const names = new Map([...entries.keys()].map((name) => [zoneNameKey(name), name]));
  for (const zone of zones) {
    const name = names.get(zone.name);
    if (name !== undefined && !zone.isPassing) diagnostics.push(doubleProblem(zone));
    else if (zone.settings === undefined) entries.delete(name ?? zone.name);
    else entries.set(name ?? zone.name, zone.settings);
  }
  return Object.fromEntries(entries);
}

function doubleProblem({ name, source }: AddedZone): Diagnostic {
  const message = `zone ${name} stands in the configuration, and \`ctl addzone\` has added it too: that of the configuration is served`;
  return source.problem('warning', 'CF16', message, ['zones', name], 'key', 'remove one of both');
}

function goneProblem({ name, view, source }: AddedZone): Diagnostic {
  const message = `zone ${name} is not served: the configuration has no view ${view}, to which \`ctl addzone\` has added it`;
  return source.problem('warning', 'CF40', message, ['zones', name], 'key', 'add the view, or remove the zone here');
}

/** Each zone's problems stand where it was written. */
function bothSources(configured: ValueSource, added: AddedZones): ValueSource {
  return {
    problem: (severity, code, message, path, part, hint) => {
      const [view, below] = path[0] === 'views' ? [String(path[1]), path.slice(2)] : [defaultViewName, path];
      const zone = below[0] === 'zones' ? added.find(view, zoneNameKey(String(below[1]))) : undefined;
      const isAdded = zone !== undefined && zone.settings !== undefined;
      return isAdded
        ? zone.source.problem(severity, code, message, ['zones', zone.name, ...below.slice(2)], part, hint)
        : configured.problem(severity, code, message, path, part, hint);
    },
  };
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapOf(value: unknown): Values {
  return isMap(value) ? value : {};
}
