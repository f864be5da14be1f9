/**
 * NOTIFY to the zone's own name servers (RFC 1996 §2.1): their port is 53 and nothing else, so all of this happens in a network of
 * its own, which only root can make.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Folder, ServeProcess } from '../../e2e/serve-process.ts';
import { findCommand } from '../lib/judge.ts';
import { run } from '../update/nsupdate.ts';

const zone = 'servers.test';
/** The first is the primary and the SOA's, the others are told. Nobody listens at the last one. */
const [primaryAddress, bindAddress, ringzoneAddress, nobody] = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
const textOf = (serial: number) => `$TTL 300
@ SOA ns1 hostmaster ${serial} 7200 3600 604800 300
@ NS ns1
@ NS ns2
@ NS ns3
@ NS ns4
ns1 A ${primaryAddress}
ns2 A ${bindAddress}
ns3 A ${ringzoneAddress}
ns4 A ${nobody}
www A 192.0.2.${serial}
`;

const canMakeNetwork =
  process.getuid?.() === 0 &&
  ['unshare', 'nsenter', 'ip', 'named', 'dig'].every((command) => findCommand(command) !== undefined) &&
  spawnSync('unshare', ['-n', 'true']).status === 0;
if (!canMakeNetwork) console.warn('skipped: NOTIFY to port 53 needs root, unshare, nsenter, ip, named and dig');

describe.runIf(canMakeNetwork)('NOTIFY to the NS set', () => {
  const folder = new Folder();
  const children: ChildProcess[] = [];
  let inside: readonly string[];
  let primary: ServeProcess;
  let secondary: ServeProcess;

  beforeAll(async () => {
    // What keeps the network while it sleeps.
    const holder = spawn('unshare', ['-n', 'sleep', '300'], { stdio: 'ignore' });
    children.push(holder);
    inside = ['nsenter', '-t', `${holder.pid}`, '-n'];
    // Not before it is there: until then all of this would be in the host's, where port 53 is somebody else's.
    const network = (process: number | string | undefined) => readlinkSync(`/proc/${process}/ns/net`);
    await vi.waitUntil(() => network(holder.pid) !== network('self'), { timeout: 10_000 });
    ip('link', 'set', 'lo', 'up');
    // BIND listens at addresses of interfaces alone.
    ip('addr', 'add', `${bindAddress}/8`, 'dev', 'lo');
    folder.write('zone', textOf(1));
    primary = serve(
      'primary',
      `allow-transfer: ["127.0.0.0/8"]\nzones: { ${zone}: { file: zone, watch: true } }`,
      primaryAddress,
    );
    await primary.ready();
    const lines = `zones: { ${zone}: { type: secondary, primaries: [${primaryAddress}], notify: no } }`;
    secondary = serve('secondary', lines, ringzoneAddress);
    await secondary.ready();
    startNamed();
    for (const address of [bindAddress, ringzoneAddress]) {
      await vi.waitUntil(async () => (await serialAt(address)) === '1', { timeout: 20_000, interval: 200 });
    }
  });

  afterAll(async () => {
    await secondary?.stop();
    await primary?.stop();
    for (const child of children.toReversed()) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((resolve) => child.once('exit', resolve));
    }
    folder.remove();
  });

  function ip(...args: readonly string[]): void {
    const [command = '', ...before] = inside;
    const { status, stderr } = spawnSync(command, [...before, 'ip', ...args], { encoding: 'utf8' });
    expect(`${status} ${stderr}`).toBe('0 ');
  }

  function serve(name: string, lines: string, address: string | undefined): ServeProcess {
    const text = `listen: ["${address}:53"]\nworkers: 1\nhttp: false\ncontrol: false\ndata-dir: ${name}\n${lines}\n`;
    return new ServeProcess(['-c', folder.write(`${name}.yaml`, text)], { cwd: folder.path, wrapper: inside });
  }

  function startNamed(): void {
    const options = `directory "${folder.path}"; listen-on port 53 { ${bindAddress}; }; listen-on-v6 { none; }; pid-file none; session-keyfile none; lock-file none; recursion no; dnssec-validation no; empty-zones-enable no; notify no;`;
    const zones = `zone "${zone}" { type secondary; primaries { ${primaryAddress}; }; file "copy"; };`;
    const file = folder.write('named.conf', `options { ${options} };\ncontrols { };\n${zones}\n`);
    const [command = '', ...args] = [
      ...inside,
      findCommand('named') as string,
      '-g',
      '-4',
      '-n',
      '1',
      '-U',
      '1',
      '-c',
      file,
    ];
    children.push(spawn(command, args, { stdio: 'ignore' }));
  }

  async function serialAt(address: string | undefined): Promise<string> {
    const [command = '', ...args] = [...inside, 'dig', `@${address}`, '+short', '+tries=1', '+time=1', zone, 'SOA'];
    return (await run(command, args)).split(' ')[2] ?? '';
  }

  test('brings those who are there, at port 53 of their addresses', async () => {
    await sleep(100);
    folder.write('zone', textOf(2));
    for (const address of [bindAddress, ringzoneAddress]) {
      await expect.poll(() => serialAt(address), { interval: 200 }).toBe('2');
    }
    const told = (server: ServeProcess) => server.log.map(({ msg }) => msg);
    expect(told(primary)).toContain(`zone ${zone}/IN: sending notifies (serial 2)`);
    expect(told(primary)).toContain(`zone ${zone}/IN: notify to ${nobody}#53 failed: connection refused`);
    expect(told(primary).filter((line) => line.includes(`notify to ${primaryAddress}#`))).toEqual([]);
    expect(told(secondary).join('\n')).toMatch(
      new RegExp(`zone ${zone}/IN: notify from ${primaryAddress}#\\d+: serial 2`),
    );
  });
});
