/** From the values of a configuration, in whichever language it was written, to one that is complete. */
import type { z } from 'zod';
import { type Diagnostic, hasErrors } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { buildConfig, type ReadOptions, type WrittenConfig } from './build-config.ts';
import type { ConfigCode } from './codes.ts';
import type { Config } from './config.ts';
import { nearestWord } from './nearest-word.ts';
import type { Report } from './report.ts';
import { isConsequence, withoutFaults } from './salvage.ts';
import { configSchema, knownKeys } from './schema.ts';
import { show } from './values.ts';
import type { Path } from './yaml-source.ts';

/** Knows where each value was written. */
export interface ValueSource {
  /** Make a diagnostic that points at the value at `path`, or at its key. */
  problem(
    severity: Diagnostic['severity'],
    code: ConfigCode,
    message: string,
    path: Path,
    part: 'key' | 'value',
    hint?: string,
  ): Diagnostic;
}

/** `value`: keys and values as ringzone.yaml has them. `folder`: where relative paths start. `diagnostics`: those found before. */
export function completeConfig(
  value: unknown,
  source: ValueSource,
  folder: string,
  diagnostics: readonly Diagnostic[],
  options: ReadOptions = {},
): Result<Config, readonly Diagnostic[]> {
  const written = { value, source, folder, diagnostics };
  const completed = completeWritten(options.amend?.(written) ?? written, options);
  return completed.ok ? ok({ ...completed.value, written: { value, folder } }) : completed;
}

function completeWritten(written: WrittenConfig, options: ReadOptions): Result<Config, readonly Diagnostic[]> {
  const { value, source, folder } = written;
  const diagnostics = [...written.diagnostics];
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
  const placeOf = (path: Path, part: 'key' | 'value') => {
    const { file, line, column, sourceLine } = source.problem('note', 'CF33', '', path, part);
    return { file, line, column, sourceLine };
  };
  const config = buildConfig(parsed.data, folder, report, options, placeOf);
  return hasErrors(diagnostics) ? err(inOrder(diagnostics)) : ok({ ...config, warnings: inOrder(diagnostics) });
}

function issueProblems(source: ValueSource, issue: z.core.$ZodIssue): Diagnostic[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKeyProblem(source, path, key));
  if (issue.code === 'custom') {
    const { cf, hint } = (issue.params ?? {}) as { cf?: ConfigCode; hint?: string };
    return [source.problem('error', cf ?? 'CF05', `${formatPath(path)}: ${issue.message}`, path, 'value', hint)];
  }
  if (issue.code === 'invalid_type') {
    const kind = { object: 'a map', record: 'a map', array: 'a list' }[issue.expected as string] ?? issue.expected;
    const message = `${path.length === 0 ? '' : `${formatPath(path)}: `}expected ${kind}, found ${path[0] === 'keys' ? kindOf(issue.input) : show(issue.input)}`;
    return [source.problem('error', 'CF05', message, path, 'value', hintForKind(kind, issue.input, path))];
  }
  return [source.problem('error', 'CF06', `${formatPath(path)}: ${lowerFirst(issue.message)}`, path, 'value')];
}

function hintForKind(kind: string, input: unknown, path: Path): string | undefined {
  if (typeof input !== 'string') return undefined;
  if (kind === 'a list') return `write [${input}]`;
  return kind === 'a map' && path.at(-2) === 'zones' ? `write { file: ${input} }` : undefined;
}

/** For what may be a secret. */
function kindOf(input: unknown): string {
  return typeof input === 'object' ? show(input) : 'a single value';
}

function unknownKeyProblem(source: ValueSource, path: Path, key: string): Diagnostic {
  const near = nearestWord(key, knownKeys(path));
  const place = path.length === 0 ? '' : ` in ${formatPath(path)}`;
  const hint = near === undefined ? `known here: ${knownKeys(path).join(', ')}` : `did you mean ${near}?`;
  return source.problem('error', 'CF04', `unknown key ${show(key)}${place}`, [...path, key], 'key', hint);
}

/** `listen[0]`, `zones.example.com.file`. */
function formatPath(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

/** File by file, in the order in which they were read first; in each from the top. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map(({ file }) => file))];
  const rank = ({ file }: Diagnostic) => files.indexOf(file);
  return diagnostics.toSorted(
    (a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
