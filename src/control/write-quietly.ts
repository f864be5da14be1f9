import { writeSync } from 'node:fs';

/** Write to stdout (1) or stderr (2). That nobody reads it (EPIPE, EAGAIN) is no reason to stop serving. */
export function writeQuietly(fd: 1 | 2, text: string): void {
  try {
    writeSync(fd, text);
  } catch {
    // There is no other place to tell it.
  }
}
