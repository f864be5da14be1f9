/** What the machine has to do with it: privileges, systemd, threads that die. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endWorker, mortal } from './end-worker.ts';
import { Folder, ServeProcess, serialOf, zoneText } from './serve-process.ts';

let folder: Folder;
const started: ServeProcess[] = [];
beforeEach(() => {
  folder = new Folder();
  chmodSync(folder.path, 0o755);
  folder.write('a.zone', zoneText(1));
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

function serve(args: readonly string[], options: ConstructorParameters<typeof ServeProcess>[1] = {}): ServeProcess {
  const server = new ServeProcess(args, { cwd: folder.path, ...options });
  started.push(server);
  return server;
}

const args = () => ['--listen', '127.0.0.1:0', '--workers', '1', '--zone', `a.test=${folder.path}/a.zone`];
const isRoot = process.getuid?.() === 0;
const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

/** Whether nobody may run what is needed, and ports below 1024 are closed to it. */
const canBeNobody = isRoot && runs([...nobody, process.execPath, '--version']) && firstFreePort() > 53;

describe('privileges', () => {
  test.skipIf(!canBeNobody)('port 53 without root: the cure is named, exit 1', async () => {
    const server = serve(['--listen', '127.0.0.1:53', '--zone', `a.test=${folder.path}/a.zone`], { wrapper: nobody });
    expect((await server.exit).code).toBe(1);
    expect(server.stderr).toMatch(/cannot listen on 127\.0\.0\.1:53 .*CAP_NET_BIND_SERVICE.*EACCES/);
  });

  test.skipIf(!isRoot || !hasUser('nobody'))(
    'user: all threads become it once the sockets are open; workers are still replaced',
    async () => {
      folder.write(
        'ringzone.yaml',
        'listen: ["127.0.0.1:0"]\nworkers: 1\nuser: nobody\nzones: { a.test: { file: a.zone } }\n',
      );
      const server = serve([]);
      const port = await server.ready();
      const uids = execFileSync('sh', ['-c', `cat /proc/${server.child.pid}/task/*/status`], {
        encoding: 'utf8',
      }).match(/^Uid:.*$/gm);
      expect(new Set(uids)).toEqual(new Set(['Uid:\t65534\t65534\t65534\t65534']));
      expect(await serialOf(port)).toBe(1);
      expect((await server.stop()).code).toBe(0);
    },
  );
});

test.skipIf(!existsSync('/usr/bin/python3'))('systemd is told of ready, reload and stop', async () => {
  const name = `@ringzone-e2e-${process.pid}`;
  const listener = spawn('/usr/bin/python3', [
    '-u',
    '-c',
    `import socket,sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("\\0" + sys.argv[1][1:])
s.settimeout(20)
print("bound")
for _ in range(6): print(repr(s.recv(200).decode()))`,
    name,
  ]);
  let heard = '';
  listener.stdout.on('data', (data: Buffer) => {
    heard += data;
  });
  await expect.poll(() => heard).toMatch(/bound/);
  const server = serve(args(), { env: { NOTIFY_SOCKET: name } });
  await server.ready();
  server.kill('SIGHUP');
  await server.waitFor(/^reloading zones succeeded$/);
  await server.stop();
  await expect
    .poll(() => heard)
    .toMatch(
      /^bound\n('FDSTORE=1\\nFDNAME=(udp|tcp)-127\.0\.0\.1-\d+\\nFDPOLL=0'\n){2}'READY=1'\n'RELOADING=1\\nMONOTONIC_USEC=\d+'\n'READY=1'\n'STOPPING=1'\n$/,
    );
});

test('a worker that dies is replaced while service goes on', async () => {
  const server = serve([...args().slice(0, 2), '--workers', '2', ...args().slice(4)], { env: mortal });
  const port = await server.ready();
  await endWorker(server, 'udp-1');
  await server.waitFor(/^worker udp-1 died: .*; a new one starts now$/);
  await server.waitFor(/^worker udp-1 answers again$/);
  for (let i = 0; i < 20; i++) expect(await serialOf(port)).toBe(1);
  await endWorker(server, 'tcp-1');
  await server.waitFor(/^worker tcp-1 answers again$/);
  expect((await server.stop()).code).toBe(0);
  expect(server.log.find(({ category }) => category === 'statistics')?.msg).toMatch(/workers replaced 2/);
});

function runs([command = '', ...rest]: readonly string[]): boolean {
  try {
    execFileSync(command, rest, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function firstFreePort(): number {
  const path = '/proc/sys/net/ipv4/ip_unprivileged_port_start';
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : 1024;
}

function hasUser(name: string): boolean {
  return readFileSync(join('/etc', 'passwd'), 'utf8').includes(`${name}:x:65534:`);
}
