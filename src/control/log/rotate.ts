/** Rotation of a log file as BIND does it: f to f.0, f.0 to f.1 and so on; the oldest beyond `versions` goes. */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Rename the file and its old versions. Throws what the file system says. */
export function rotate(path: string, versions: number): void {
  if (versions === 0) {
    rmSync(path, { force: true });
    return;
  }
  const present = oldVersions(path);
  const newestLost = Math.min(versions - 1, firstGap(present));
  for (let version = newestLost; version > 0; version--) renameSync(`${path}.${version - 1}`, `${path}.${version}`);
  renameSync(path, `${path}.0`);
}

/** How many versions there are without a gap from .0 on: behind a gap nothing needs to move. */
function firstGap(present: ReadonlySet<number>): number {
  let version = 0;
  while (present.has(version)) version++;
  return version;
}

function oldVersions(path: string): ReadonlySet<number> {
  const prefix = `${basename(path)}.`;
  const numbers = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
  return new Set(numbers);
}
