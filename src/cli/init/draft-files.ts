/** The files of a plan: made in a folder apart, checked there as `ringzone check` does, and put in their place. */
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { makeFolder } from '../../control/server/make-folder.ts';
import { loadZoneFile } from '../../store/load-zone.ts';
import { ZoneStore } from '../../store/zone-store.ts';
import { runCheck } from '../check.ts';

/** A file by its path below the folder. */
export interface DraftFile {
  readonly path: string;
  readonly text: string;
}

/** What `check` would say of the files in `dir`, were they there. */
export async function checkDraft(
  files: readonly DraftFile[],
  config: string,
  dir: string,
): Promise<readonly Diagnostic[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-init-'));
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const diagnostics = await check(join(folder, config));
    return diagnostics.map((diagnostic) => withPlace(diagnostic, folder, dir));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By the command itself, as JSON. */
async function check(config: string): Promise<readonly Diagnostic[]> {
  let json = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      json += chunk;
      done();
    },
  });
  await runCheck({ config, files: [], json: true }, { stdout, stderr: stdout });
  const { diagnostics, zones } = JSON.parse(json) as CheckResult;
  return [...diagnostics, ...zones.flatMap((zone) => zone.diagnostics)];
}

interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly zones: readonly { readonly diagnostics: readonly Diagnostic[] }[];
}

function withPlace(diagnostic: Diagnostic, folder: string, dir: string): Diagnostic {
  const { file } = diagnostic;
  return file?.startsWith(`${folder}/`)
    ? { ...diagnostic, file: join(dir, file.slice(folder.length + 1)) }
    : diagnostic;
}

/** The serial of a zone that is there; 0 where it can't be read. */
export function serialThere(file: string, apex: Parameters<typeof loadZoneFile>[1]['apex'], zoneClass: number): number {
  if (!existsSync(file)) return 0;
  return loadZoneFile(ZoneStore.create(), { file, apex, zoneClass, strict: false }).serial;
}

/** Each whole or not at all. Throws where one is there, unless `isForced`, or can't be written. */
export function placeFiles(files: readonly DraftFile[], dir: string, isForced: boolean): void {
  for (const { path, text } of files) {
    const target = resolve(dir, path);
    makeFolder(dirname(target));
    const draft = join(dirname(target), `.${process.pid}.${basename(target)}`);
    try {
      writeFileSync(draft, text, { flag: 'wx' });
      if (isForced) renameSync(draft, target);
      else copyFileSync(draft, target, constants.COPYFILE_EXCL);
    } finally {
      rmSync(draft, { force: true });
    }
  }
}
