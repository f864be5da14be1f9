/** BIND's root may be another (`named -t`), which named.conf does not show: its paths are those below then. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** SUSE's, and that of bind-chroot of RHEL and Fedora. */
export const distributionChroots: readonly string[] = ['/var/lib/named', '/var/named/chroot'];

/** Where a file that is missing is in truth; `undefined`: it is there, or in none of the chroots. */
export function findInChroot(path: string, chroots: readonly string[]): string | undefined {
  return existsSync(path) ? undefined : chroots.map((root) => join(root, path)).find((there) => existsSync(there));
}

/** A hint for what must be there, and is missing. */
export function chrootHint(path: string, chroots: readonly string[]): string | undefined {
  const truth = findInChroot(path, chroots);
  return truth === undefined
    ? undefined
    : `BIND seems to run in a chroot (named -t), and this server has none: write ${truth}`;
}
