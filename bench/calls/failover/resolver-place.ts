/** Starts a client that sees a resolv.conf of its own: in a mount namespace. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function spawnWithResolver(
  nameserver: string,
  command: string,
  args: readonly string[],
  folder: string,
): ChildProcess {
  const file = writeResolver(nameserver, folder);
  const log = openSync(join(folder, `${command}.log`), 'a');
  // `exec`: the client has the process id.
  const script = `mount --bind ${file} /etc/resolv.conf && exec "$0" "$@"`;
  const child = spawn('unshare', ['--mount', 'sh', '-c', script, command, ...args], {
    cwd: folder,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

export function writeResolver(nameserver: string, folder: string): string {
  const file = join(folder, `resolv-${nameserver}.conf`);
  writeFileSync(file, `nameserver ${nameserver}\noptions timeout:1 attempts:3\n`);
  return file;
}
