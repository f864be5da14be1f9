/** Channels of a running server: debug levels, files that are opened again, also without root, JSON. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, Folder, ServeProcess, zoneText } from './serve-process.ts';

const bin = join(import.meta.dirname, '../../bin/ringzone.js');

let folder: Folder;
const started: ServeProcess[] = [];
beforeEach(() => {
  folder = new Folder();
  folder.write('a.zone', zoneText(1));
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

function serve(logging: string, settings = ''): ServeProcess {
  const text = `listen: ["127.0.0.1:0"]\nworkers: 1\ncontrol: run/c.sock\nzones: { a.test: { file: a.zone } }\n${settings}logging:\n${logging}`;
  const server = new ServeProcess(['-c', folder.write('ringzone.yaml', text)]);
  started.push(server);
  return server;
}

function ctl(...words: readonly string[]): string {
  const args = [bin, 'ctl', '--control', join(folder.path, 'run/c.sock'), ...words];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

/** Empty where there is no such file. */
function read(name: string): string {
  const path = join(folder.path, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

const patience = { timeout: 10_000 };

test('SIGUSR1 opens the files again, and starts no debugger', async () => {
  const server = serve('  channels: { q: { file: q.log } }\n  categories: { queries: [q] }\n');
  const port = await server.ready();
  await ask(port, 'www.a.test', 'A');
  await expect.poll(() => read('q.log'), patience).toMatch(/www\.a\.test IN A/);
  renameSync(join(folder.path, 'q.log'), join(folder.path, 'q.log.1'));
  server.kill('SIGUSR1');
  await expect.poll(() => existsSync(join(folder.path, 'q.log')), patience).toBe(true);
  await ask(port, 'ns.a.test', 'A');
  await expect.poll(() => read('q.log'), patience).toMatch(/ns\.a\.test IN A/);
  expect(read('q.log.1')).not.toMatch(/ns\.a\.test/);
  expect(server.stderr).not.toMatch(/debugger/i);
  expect((await server.stop()).code).toBe(0);
});

test('trace and notrace: default_debug, dynamic channels, stderr and status follow', async () => {
  const server = serve(`  channels: { d: { file: d.log, severity: dynamic, print-severity: true } }
  categories: { general: [d, default_debug] }
`);
  await server.ready();
  expect(existsSync(join(folder.path, 'named.run'))).toBe(false);
  ctl('trace', '3');
  ctl('trace');
  expect(ctl('status')).toMatch(/^debug level: 4$/m);
  // As BIND's: the time, and nothing else before the message.
  const time = String.raw`\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3}`;
  for (const level of [3, 4]) {
    const line = new RegExp(`^${time} debug level is now ${level}$`, 'm');
    await expect.poll(() => read('named.run'), patience).toMatch(line);
  }
  ctl('notrace');
  expect(ctl('status')).toMatch(/^debug level: 0$/m);
  expect((await server.stop()).code).toBe(0);
  expect(read('d.log')).toMatch(/^notice: exiting$/m);
  expect(read('named.run')).not.toMatch(/exiting/);
});

test('JSON: each line an object, rotated the same', async () => {
  const server = serve(`  channels: { j: { file: j.log, versions: 2, size: 1k, format: json } }
  categories: { queries: [j], general: [j] }
`);
  const port = await server.ready();
  for (let i = 0; i < 10; i++) await ask(port, 'www.a.test', 'A', i % 2 === 0 ? 'udp' : 'tcp');
  expect((await server.stop()).code).toBe(0);
  const lines = ['j.log', 'j.log.0', 'j.log.1'].flatMap((name) => read(name).trimEnd().split('\n'));
  const objects = lines.map((line) => JSON.parse(line));
  expect(objects).toContainEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    category: 'queries',
    client: '127.0.0.1',
    port: expect.any(Number),
    qname: 'www.a.test',
    qclass: 'IN',
    qtype: 'A',
    flags: '+T',
    rcode: 'NOERROR',
    msg: expect.stringMatching(/^client @0x7f\w+ 127\.0\.0\.1#\d+ \(www\.a\.test\): query: www\.a\.test IN A \+T/),
  });
  expect(objects).toContainEqual(expect.objectContaining({ category: 'general', msg: 'exiting' }));
});

const canBeNobody = process.getuid?.() === 0 && /^nobody:/m.test(readFileSync('/etc/passwd', 'utf8'));

test.skipIf(!canBeNobody)('files opened as root are rotated and opened again as the user', async () => {
  chmodSync(folder.path, 0o755);
  const logs = join(folder.path, 'logs');
  mkdirSync(logs);
  chownSync(logs, 65_534, 65_534);
  const server = serve(
    `  channels: { q: { file: logs/q.log, versions: 2, size: 100 }, r: { file: r.log, versions: 2 } }
  categories: { queries: [q] }
`,
    'user: nobody\n',
  );
  const port = await server.ready();
  await server.waitFor(
    /logging channel r: user nobody can't write .*: opening .*r\.log again, or rotating it, would fail/,
  );
  expect(server.log.filter(({ msg }) => msg.includes('logging channel q'))).toEqual([]);
  for (let i = 0; i < 6; i++) await ask(port, 'www.a.test', 'A');
  await expect.poll(() => read('logs/q.log.1'), patience).toMatch(/www\.a\.test/);
  expect(statSync(join(logs, 'q.log')).uid).toBe(65_534);
  renameSync(join(logs, 'q.log'), join(logs, 'moved'));
  expect(ctl('closelogs')).toBe('');
  await ask(port, 'ns.a.test', 'A');
  await expect.poll(() => read('logs/q.log'), patience).toMatch(/ns\.a\.test/);
  // A folder that goes is told, and its return is noticed.
  rmSync(logs, { recursive: true });
  await ask(port, 'gone.a.test', 'A');
  await server.waitFor(
    /log file .*q\.log: (?:cannot rotate, so it grows: )?its folder does not exist \[ENOENT\].*answers go on/,
  );
  mkdirSync(logs);
  chownSync(logs, 65_534, 65_534);
  await server.waitFor(/log file .*q\.log: writing again, 0 lines lost/);
  expect(read('logs/q.log')).toMatch(/gone\.a\.test/);
  expect(server.log.filter(({ level }) => level === 'fatal')).toEqual([]);
  expect((await server.stop()).code).toBe(0);
});
