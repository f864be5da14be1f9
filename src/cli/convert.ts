/** `ringzone convert`: BIND's named.conf as a ringzone.yaml. */
import { chmodSync, existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { type ConvertedConfig, convertNamedConf } from '../control/named-conf/yaml/convert-named-conf.ts';
import { reasonOf } from '../zonefile/zone-source.ts';
import { tellDiagnostics } from './diagnostics.ts';
import { type Output, write } from './output.ts';

export interface ConvertOptions {
  /** Where to write; `undefined`: to stdout. */
  readonly output?: string | undefined;
  /** Whether a file that is there may be replaced. */
  readonly force?: boolean | undefined;
}

/** Resolves to the exit code: 0 converted, 1 errors. What is to be said goes to stderr. */
export async function runConvert(file: string, options: ConvertOptions, output: Output): Promise<number> {
  const { stderr, stdout } = output;
  const target = options.output;
  if (target !== undefined && existsSync(target) && options.force !== true) {
    await write(stderr, `error: ${target} exists\nhint: --force replaces it\n`);
    return 1;
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot read the configuration: ${reasonOf(error)}`;
    await tellDiagnostics(output, [{ severity: 'error', code: 'CF01', message, file } satisfies Diagnostic]);
    return 1;
  }
  const converted = convertNamedConf(text, file);
  if (!converted.ok) {
    await tellDiagnostics(output, converted.error);
    await write(stderr, 'nothing is written: serve would not start with this file either\n');
    return 1;
  }
  await tellDiagnostics(output, converted.value.diagnostics);
  if (target === undefined) await write(stdout, converted.value.yaml);
  else {
    const problem = isRead(target, converted.value.files)
      ? `${target} is what is converted, and would be lost`
      : writeConfig(target, converted.value);
    if (problem !== undefined) {
      await write(stderr, `error: ${problem}\n`);
      return 1;
    }
  }
  await write(stderr, summaryOf(converted.value, target));
  return 0;
}

/** Whether `--force` would replace one of the files that were read, by whatever name. */
function isRead(target: string, files: readonly string[]): boolean {
  return existsSync(target) && files.some((file) => realpathSync(file) === realpathSync(target));
}

/** Whole or not at all; with secrets in it for its owner alone. Gives what is in the way. */
function writeConfig(target: string, { yaml, hasSecrets }: ConvertedConfig): string | undefined {
  const draft = resolve(dirname(target), `.${process.pid}.ringzone-convert`);
  try {
    writeFileSync(draft, yaml, { flag: 'wx', mode: hasSecrets ? 0o600 : 0o666 });
    if (hasSecrets) chmodSync(draft, 0o600);
    renameSync(draft, target);
    return undefined;
  } catch (error) {
    rmSync(draft, { force: true });
    return `cannot write ${target}: ${reasonOf(error)}`;
  }
}

function summaryOf(converted: ConvertedConfig, target: string | undefined): string {
  const { config, leftOut, workingDirectory, hasSecrets } = converted;
  const zones = config.zones.length === 1 ? '1 zone' : `${config.zones.length} zones`;
  const lines = [`${target ?? 'converted'}: ${zones}; ${leftOutText(leftOut)}`];
  if (workingDirectory !== undefined) {
    lines.push(
      `there is no directory: relative paths start at the working directory, ${workingDirectory}`,
      'hint: call it where named is started, or write directory "/var/lib/named"; in options',
    );
  }
  if (hasSecrets && target === undefined) lines.push('it holds the secrets of keys: keep it from others');
  if (hasSecrets && target !== undefined) {
    const readers =
      'the user that the server runs as must read it, with a service (User=) at its start, with user: at a reload';
    const hint = `${readers}: chgrp GROUP ${target} && chmod g+r ${target}`;
    lines.push('it holds the secrets of keys, and its owner alone can read it', `hint: ${hint}`);
  }
  return `${lines.join('\n')}\n`;
}

function leftOutText(leftOut: number): string {
  if (leftOut === 0) return 'every statement is kept';
  if (leftOut === 1) return '1 statement is left out, in a comment with the reason';
  return `${leftOut} statements are left out, each in a comment with the reason`;
}
