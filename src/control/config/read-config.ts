/** Read ringzone.yaml, or BIND's named.conf: every problem with its line and column, or a configuration that is complete. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, type Result } from '../../base/result.ts';
import { reasonOf } from '../../zonefile/zone-source.ts';
import { parseNamedConfig } from '../named-conf/parse-named-config.ts';
import type { ReadOptions } from './build-config.ts';
import { completeConfig } from './complete-config.ts';
import type { Config } from './config.ts';
import { type LaterSetting, laterSettings, laterViewSettings, laterZoneSettings } from './later-settings.ts';
import { looksLikeNamedConf } from './named-conf.ts';
import { type Path, YamlSource } from './yaml-source.ts';

/** Read and check the file at `path`. Paths inside it are relative to its folder; of a named.conf to its `directory`. */
export function readConfig(path: string, options?: ReadOptions): Result<Config, readonly Diagnostic[]> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const message = `cannot read the configuration: ${reasonOf(error)}`;
    return err([{ severity: 'error', code: 'CF01', message, file: path }]);
  }
  return parseConfig(text, path, options);
}

/** The same from a text; `path` names it in messages and gives the folder. */
export function parseConfig(
  text: string,
  path: string,
  options: ReadOptions = {},
): Result<Config, readonly Diagnostic[]> {
  if (looksLikeNamedConf(path, text)) return parseNamedConfig(text, path, options);
  const source = new YamlSource(path, text);
  const diagnostics = syntaxProblems(source);
  // Behind a broken line everything looks wrong; a key given twice breaks nothing else.
  if (diagnostics.some(({ code, severity }) => code === 'CF02' && severity === 'error')) return err(diagnostics);
  const plain = source.plainValue(mostAliases);
  if (!plain.ok) return err([...diagnostics, source.problemAt('error', 'CF02', plain.error, 0)]);
  const { value } = plain;
  diagnostics.push(...laterProblems(source, value));

  return completeConfig(value, source, resolve(path, '..'), diagnostics, options);
}

function syntaxProblems(source: YamlSource): Diagnostic[] {
  const problem = (severity: 'error' | 'warning') => (error: YAMLError) => {
    const twice = error.code === 'DUPLICATE_KEY';
    // `[!192.0.2.66]` would silently become something else: what begins with ! is a tag in YAML.
    const isTag = error.code === 'TAG_RESOLVE_FAILED';
    const message = twice ? 'this key is given twice in one map' : isTag ? 'unknown tag' : lowerFirst(error.message);
    const hint = isTag ? 'what begins with ! stands in quotes: "!192.0.2.66"' : tabHint(error.code);
    return source.problemAt(isTag ? 'error' : severity, twice ? 'CF03' : 'CF02', message, error.pos[0], hint);
  };
  return [...source.document.errors.map(problem('error')), ...source.document.warnings.map(problem('warning'))];
}

function tabHint(code: string): string | undefined {
  return code === 'TAB_AS_INDENT' ? 'YAML is indented with blanks' : undefined;
}

/** More of them make much of little. */
const mostAliases = 100;

function laterProblems(source: YamlSource, value: unknown): Diagnostic[] {
  const found = [...laterKeysIn(value, [], laterSettings), ...laterKeysInZones(value, [])];
  for (const [name, view] of entriesAt(value, 'views')) {
    const path = ['views', name];
    found.push(...laterKeysIn(view, path, laterViewSettings), ...laterKeysInZones(view, path));
  }
  return found.map(({ path, later }) => {
    const key = String(path.at(-1));
    return later.severity === 'error'
      ? source.problem('error', 'CF10', `${key} is not supported by this release`, path, 'key', later.hint)
      : source.problem('warning', 'CF11', `${key} has no effect yet`, path, 'key', later.hint);
  });
}

function laterKeysInZones(value: unknown, at: Path) {
  return entriesAt(value, 'zones').flatMap(([name, zone]) =>
    laterKeysIn(zone, [...at, 'zones', name], laterZoneSettings),
  );
}

function laterKeysIn(value: unknown, at: Path, table: Readonly<Record<string, LaterSetting>>) {
  const found: { path: Path; later: LaterSetting }[] = [];
  for (const [key, setting] of entriesOf(value)) {
    const later = Object.hasOwn(table, key) ? table[key] : undefined;
    if (later === undefined || means(setting, later.allowed ?? [])) continue;
    found.push({ path: [...at, key], later });
  }
  return found;
}

/** Whether a setting is one of these, alone or as a list of one. */
function means(setting: unknown, allowed: readonly unknown[]): boolean {
  return allowed.includes(Array.isArray(setting) && setting.length === 1 ? setting[0] : setting);
}

function entriesAt(value: unknown, wanted: string): [string, unknown][] {
  return entriesOf(entriesOf(value).find(([key]) => key === wanted)?.[1]);
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
