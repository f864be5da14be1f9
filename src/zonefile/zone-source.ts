/** Where the octets of zone files come from: the file system, or memory in tests. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';

/** An opened file, read from front to back. May throw an Error on a failing disk; the parser turns it into a diagnostic. */
export interface ZoneSource {
  /** Read up to `length` octets to `into[offset]`; returns how many, 0 at the end. */
  read(into: Uint8Array, offset: number, length: number): number;
  close(): void;
}

/** Open the file at `path`, as written by the configuration or joined from an `$INCLUDE`. */
export type OpenSource = (path: string) => Result<ZoneSource, { readonly message: string }>;

/**
 * Open a real file. A pipe or a device is refused: checks read the file a second time, and a pipe that nobody writes to
 * would wait for ever.
 */
export const openFile: OpenSource = (path) => {
  try {
    // Without O_NONBLOCK the opening of a pipe would wait.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (stats.isFile()) return ok(new FileSource(descriptor, stats));
    closeSync(descriptor);
    return err({ message: stats.isDirectory() ? 'it is a directory' : 'it is no regular file' });
  } catch (error) {
    return err({ message: reasonOf(error) });
  }
};

/** Throws where the file has changed by the time its end is reached: a half-copied zone is often a valid shorter one. */
class FileSource implements ZoneSource {
  private readonly descriptor: number;
  private readonly opened: Stats;

  constructor(descriptor: number, opened: Stats) {
    this.descriptor = descriptor;
    this.opened = opened;
  }

  read(into: Uint8Array, offset: number, length: number): number {
    const count = readSync(this.descriptor, into, offset, length, null);
    if (count > 0) return count;
    const { size, mtimeMs } = fstatSync(this.descriptor);
    if (size !== this.opened.size || mtimeMs !== this.opened.mtimeMs) throw new Error('it changed while it was read');
    return 0;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

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
    case 'ENOTDIR':
      return 'a folder of its path is a file';
    case 'EISDIR':
      return 'it is a directory';
    case 'EMFILE':
      return 'too many open files';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
