/** Where the octets of zone files come from: the file system, or memory in tests. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';

/** An opened file, read from front to back. May throw an Error on a failing disk; the parser turns it into a diagnostic. */
export interface ZoneSource {
  /** Read up to `length` octets to `into[offset]`; returns how many, 0 at the end. */
  read(into: Uint8Array, offset: number, length: number): number;
  close(): void;
}

/** Open the file at `path`, as written by the configuration or joined from an `$INCLUDE`. */
export type OpenSource = (path: string) => Result<ZoneSource, { readonly message: string }>;

/** Open a real file. */
export const openFile: OpenSource = (path) => {
  try {
    const descriptor = openSync(path, 'r');
    if (fstatSync(descriptor).isDirectory()) {
      closeSync(descriptor);
      return err({ message: 'it is a directory' });
    }
    return ok({
      read: (into, offset, length) => readSync(descriptor, into, offset, length, null),
      close: () => closeSync(descriptor),
    });
  } catch (error) {
    return err({ message: reasonOf(error) });
  }
};

/** Give files from memory, by the path under which the parser asks for them. */
export function openFromMemory(files: ReadonlyMap<string, Uint8Array | string>): OpenSource {
  return (path) => {
    const content = files.get(path);
    if (content === undefined) return err({ message: 'no such file' });
    const octets = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    let at = 0;
    return ok({
      read(into, offset, length) {
        const count = Math.min(length, octets.length - at);
        into.set(octets.subarray(at, at + count), offset);
        at += count;
        return count;
      },
      close: () => {},
    });
  };
}

/** What the system says, in words: `no such file` for ENOENT, else Node's message. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'no such file';
    case 'EACCES':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a directory';
    case 'EMFILE':
      return 'too many open files';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
