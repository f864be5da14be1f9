import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** A text that changes when one of the files does: replaced, written, grown, gone. */
export function fileSignature(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? 'absent' : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
    })
    .join(' ');
}

/** A text that changes when the files' content does; to be kept on disk, where a copied file is the same file. */
export function contentSignature(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    try {
      hash.update(readFileSync(file));
    } catch {
      hash.update('absent');
    }
  }
  return hash.digest('base64');
}
