/** BIND's named.conf as a ringzone.yaml that means the same. */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { assert } from '../../../base/assert.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { ok, type Result } from '../../../base/result.ts';
import { hostInterfaces } from '../../../plane/sockets/host-interfaces.ts';
import type { ReadOptions } from '../../config/build-config.ts';
import type { Config } from '../../config/config.ts';
import { parseConfig } from '../../config/read-config.ts';
import { packageVersion } from '../../package-root.ts';
import { blockOf, findStatement } from '../convert/arguments.ts';
import { type NamedConf, readNamedConf } from '../parse-named-config.ts';
import { nameOf } from '../tree.ts';
import { withAbsolutePaths } from './absolute-paths.ts';
import { placeComments } from './place-comments.ts';
import { writeYaml } from './write-yaml.ts';

export interface ConvertedConfig {
  readonly yaml: string;
  /** What both files say. */
  readonly config: Config;
  /** Notes and warnings about the named.conf. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of the named.conf and what it includes. */
  readonly files: readonly string[];
  /** Statements that stand in the result as a comment alone, because they have no meaning here or are not obeyed. */
  readonly leftOut: number;
  /** Where relative paths started that a `directory` would have led elsewhere; `undefined`: there are none. */
  readonly workingDirectory: string | undefined;
  /** It must not be read by everybody. */
  readonly hasSecrets: boolean;
}

/** `path` names the file in messages. The result is read again, to be sure that it means the same. */
export function convertNamedConf(
  text: string,
  path: string,
  given: ReadOptions = {},
): Result<ConvertedConfig, readonly Diagnostic[]> {
  // Both are read with the same addresses, whatever comes up meanwhile.
  const options = { interfaces: hostInterfaces(), ...given };
  const read = readNamedConf(text, path, options);
  if (!read.ok) return read;
  const { settings, directory, config } = read.value;
  const { comments, leftOut } = placeComments(read.value);
  comments.head.unshift(`Converted from ${path} by ringzone ${packageVersion()}.`);
  const value = withAbsolutePaths(settings.value, directory) as Readonly<Record<string, unknown>>;
  const isMoved = !isDeepStrictEqual(value, withAbsolutePaths(settings.value, '/'));
  const workingDirectory = isMoved && !hasDirectory(read.value) ? directory : undefined;
  if (workingDirectory !== undefined) {
    comments.head.push(`without directory, relative paths started at the working directory, ${workingDirectory}`);
  }
  const hasSecrets = value.keys !== undefined || value['cookie-secret'] !== undefined;
  const yaml = writeYaml(value, comments, orderOf(read.value));
  const again = parseConfig(yaml, 'ringzone.yaml', options);
  assert(again.ok && isSame(again.value, config), 'the converted configuration means the same');
  const files = read.value.files.map(({ source }) => resolve(source.file));
  return ok({ yaml, config, diagnostics: config.warnings, files, leftOut, workingDirectory, hasSecrets });
}

function hasDirectory({ statements }: NamedConf): boolean {
  const options = statements.filter((statement) => nameOf(statement) === 'options').flatMap(blockOf);
  return findStatement(options, 'directory') !== undefined;
}

/** By file and place; what stands in none of them comes last. */
function orderOf({ settings, files }: NamedConf): (name: string) => number {
  const ranks = new Map<string, number>();
  for (const [path, { source, start, kind }] of settings.marks()) {
    const file = files.findIndex((read) => read.source === source);
    if (path.length === 1 && kind !== 'end') ranks.set(path[0] as string, file + start / (source.text.length + 1));
  }
  return (name) => ranks.get(name) ?? files.length;
}

/** But for what was written, and what was said about that. */
function isSame(a: Config, b: Config): boolean {
  return isDeepStrictEqual(meaningOf(a), meaningOf(b));
}

function meaningOf(config: Config): unknown {
  return { ...config, warnings: undefined, written: undefined };
}
