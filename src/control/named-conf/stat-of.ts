import { type Stats, statSync } from 'node:fs';

/** What is known of a path that a person has written; `undefined` where nothing is there, or nothing that one may look at. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A folder on the way that is closed, a name that is too long, a NUL in it.
    return undefined;
  }
}
