/** `ringzone ctl` against running servers: what it does, its exit codes, and what it says when there is no server. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram, type Said } from '../interop/lib/run-program.ts';
import { ask, Folder, ServeProcess, serialOf, zoneText } from './serve-process.ts';

const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
const bin = join(import.meta.dirname, '../../bin/ringzone.js');

let folder: Folder;
let socket: string;
const started: ServeProcess[] = [];
beforeEach(() => {
  folder = new Folder();
  socket = join(folder.path, 'c.sock');
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

function serve(...args: readonly string[]): ServeProcess {
  const server = new ServeProcess(args, { cwd: folder.path });
  started.push(server);
  return server;
}

function configure(zones: string, more = '', name = 'ringzone.yaml'): string {
  return folder.write(
    name,
    `listen: ["127.0.0.1:0"]\nworkers: 1\ncontrol: c.sock\ndata-dir: data\nnotify: no\n${more}zones:\n${zones}`,
  );
}

const run = (...args: readonly string[]) => runProgram(process.execPath, [bin, 'ctl', ...args], { cwd: folder.path });
const ctl = (...words: readonly string[]) => run('--control', socket, ...words);
const done = (stdout = ''): Said => ({ code: 0, stdout, stderr: '' });

test('the configuration names the socket for both; it is for the owner and the group', async () => {
  folder.write('a.zone', zoneText(1));
  configure('  a.test: { file: a.zone }\n');
  const server = serve();
  await server.ready();
  expect(statSync(socket).mode & 0o777).toBe(0o660);
  expect(await run('version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^version: Ringzone \d/) });
  expect(await run('-c', 'ringzone.yaml', 'status')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/configuration file: /),
  });
  expect(server.log.map(({ msg }) => msg)).toContain(`command channel listening on ${socket}`);
});

/** What only root can try: to become somebody else. */
describe.runIf(process.getuid?.() === 0)('started by root', () => {
  beforeEach(() => chmodSync(folder.path, 0o755));

  test('the socket and its folder belong to the user that the server becomes', async () => {
    folder.write('a.zone', zoneText(1));
    const text =
      'listen: ["127.0.0.1:0"]\nworkers: 1\nuser: nobody\ncontrol: run/c.sock\nzones: { a.test: { file: a.zone } }\n';
    folder.write('ringzone.yaml', text);
    await serve().ready();
    const nobody = statSync(join(folder.path, 'run')).uid;
    expect(nobody).not.toBe(0);
    expect(statSync(join(folder.path, 'run/c.sock'))).toMatchObject({ uid: nobody, mode: 0o140660 });
    expect(await run('stop')).toEqual(done());
    expect(existsSync(join(folder.path, 'run/c.sock'))).toBe(false);
  });

  test('folders that the user could not write are told at the start', async () => {
    folder.write('a.zone', zoneText(1));
    mkdirSync(join(folder.path, 'data'));
    const text = `listen: ["127.0.0.1:0"]
workers: 1
user: nobody
control: run/c.sock
data-dir: data
allow-new-zones: true
zones: { a.test: { file: a.zone, allow-update: [127.0.0.1] } }
`;
    folder.write('ringzone.yaml', text);
    const server = serve();
    await server.ready();
    expect(server.log.map(({ msg }) => msg).filter((msg) => msg.includes("can't write"))).toEqual([
      `user nobody can't write ${folder.path}: the file of zone a.test would stay behind its updates`,
      `user nobody can't write ${join(folder.path, 'data')}: ctl addzone, modzone and delzone would fail`,
    ]);
  });

  test('who is neither the user nor of its group may not speak to it', async () => {
    const file = folder.write('a.zone', zoneText(1));
    await serve('--zone', `a.test=${file}`, '--listen', '127.0.0.1:0', '--workers', '1', '--control', socket).ready();
    const answer = spawnSync('setpriv', [...asNobody, process.execPath, bin, 'ctl', '--control', socket, 'status'], {
      encoding: 'utf8',
    });
    expect(answer).toMatchObject({ status: 1, stdout: '' });
    expect(answer.stderr).toMatch(/^error: no access to .*: permission denied\nhint: user 0 and group 0 may speak/);
  });

  test('the usual socket is done without where it can not be had', async () => {
    const file = folder.write('a.zone', zoneText(1));
    const args = ['--zone', `a.test=${file}`, '--listen', '127.0.0.1:0', '--workers', '1'];
    const server = new ServeProcess(args, { cwd: folder.path, wrapper: ['setpriv', ...asNobody] });
    started.push(server);
    const port = await server.ready();
    const warning = await server.waitFor(/^control socket \/run\/ringzone\/control\.sock: /);
    expect(warning).toMatchObject({
      level: 'warn',
      msg: expect.stringMatching(/without it `ringzone ctl` has no effect/),
    });
    expect(await serialOf(port)).toBe(1);
    expect(await server.stop()).toMatchObject({ code: 0 });
  });
});

