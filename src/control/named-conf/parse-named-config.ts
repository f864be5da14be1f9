/** Read BIND's named.conf: into the same values as ringzone.yaml has, so that everything behind is the same. */
import { resolve } from 'node:path';
import { type Diagnostic, hasErrors } from '../../base/diagnostic.ts';
import { err, type Result } from '../../base/result.ts';
import { hostInterfaces } from '../../plane/sockets/host-interfaces.ts';
import type { ReadOptions } from '../config/build-config.ts';
import { completeConfig } from '../config/complete-config.ts';
import type { Config } from '../config/config.ts';
import { convertStatements } from './convert/convert-statements.ts';
import type { Settings } from './convert/settings.ts';
import { withNewZones } from './new-zones.ts';
import { ParseState, type ReadFile } from './parse-state.ts';
import { parseNamedConf } from './parser.ts';
import { SourceText } from './source-text.ts';
import type { Statement } from './tree.ts';

/** A named.conf, read and found good: what was written, what it became, and what holds then. */
export interface NamedConf {
  /** Of all files, those of included ones where they were included. */
  readonly statements: readonly Statement[];
  readonly settings: Settings;
  readonly config: Config;
  /** Absolute; relative paths start here. */
  readonly directory: string;
  /** The files in the order in which they were read, with the includes that named them. */
  readonly files: readonly ReadFile[];
}

/** `path` names the file in messages. Relative paths in it start at its `directory`, or at the working directory, as in BIND. */
export function parseNamedConfig(
  text: string,
  path: string,
  options: ReadOptions = {},
): Result<Config, readonly Diagnostic[]> {
  const read = readNamedConf(text, path, options);
  return read.ok ? { ok: true, value: read.value.config } : read;
}

/** The same, with the way there. */
export function readNamedConf(
  text: string,
  path: string,
  options: ReadOptions = {},
): Result<NamedConf, readonly Diagnostic[]> {
  const state = new ParseState(process.cwd(), options.chroots);
  state.open.push(resolve(path));
  const source = new SourceText(path, text);
  const written = parseNamedConf(source, state);
  const statements = hasErrors(state.diagnostics) ? written : withNewZones(written, state);
  // What was not understood would be missed wherever it is referred to.
  if (hasErrors(state.diagnostics)) return err(inOrder(state.diagnostics));
  const settings = convertStatements(statements, source, state, options.interfaces ?? hostInterfaces());
  if (hasErrors(state.diagnostics)) return err(inOrder(state.diagnostics));
  const { directory, files } = state;
  const completed = completeConfig(settings.value, settings, directory, state.diagnostics, options);
  if (!completed.ok) return err(inOrder(completed.error));
  const config = { ...completed.value, warnings: inOrder(completed.value.warnings) };
  return { ok: true, value: { statements, settings, config, directory, files } };
}

/** File by file, in the order in which they were read first; in each from the top. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map(({ file }) => file))];
  const rank = ({ file }: Diagnostic) => files.indexOf(file);
  return diagnostics.toSorted(
    (a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}
