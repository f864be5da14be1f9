import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Make a folder where it is missing, and those above it; `true`: it was missing. Step by step, because Node's `recursive` turns
 * for ever where the system says ENOENT of a folder whose parent is there, as it does in /proc. Throws what the system says.
 */
export function makeFolder(path: string, mode?: number): boolean {
  if (existsSync(path)) return false;
  makeFolder(dirname(path), mode);
  mkdirSync(path, mode);
  return true;
}