describe('reload', () => {
  test('of one zone, of all, and of what is new', async () => {
    folder.write('a.zone', zoneText(1));
    folder.write('b.zone', zoneText(1));
    configure('  a.test: { file: a.zone }\n  b.test: { file: b.zone }\n');
    const port = await serve().ready();
    expect(await ctl('reload', 'a.test')).toEqual(done('zone reload up-to-date\n'));
    for (const name of ['a.zone', 'b.zone']) folder.write(name, zoneText(2));
    expect(await ctl('reload', 'a.test')).toEqual(done('zone reload successful\n'));
    expect([await serialOf(port), await serialOf(port, 'b.test')]).toEqual([2, 1]);
    folder.write('c.zone', zoneText(7));
    configure('  a.test: { file: a.zone }\n  b.test: { file: b.zone }\n  c.test: { file: c.zone }\n');
    expect(await ctl('reconfig')).toEqual(done());
    expect([await serialOf(port, 'b.test'), await serialOf(port, 'c.test')]).toEqual([1, 7]);
    expect(await ctl('reload')).toEqual(done('server reload successful\n'));
    expect(await serialOf(port, 'b.test')).toBe(2);
  });

  test('what is wrong is told, and what was served stays', async () => {
    folder.write('a.zone', zoneText(1));
    configure('  a.test: { file: a.zone }\n');
    const server = serve();
    const port = await server.ready();
    folder.write('a.zone', 'garbage\n');
    for (const words of [['reload', 'a.test'], ['reload']] as const) {
      const { code, stderr } = await ctl(...words);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^ringzone ctl: 'reload' failed: 1 /);
      expect(stderr).toContain('1 record without a type');
    }
    configure('  a.test: { fil: a.zone }\n');
    const { code, stderr } = await ctl('reload');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^ringzone ctl: 'reload' failed: bad configuration\n.*ringzone\.yaml:7:13: error: unknown key/,
    );
    expect(await serialOf(port)).toBe(1);
    const { stdout } = await ctl('reload', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ command: ['reload'], ok: false, failure: 'bad configuration' });
    expect(server.log.map(({ msg }) => msg)).toContain("received control channel command 'reload a.test'");
  });
});

test('a dynamic zone is frozen, edited and thawed; --data-dir holds its journal', async () => {
  folder.write('a.zone', zoneText(1));
  configure('  a.test: { file: a.zone, allow-update: [127.0.0.1] }\n');
  const data = join(folder.path, 'elsewhere');
  const port = await serve('--data-dir', data).ready();
  expect(existsSync(join(data, 'journal'))).toBe(true);
  expect(existsSync(join(folder.path, 'data'))).toBe(false);
  expect(await ctl('reload', 'a.test')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^ringzone ctl: 'reload' failed: dynamic zone\n/),
  });
  expect(await ctl('freeze', 'a.test')).toEqual(done());
  expect((await ctl('zonestatus', 'a.test')).stdout).toMatch(/\ndynamic: yes\nfrozen: yes\n/);
  folder.write('a.zone', zoneText(5));
  expect(await ctl('thaw', 'a.test')).toEqual(done('The zone reload and thaw was successful.\n'));
  expect(await serialOf(port)).toBe(5);
  expect(await ctl('journal', 'check', 'a.test')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/serials 1 to 5, \d+ octets\n$/),
  });
  expect(await ctl('sync', '-clean', 'a.test')).toEqual(done());
  const { stdout } = await ctl('zonestatus', 'a.test', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    data: { serial: 5, isDynamic: true, isFrozen: false, journal: { oldestSerial: 5, newestSerial: 5 } },
  });
});

test('a secondary is refreshed and transferred, and the answer is there when ctl returns', async () => {
  folder.write('a.zone', zoneText(1));
  const primary = serve(
    '-c',
    folder.write(
      'primary.yaml',
      'listen: ["127.0.0.1:0"]\nworkers: 1\ncontrol: p.sock\nallow-transfer: [any]\nnotify: no\nzones: { a.test: { file: a.zone } }\n',
    ),
  );
  const from = await primary.ready();
  configure(`  a.test: { type: secondary, primaries: ["127.0.0.1:${from}"] }\n`);
  const server = serve('-c', 'ringzone.yaml');
  const port = await server.ready();
  await server.waitFor(/Transfer status: success/);
  expect(await ctl('refresh', 'a.test')).toEqual(done('zone refresh up-to-date\n'));
  folder.write('a.zone', zoneText(2));
  expect(await run('--control', 'p.sock', 'reload', 'a.test')).toEqual(done('zone reload successful\n'));
  expect(await ctl('refresh', 'a.test')).toEqual(done('zone refresh successful\n'));
  expect(await serialOf(port)).toBe(2);
  expect(await ctl('retransfer', 'a.test')).toEqual(done());
  const status = (await ctl('zonestatus', 'a.test')).stdout;
  expect(status).toMatch(
    /^name: a\.test\ntype: secondary\nserial: 2\nnodes: 3\nlast loaded: .*\nnext refresh: .*\nexpires: /,
  );
  await primary.stop();
  expect(await ctl('refresh', 'a.test')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no primary gave it/),
  });
  expect(await ctl('journal', 'check', 'a.test')).toMatchObject({ code: 0 });
});

