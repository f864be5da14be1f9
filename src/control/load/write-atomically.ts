import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replace a file: readers see the old one or the new one, whole, whatever happens meanwhile. Keeps mode and owner, and a
 * symbolic link as one. `fill` gives the text in pieces. Rejects with the old file in place where it can't be written.
 */
export async function writeAtomically(
  path: string,
  fill: (write: (text: string) => void) => Promise<void>,
): Promise<void> {
  const target = realpathIfThere(path);
  const before = statSync(target, { throwIfNoEntry: false });
  // In the same folder, or it could not be renamed. One name: what a crash has left is overwritten.
  const temporary = `${target}.ringzone-new`;
  const file = openSync(temporary, 'w', 0o644);
  try {
    await fill((text) => writeFully(file, Buffer.from(text, 'latin1')));
    if (before !== undefined) keepOwnership(file, before);
    fsyncSync(file);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  syncFolder(dirname(target));
}

function realpathIfThere(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function keepOwnership(file: number, { mode, uid, gid }: { mode: number; uid: number; gid: number }): void {
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only root may give files away; it is ours then, and that is said by its owner.
  }
  fchmodSync(file, mode & 0o7777);
}

function writeFully(file: number, octets: Buffer): void {
  for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
