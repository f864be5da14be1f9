/** The files that an include statement names: BIND 9.18 takes patterns too. */
import { globSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf } from '../../zonefile/zone-source.ts';
import { chrootHint } from './chroot.ts';
import type { ParseState } from './parse-state.ts';
import { SourceText } from './source-text.ts';
import type { Token } from './token.ts';

const maxDepth = 16;
const maxFiles = 10_000;

interface IncludedFile {
  readonly source: SourceText;
}

/** In the order of their names. What cannot be read is told at `path`. */
export function findIncluded(path: Token, keyword: Token, state: ParseState): readonly IncludedFile[] {
  const pattern = resolve(state.directory, path.text);
  const files = /[*?[]/.test(path.text) ? globSync(pattern).sort() : [pattern];
  if (files.length === 0) state.error('NC01', `no file matches ${pattern}`, path, 'BIND does not start then either');
  return files.flatMap((file) => readIncluded(file, path, keyword, state) ?? []);
}

function readIncluded(file: string, path: Token, keyword: Token, state: ParseState): IncludedFile | undefined {
  if (state.open.includes(file)) {
    const circle = [...state.open.slice(state.open.indexOf(file)), file].join(' > ');
    state.error('NC01', `${file} includes itself: ${circle}`, keyword);
    return undefined;
  }
  if (state.open.length >= maxDepth || ++state.filesRead > maxFiles) {
    const message = state.open.length >= maxDepth ? `deeper than ${maxDepth} files` : `more than ${maxFiles} files`;
    state.error('NC01', `files are included ${message}`, keyword);
    return undefined;
  }
  try {
    // A device or a pipe may never come to an end.
    if (!statSync(file).isFile()) {
      state.error('NC01', `cannot read ${file}: it is no regular file`, path);
      return undefined;
    }
    return { source: new SourceText(file, readFileSync(file, 'utf8')) };
  } catch (error) {
    const relative = `relative paths start at directory, which is ${state.directory} here`;
    const hint = chrootHint(file, state.chroots) ?? (path.text === file ? undefined : relative);
    state.error('NC01', `cannot read ${file}: ${reasonOf(error)}`, path, hint);
    return undefined;
  }
}
