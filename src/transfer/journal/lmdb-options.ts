/** How the journal's database is opened, by the writer and by readers in other threads of this process alike. */
import { join } from 'node:path';

/** Its folder below the data folder. */
export function journalFolder(dataDir: string): string {
  return join(dataDir, 'journal');
}

/** Address space, not memory or disk: with all of it reserved the map never moves under another thread. */
export const mapOctets: number = 64 * 2 ** 30;

export function lmdbOptions(folder: string) {
  return {
    path: folder,
    noSubdir: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    mapSize: mapOctets,
    maxReaders: 128,
    // A transaction is on disk when its commit returns: pages, fdatasync, then the page that makes them count, by O_DSYNC.
    overlappingSync: false,
  } as const;
}
