/** Command lines of the programs for developers: of benchmarks, of the fuzzer, of the soak. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * The options that were given to `script`, as `util.parseArgs` gives them. `--help` prints what the script's first comment says of it and
 * ends; so do wrong options, with their problem and 2.
 */
export function readOptions<T extends ParseArgsConfig>(script: string, config: T): ReturnType<typeof parseArgs<T>> {
  if (process.argv.includes('--help')) {
    console.log(firstComment(readFileSync(script, 'utf8')));
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`error: ${(error as Error).message}\nhint: node ${relative('.', script)} --help`);
    process.exit(2);
  }
}

/** The text of the comment with which a source begins. */
export function firstComment(source: string): string {
  const comment = source.slice('/**'.length, source.indexOf('*/'));
  const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, '').trimEnd());
  return lines.join('\n').trim();
}
