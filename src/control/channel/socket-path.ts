/** Where the control socket lies: a path that the system takes, in a folder that there is. */
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../../zonefile/zone-source.ts';
import type { UnixUser } from '../server/privileges.ts';

/** A socket is made under this name and then renamed, so that it is never there half done. */
export function temporaryPath(path: string): string {
  return `${path}~`;
}

/** sun_path of struct sockaddr_un on Linux, without its final zero. */
const maxAddressOctets = 107;

/** Why a path can't be that of a socket. */
export function pathProblem(path: string): string | undefined {
  const spare = maxAddressOctets - Buffer.byteLength(temporaryPath(path));
  if (spare >= 0) return undefined;
  return `the path is too long for a socket, by ${-spare} octet${spare === -1 ? '' : 's'}`;
}

/**
 * Make the folder where it is missing, for `user` where that isn't who we are; before privileges are dropped. Gives why it
 * can't be.
 */
export function makeSocketFolder(path: string, user: UnixUser | undefined): string | undefined {
  const folder = dirname(path);
  try {
    if (existsSync(folder)) return undefined;
    // Its parent must be there: a tree of folders that a slip of the pen has made is no help.
    mkdirSync(folder, { mode: 0o755 });
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    return undefined;
  } catch (error) {
    return `cannot make the folder ${folder}: ${reasonOf(error)}`;
  }
}
