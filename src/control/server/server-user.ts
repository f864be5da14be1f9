import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../../zonefile/zone-source.ts';
import { makeSocketFolder } from '../channel/socket-path.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { becomeUser, type UnixUser } from './privileges.ts';

/** Become `user` when the sockets are open, and tell what it will not be able to read. Gives why it could not be done. */
export function dropPrivileges(config: Config, user: UnixUser, log: Log): string | undefined {
  const { control, zones, tls, logging } = config;
  // That the user can make the socket in. A folder that can't be made is told of when the socket can't.
  if (control !== undefined) makeSocketFolder(control, user);
  try {
    becomeUser(user);
  } catch (error) {
    return `cannot become user ${user.name}: ${reasonOf(error)}`;
  }
  log.info('general', `running as user ${user.name}`);
  const certificate = tls === undefined || tls.certificate === 'ephemeral' ? undefined : tls.certificate;
  const files: readonly [string, string | undefined][] = [
    ...zones.map(({ name, file }): [string, string | undefined] => [`zone ${name}`, file]),
    ['tls', certificate?.certFile],
    ['tls', certificate?.keyFile],
  ];
  for (const [title, file] of files) {
    if (file !== undefined && !isAllowed(file, constants.R_OK))
      log.warning('general', `${title}: user ${user.name} can't read ${file}: reloading it would fail`);
  }
  for (const { folder, consequence } of foldersToWrite(config)) {
    if (!isAllowed(folder, constants.W_OK))
      log.warning('general', `user ${user.name} can't write ${folder}: ${consequence}`);
  }
  for (const { name, destination } of logging.channels) {
    if (destination.kind !== 'file') continue;
    const { path, versions } = destination;
    // What rotates is made anew, in its folder; what doesn't is opened again.
    const needed = versions === undefined ? path : dirname(path);
    if (!isAllowed(needed, constants.W_OK))
      log.warning(
        'general',
        `logging channel ${name}: user ${user.name} can't write ${needed}: opening ${path} again, or rotating it, would fail`,
      );
  }
  return undefined;
}

/** Where files are made anew while the server runs. The journals were opened as root, and stay open. */
function foldersToWrite({ allowNewZones, dataDir, zones }: Config): { folder: string; consequence: string }[] {
  const dynamic = zones.flatMap(({ name, file, type, update }) =>
    type === 'primary' && update !== undefined && file !== undefined
      ? [{ folder: dirname(file), consequence: `the file of zone ${name} would stay behind its updates` }]
      : [],
  );
  if (!allowNewZones || dataDir === undefined) return dynamic;
  return [...dynamic, { folder: dataDir, consequence: 'ctl addzone, modzone and delzone would fail' }];
}

function isAllowed(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}
