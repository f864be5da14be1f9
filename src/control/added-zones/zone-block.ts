/** The block behind `addzone ZONE`: named.conf's statements, as rndc takes them, or ringzone.yaml's keys. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { hostInterfaces } from '../../plane/sockets/host-interfaces.ts';
import { YamlSource } from '../config/yaml-source.ts';
import { convertStatements } from '../named-conf/convert/convert-statements.ts';
import { ParseState } from '../named-conf/parse-state.ts';
import { parseNamedConf } from '../named-conf/parser.ts';
import { SourceText } from '../named-conf/source-text.ts';
import type { AddedZone, ZoneSettings } from './added-zones.ts';
import { readServerStatements } from './named-conf-context.ts';

export interface ZoneBlock {
  readonly settings: ZoneSettings;
  readonly source: AddedZone['source'];
  /** Warnings and notes. */
  readonly diagnostics: readonly Diagnostic[];
}

/** `{type: …`; a statement of named.conf has a blank behind its word. */
const yamlBeginning = /^\{\s*(?:[\w-]+|"[^"]*"|'[^']*')\s*:(?:\s|$)|^\{\s*\}/;

/**
 * `word` names the text in messages, as BIND does. `folder`: where relative paths start. `configFile`: where it is a named.conf, its
 * `server` and `tls` statements count for the zone too.
 */
export function parseZoneBlock(
  name: string,
  block: string,
  word: string,
  folder: string,
  configFile?: string,
): Result<ZoneBlock, readonly Diagnostic[]> {
  const text = block.trim().replace(/\s*;\s*$/, '');
  return yamlBeginning.test(text) ? parseYaml(text, word) : parseStatements(name, text, word, folder, configFile);
}

function parseYaml(text: string, word: string): Result<ZoneBlock, readonly Diagnostic[]> {
  const yaml = new YamlSource(word, text);
  const problem = yaml.document.errors[0] ?? yaml.document.warnings[0];
  if (problem !== undefined) return err([yaml.problemAt('error', 'CF02', problem.message, problem.pos[0])]);
  const source: AddedZone['source'] = {
    problem: (severity, code, message, path, part, hint) =>
      yaml.problem(severity, code, message, path.slice(2), part, hint),
  };
  const plain = yaml.plainValue(0);
  if (!plain.ok) return err([yaml.problemAt('error', 'CF02', plain.error, 0)]);
  return ok({ settings: { ...(plain.value as object) }, source, diagnostics: [] });
}

/** What BIND's defaults do to a whole configuration is not said for one zone of it. */
const ofWholeFiles = ['NC14', 'NC15'];

function parseStatements(
  name: string,
  block: string,
  word: string,
  folder: string,
  configFile: string | undefined,
): Result<ZoneBlock, readonly Diagnostic[]> {
  const text = `zone "${name}" ${block};`;
  const source = new SourceText(word, text);
  const state = new ParseState(folder);
  const statements = parseNamedConf(source, state);
  const problems = () => state.diagnostics.filter(({ code, file }) => file === word && !ofWholeFiles.includes(code));
  if (hasError(problems())) return err(problems());
  const [statement, second] = statements;
  if (statement === undefined || second !== undefined) {
    const message = 'expected the end behind the block of the zone';
    const problem = source.diagnosticAt({ severity: 'error', code: 'NC05', message }, second?.keyword.start ?? 0);
    return err([problem]);
  }
  const context = configFile === undefined ? [] : readServerStatements(configFile);
  const settings = convertStatements([...context, statement], source, state, hostInterfaces());
  if (settings.value.acl !== undefined) {
    const hint = 'give the list a name in the configuration: acl NAME { ... };';
    state.error('NC13', 'a list that is denied as a whole must have a name', statement.keyword, hint);
  }
  const [written, zone] = Object.entries((settings.value.zones ?? {}) as Record<string, ZoneSettings>)[0] ?? [];
  if (hasError(problems())) return err(problems());
  // Of a kind that is passed over in a file.
  if (zone === undefined) return err([notSupported(source, problems())]);
  const zoneSource: AddedZone['source'] = {
    problem: (severity, code, message, path, part, hint) =>
      settings.problem(severity, code, message, ['zones', String(written), ...path.slice(2)], part, hint),
  };
  return ok({ settings: zone, source: zoneSource, diagnostics: problems() });
}

/** In BIND's words; the note says why. */
function notSupported(source: SourceText, notes: readonly Diagnostic[]): Diagnostic {
  const type = /\btype\s+([\w-]+)/i.exec(source.text)?.[1] ?? 'such';
  const message = `'${type}' zones not supported by addzone`;
  return source.diagnosticAt({ severity: 'error', code: 'NC13', message, hint: notes.at(-1)?.message }, 0);
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
