/** Giving up root once the sockets are open. */
import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../../base/result.ts';
import { reasonOf } from '../../zonefile/zone-source.ts';

export interface UnixUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Find a user by name in the lines of /etc/passwd. */
export function findUser(name: string, passwd: string): UnixUser | undefined {
  for (const line of passwd.split('\n')) {
    const [login, , uid, gid] = line.split(':');
    if (login === name && uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** The user to become, or `undefined` where we are that one already. An error says why it can't be. */
export function planUser(name: string): Result<UnixUser | undefined, string> {
  let passwd: string;
  try {
    passwd = readFileSync('/etc/passwd', 'utf8');
  } catch (error) {
    return err(`user ${name}: cannot read /etc/passwd: ${reasonOf(error)}`);
  }
  const user = findUser(name, passwd);
  if (user === undefined) return err(`user ${name}: there is no such user; create it: useradd --system ${name}`);
  const uid = process.getuid?.();
  if (uid === user.uid) return ok(undefined);
  if (uid !== 0)
    return err(`user ${name}: only root can become another user; remove the line or start as root or ${name}`);
  return ok(user);
}

/** Become `user` for good; takes effect on all threads. Throws where the system refuses. */
export function becomeUser(user: UnixUser): void {
  // Missing in Node's types.
  const { initgroups } = process as { initgroups?: (user: string, group: number) => void };
  initgroups?.(user.name, user.gid);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
}
