/** A network namespace, in which all addresses and port 53 and 5060 are free, and a mount namespace for resolv.conf. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand } from '../../../test/interop/lib/judge.ts';
import { baresipAddress } from './process-caller.ts';

const namespace = ['--map-root-user', '--net', '--mount'];

/** Daemons and `ip` are where the shell of a user may not look. */
const environment = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };

/** What is missing for a failover; `undefined`: nothing. `cachedCommands`: the clients of which one is enough, with unbound. */
export function missingForFailover(cachedCommands: readonly string[] = ['sip-options', 'baresip']): string | undefined {
  const missing = ['sipp', 'ip', 'unshare', 'mount'].filter((command) => findCommand(command) === undefined);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  const isThere = (command: string): boolean => findCommand(command) !== undefined;
  if (!isThere('kamailio') && !(isThere('unbound') && cachedCommands.some(isThere)))
    return `not installed: kamailio, nor unbound and one of ${cachedCommands.join(', ')}`;
  const { status } = spawnSync('unshare', [...namespace, 'ip', 'link', 'set', 'lo', 'up'], {
    env: environment,
  });
  return status === 0 ? undefined : 'namespaces are not allowed here';
}

/** Run `script FOLDER TIMES` in namespaces of its own; gives what it has written into FOLDER/run.json. */
export async function runInNamespace(
  script: string,
  folder: string,
  times: object,
  note: (text: string) => void,
): Promise<unknown> {
  const place = join(folder, 'failover');
  mkdirSync(place, { recursive: true });
  const args = [...namespace, process.execPath, script, place, JSON.stringify(times)];
  const child = spawn('unshare', args, { stdio: ['ignore', 'inherit', 'pipe'], env: environment });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
    note(chunk.toString().trim().split('\n').at(-1) ?? '');
  });
  await once(child, 'close');
  process.off('exit', kill);
  const file = join(place, 'run.json');
  if (!existsSync(file)) throw new Error(`the run failed:\n${errors}`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Loopback, and an address that baresip takes for a network's. */
export function setUpNetwork(): void {
  const steps = ['link set lo up', `addr add ${baresipAddress}/32 dev lo`, 'route add default dev lo'];
  for (const step of steps) {
    const { status, stderr } = spawnSync('ip', step.split(' '), { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${step}: ${stderr}`);
  }
}
