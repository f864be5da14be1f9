/** Read ringzone.yaml: every problem with its line and column, or a configuration that is complete. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { YAMLError } from 'yaml';
import type { z } from 'zod';
import { type Diagnostic, hasErrors } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { reasonOf } from '../../zonefile/zone-source.ts';
import { buildConfig, type ReadOptions } from './build-config.ts';
import type { ConfigCode } from './codes.ts';
import type { Config } from './config.ts';
import { type LaterSetting, laterSettings, laterZoneSettings } from './later-settings.ts';
import { looksLikeNamedConf, namedConfProblem } from './named-conf.ts';
import { nearestWord } from './nearest-word.ts';
import type { Report } from './report.ts';
import { isConsequence, withoutFaults } from './salvage.ts';
import { configSchema, knownKeys } from './schema.ts';
import { show } from './values.ts';
import { type Path, YamlSource } from './yaml-source.ts';

/** Read and check the file at `path`. Paths inside it are relative to its folder. */
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
  if (looksLikeNamedConf(path, text)) return err([namedConfProblem(path, text)]);
  const source = new YamlSource(path, text);
  const diagnostics = syntaxProblems(source);
  // Behind a broken line everything looks wrong; a key given twice breaks nothing else.
  if (diagnostics.some(({ code, severity }) => code === 'CF02' && severity === 'error')) return err(diagnostics);
  const value = plainValue(source, diagnostics);
  if (value === undefined) return err(diagnostics);
  diagnostics.push(...laterProblems(source, value));

  const issues: z.core.$ZodIssue[] = [];
  let parsed = configSchema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    issues.push(...parsed.error.issues);
    for (const issue of issues) diagnostics.push(...issueProblems(source, issue));
    parsed = configSchema.safeParse(withoutFaults(value, issues));
    if (!parsed.success) return err(inOrder(diagnostics));
  }
  const report: Report = (severity, code, message, place, part, hint) => {
    if (!isConsequence(place, issues)) diagnostics.push(source.problem(severity, code, message, place, part, hint));
  };
  const config = buildConfig(parsed.data, resolve(path, '..'), report, options);
  return hasErrors(diagnostics) ? err(inOrder(diagnostics)) : ok({ ...config, warnings: inOrder(diagnostics) });
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

/** The document as plain objects; an empty one is an empty map. */
function plainValue(source: YamlSource, diagnostics: Diagnostic[]): unknown {
  try {
    return source.document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    const message = error instanceof Error ? lowerFirst(error.message) : String(error);
    diagnostics.push(source.problemAt('error', 'CF02', message, 0));
    return undefined;
  }
}

function laterProblems(source: YamlSource, value: unknown): Diagnostic[] {
  const found = laterKeysIn(value, [], laterSettings);
  for (const [name, zone] of entriesOf(entriesOf(value).find(([key]) => key === 'zones')?.[1])) {
    found.push(...laterKeysIn(zone, ['zones', name], laterZoneSettings));
  }
  return found.map(({ path, later }) => {
    const key = String(path.at(-1));
    return later.severity === 'error'
      ? source.problem('error', 'CF10', `${key} is not supported by this release`, path, 'key', later.hint)
      : source.problem('warning', 'CF11', `${key} has no effect yet`, path, 'key', later.hint);
  });
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

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function issueProblems(source: YamlSource, issue: z.core.$ZodIssue): Diagnostic[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKeyProblem(source, path, key));
  if (issue.code === 'custom') {
    const { cf, hint } = (issue.params ?? {}) as { cf?: ConfigCode; hint?: string };
    return [source.problem('error', cf ?? 'CF05', `${formatPath(path)}: ${issue.message}`, path, 'value', hint)];
  }
  if (issue.code === 'invalid_type') {
    const kind = { object: 'a map', record: 'a map', array: 'a list' }[issue.expected as string] ?? issue.expected;
    const message = `${path.length === 0 ? '' : `${formatPath(path)}: `}expected ${kind}, found ${path[0] === 'keys' ? kindOf(issue.input) : show(issue.input)}`;
    const hint = kind === 'a list' && typeof issue.input === 'string' ? `write [${issue.input}]` : undefined;
    return [source.problem('error', 'CF05', message, path, 'value', hint)];
  }
  return [source.problem('error', 'CF06', `${formatPath(path)}: ${lowerFirst(issue.message)}`, path, 'value')];
}

/** For what may be a secret. */
function kindOf(input: unknown): string {
  return typeof input === 'object' ? show(input) : 'a single value';
}

function unknownKeyProblem(source: YamlSource, path: Path, key: string): Diagnostic {
  const near = nearestWord(key, knownKeys(path));
  const place = path.length === 0 ? '' : ` in ${formatPath(path)}`;
  const hint = near === undefined ? `known here: ${knownKeys(path).join(', ')}` : `did you mean ${near}?`;
  return source.problem('error', 'CF04', `unknown key ${show(key)}${place}`, [...path, key], 'key', hint);
}

/** `listen[0]`, `zones.example.com.file`. */
export function formatPath(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