test('the query log goes on and off, and stays so over a reload; files are opened again', async () => {
  folder.write('a.zone', zoneText(1));
  const logging =
    'logging: { channels: { l: { file: rz.log } }, categories: { default: [l], queries: [l] } }\nquerylog: no\n';
  configure('  a.test: { file: a.zone }\n', logging);
  const port = await serve().ready();
  const log = join(folder.path, 'rz.log');
  expect(await ctl('querylog', 'on')).toEqual(done());
  expect(await ctl('reload')).toMatchObject({ code: 0 });
  expect((await ctl('status')).stdout).toContain('query logging is ON\n');
  await ask(port, 'www.a.test', 'A');
  await expect.poll(() => readFileSync(log, 'utf8')).toContain('query: www.a.test IN A');
  expect(await ctl('querylog')).toEqual(done());
  expect((await ctl('status')).stdout).toContain('query logging is OFF\n');
  renameSync(log, `${log}.1`);
  expect(await ctl('closelogs')).toEqual(done());
  expect(existsSync(log)).toBe(true);
  expect((await ctl('stats')).stdout).toMatch(/\n +\d+ QUERY\n/);
});

describe('the end of the server', () => {
  test('stop waits for it, and the socket is gone', async () => {
    folder.write('a.zone', zoneText(1));
    configure('  a.test: { file: a.zone }\n');
    const server = serve();
    await server.ready();
    expect(await ctl('stop')).toEqual(done());
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(existsSync(socket)).toBe(false);
    expect(await ctl('status')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: no server at .*: no such socket\nhint: /),
    });
  });

  test('one that was killed leaves a socket that says so, and that the next one takes', async () => {
    const file = folder.write('a.zone', zoneText(1));
    const args = ['--zone', `a.test=${file}`, '--listen', '127.0.0.1:0', '--workers', '1', '--control', socket];
    const killed = serve(...args);
    await killed.ready();
    killed.kill('SIGKILL');
    await killed.exit;
    expect(await ctl('status')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the one that made the socket has ended/),
    });
    await serve(...args).ready();
    expect(await ctl('zonestatus', 'a.test')).toMatchObject({ code: 0 });
    const second = serve(...args);
    expect(await second.exit).toEqual({ code: 1, signal: null });
    expect(second.stderr).toContain(`control socket ${socket}: another server answers there`);
    await serve(...args, '--takeover').ready();
    expect(await ctl('status')).toMatchObject({ code: 0 });
  });

  test('one that ends meanwhile is told of', async () => {
    const file = folder.write('a.zone', zoneText(1));
    const server = serve('--zone', `a.test=${file}`, '--listen', '127.0.0.1:0', '--workers', '1', '--control', socket);
    await server.ready();
    server.kill('SIGSTOP');
    const asked = ctl('status');
    // The system takes the connection for the server, which has the path twice then.
    const paths = () => readFileSync('/proc/net/unix', 'utf8').split(socket).length - 1;
    await expect.poll(paths).toBeGreaterThan(1);
    server.kill('SIGKILL');
    expect(await asked).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the server has ended before it answered/),
    });
  });
});

describe('a socket that can not be had', () => {
  test('is a reason not to start where it is named', async () => {
    const file = folder.write('a.zone', zoneText(1));
    const args = ['--zone', `a.test=${file}`, '--listen', '127.0.0.1:0', '--workers', '1'];
    for (const [path, reason] of [
      [join(folder.path, 'no/such/c.sock'), /cannot make the folder/],
      [join(folder.path, 'x'.repeat(120)), /the path is too long for a socket/],
      [file, /a file of that name exists, and is no socket/],
    ] as const) {
      const server = serve(...args, '--control', path);
      expect(await server.exit).toEqual({ code: 1, signal: null });
      expect(server.stderr).toMatch(reason);
      expect(server.log.map(({ msg }) => msg)).not.toContain('ready');
    }
  });

  test('false is none', async () => {
    const file = folder.write('a.zone', zoneText(1));
    configure('  a.test: { file: a.zone }\n', '', 'off.yaml');
    folder.write('off.yaml', readFileSync(join(folder.path, 'off.yaml'), 'utf8').replace('c.sock', 'false'));
    for (const args of [
      ['-c', 'off.yaml'],
      ['--zone', `a.test=${file}`, '--listen', '127.0.0.1:0', '--workers', '1', '--control', 'false'],
    ]) {
      const server = serve(...args);
      await server.ready();
      expect(await server.stop()).toMatchObject({ code: 0 });
      expect(server.stderr).not.toContain('command channel');
      expect(server.stderr).not.toContain('control socket');
    }
    expect(await run('-c', 'off.yaml', 'status')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/off\.yaml turns the control socket off/),
    });
  });
});
