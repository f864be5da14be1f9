/** Zones that `ctl addzone` adds: served when ctl returns, and again after whatever ends the server. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCtl } from '../../src/cli/ctl.ts';
import { controlWords } from '../../src/control/channel/words.ts';
import { runProgram, type Said } from '../interop/lib/run-program.ts';
import { ask, Folder, ServeProcess, serialOf, zoneText } from './serve-process.ts';

const bin = join(import.meta.dirname, '../../bin/ringzone.js');

let folder: Folder;
const started: ServeProcess[] = [];
beforeEach(() => {
  folder = new Folder();
  for (const [index, name] of ['a', 'b', 'c'].entries()) folder.write(name, zoneText(index + 1));
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

function configure(more = ''): void {
  const text = `listen: ["127.0.0.1:0"]\nworkers: 1\nhttp: false\ncontrol: c.sock\ndata-dir: data\nnotify: no\n${more}`;
  folder.write('ringzone.yaml', `${text}allow-new-zones: yes\nzones: { a.test: { file: a } }\n`);
}

function serve(file = 'ringzone.yaml', ...more: readonly string[]): ServeProcess {
  const server = new ServeProcess(['-c', file, ...more], { cwd: folder.path });
  started.push(server);
  return server;
}

const run = (...args: readonly string[]) => runProgram(process.execPath, [bin, ...args], { cwd: folder.path });
const ctl = (...words: readonly string[]) => run('ctl', '--control', 'c.sock', ...words);
const done = (stdout = ''): Said => ({ code: 0, stdout, stderr: '' });
const kept = () => readFileSync(join(folder.path, 'data/added-zones.yaml'), 'utf8');

test('served when ctl returns, after a reload, after a stop, and after a crash', async () => {
  configure();
  let server = serve();
  let port = await server.ready();
  expect((await ask(port, 'b.test', 'SOA')).header.rcode).toBe(5);
  expect(await ctl('addzone', 'b.test', '{ type primary; file "b"; };')).toEqual(done());
  expect(await serialOf(port, 'b.test')).toBe(2);
  expect(await ctl('reload')).toEqual(done('server reload successful\n'));
  expect(await serialOf(port, 'b.test')).toBe(2);
  expect(await ctl('stop')).toEqual(done());
  await server.exit;

  server = serve();
  port = await server.ready();
  expect(await serialOf(port, 'b.test')).toBe(2);
  expect(await ctl('modzone', 'b.test', '{ file: c }')).toEqual(done("zone 'b.test' reconfigured.\n"));
  expect(await ctl('delzone', 'a.test')).toMatchObject({ code: 0 });
  server.kill('SIGKILL');
  await server.exit;

  port = await serve().ready();
  expect([await serialOf(port, 'a.test'), await serialOf(port, 'b.test')]).toEqual([1, 3]);
  expect(await ctl('delzone', 'b.test')).toEqual(done());
  expect((await ask(port, 'b.test', 'SOA')).header.rcode).toBe(5);
}, 60_000);

test('every zone that was acknowledged is there after a crash in the middle', async () => {
  configure();
  const server = serve();
  await server.ready();
  const acknowledged: string[] = [];
  const adding = Array.from({ length: 8 }, async (_, index) => {
    const name = `z${index}.test`;
    if ((await ctl('addzone', name, '{ file: b }')).code === 0) acknowledged.push(name);
  });
  for (let i = 0; i < 500 && acknowledged.length < 3; i++) await sleep(10);
  server.kill('SIGKILL');
  await server.exit;
  await Promise.all(adding);
  expect(acknowledged.length).toBeGreaterThanOrEqual(3);
  const port = await serve().ready();
  for (const name of acknowledged) expect([name, await serialOf(port, name)]).toEqual([name, 2]);
}, 60_000);

test('zones that are added at once, and while the configuration is read again, are all there', async () => {
  configure();
  const port = await serve().ready();
  const names = Array.from({ length: 6 }, (_, index) => `z${index}.test`);
  const words = names.map((name) => ctl('addzone', name, '{ type primary; file "b"; };'));
  const reloads = [ctl('reload'), ctl('reconfig')];
  for (const said of await Promise.all(words)) expect(said).toEqual(done());
  for (const { code } of await Promise.all(reloads)) expect(code).toBe(0);
  expect(await ctl('reload')).toMatchObject({ code: 0 });
  for (const name of names) expect([name, await serialOf(port, name)]).toEqual([name, 2]);
  expect(names.filter((name) => !kept().includes(`  ${name}: { type: primary, file: b }\n`))).toEqual([]);
}, 60_000);

test('an edit of the file is not lost: it is read first', async () => {
  configure();
  const port = await serve().ready();
  await ctl('addzone', 'b.test', '{ file: b }');
  writeFileSync(join(folder.path, 'data/added-zones.yaml'), `${kept()}  c.test: { file: c }\n`);
  const refused = await ctl('delzone', 'b.test');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/added-zones\.yaml was edited: have it read first/),
  });
  expect(await ctl('reload')).toMatchObject({ code: 0 });
  expect(await serialOf(port, 'c.test')).toBe(3);
  expect(await ctl('delzone', 'b.test')).toEqual(done());
  expect(kept()).toMatch(/^zones:\n {2}c\.test: \{ file: c \}\n$/m);
}, 60_000);

test('a broken file is told, and nothing is served without it', async () => {
  configure();
  folder.write('data/added-zones.yaml', 'zones:\n  b.test: { file: b, nonsense: 1 }\n');
  const server = serve();
  expect(await server.exit).toMatchObject({ code: 1 });
  expect(server.stderr).toMatch(
    /data\/added-zones\.yaml:2:22: error: unknown key "nonsense" in zones\.b\.test \[CF04\]/,
  );
  expect(await run('check', '-c', 'ringzone.yaml')).toMatchObject({ code: 1 });
});

test('of a zone that stands in both the one of the configuration is served', async () => {
  configure();
  folder.write('data/added-zones.yaml', 'zones:\n  A.test.: { file: b }\n');
  const server = serve();
  expect(await serialOf(await server.ready())).toBe(1);
  expect(server.log.filter(({ level }) => level === 'warn').map(({ msg }) => msg)).toEqual([
    expect.stringMatching(/added-zones\.yaml:2:3: warning: zone a\.test stands in the configuration.*\[CF16\]$/),
  ]);
});

test("a named.conf with allow-new-zones; what is shown is BIND's", async () => {
  const options = `options { directory "${folder.path}"; listen-on port 0 { 127.0.0.1; }; listen-on-v6 { none; }; recursion no;`;
  folder.write('named.conf', `${options} allow-new-zones yes; };\nzone "a.test" { type primary; file "a"; };\n`);
  const args = [
    '--data-dir',
    'data',
    '--control',
    'c.sock',
    '--http',
    'false',
    '--listen',
    '127.0.0.1:0',
    '--workers',
    '1',
  ];
  const server = serve('named.conf', ...args);
  await server.ready();
  expect(await ctl('addzone', 'b.test', '{ type primary; file "b"; };')).toEqual(done());
  expect(await ctl('showzone', 'a.test')).toEqual(done('zone "a.test" { type primary; file "a"; };\n'));
  server.kill('SIGKILL');
  await server.exit;
  const port = await serve('named.conf', ...args).ready();
  expect(await serialOf(port, 'b.test')).toBe(2);
  expect(await ctl('showzone', 'b.test')).toEqual(done('zone "b.test" { type primary; file "b"; };\n'));
}, 60_000);

test('showconf shows what check accepts, without secrets', async () => {
  const secret = Buffer.from('a secret that nobody must see ever').toString('base64');
  configure(`keys: { k: { algorithm: hmac-sha256, secret: "${secret}" } }\n`);
  await serve().ready();
  await ctl('addzone', 'b.test', '{ file: b }');
  const { code, stdout } = await ctl('showconf');
  expect(code).toBe(0);
  expect(stdout).not.toContain(secret);
  folder.write('shown/ringzone.yaml', stdout.replace('allow-new-zones: true', 'allow-new-zones: false'));
  expect(await run('check', '-c', 'shown/ringzone.yaml')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('zone b.test/IN'),
  });
}, 30_000);

/** The same as a process of its own would say with --json, without the time that one takes to begin. */
async function ctlHere(command: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  let stdout = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      stdout += chunk;
      done();
    },
  });
  const code = await runCtl(
    command,
    { control: join(folder.path, 'c.sock'), json: true },
    { stdout: stream, stderr: stream },
  );
  return { code, stdout };
}

/** What each word is given here; the others take nothing. */
const given: Readonly<Record<string, readonly string[]>> = {
  zonestatus: ['a.test'],
  refresh: ['a.test'],
  retransfer: ['a.test'],
  notify: ['a.test'],
  journal: ['check', 'a.test'],
  addzone: ['b.test', '{ file: b }'],
  modzone: ['b.test', '{ file: c }'],
  delzone: ['-clean', 'b.test'],
  showzone: ['a.test'],
  querylog: ['off'],
  responselog: ['off'],
  dnstap: ['-reopen'],
  dnssec: ['-status', 'a.test'],
  'tsig-delete': ['k'],
  validation: ['status'],
  flushname: ['a.test'],
  flushtree: ['a.test'],
};

test('--json of every word is one object with its result', async () => {
  configure();
  await serve().ready();
  const refused = ['halt', 'scan', 'signing'];
  // Behind `upgrade` another server would answer (restart.test.ts).
  for (const word of [...controlWords.map(({ name }) => name as string), ...refused].filter(
    (name) => name !== 'stop' && name !== 'upgrade',
  )) {
    const command = [word, ...(given[word] ?? [])];
    const { code, stdout } = await ctlHere(command);
    const said = JSON.parse(stdout) as { command: unknown; ok: unknown; text: unknown; failure?: unknown };
    expect([word, said.command, typeof said.text]).toEqual([word, command, 'string']);
    expect([word, code, typeof said.failure]).toEqual([
      word,
      said.ok === true ? 0 : 1,
      said.ok === true ? 'undefined' : 'string',
    ]);
    if (refused.includes(word)) expect(said).toMatchObject({ ok: false, failure: 'not implemented' });
  }
  expect(JSON.parse((await ctl('stop', '-p', '--json')).stdout)).toMatchObject({
    ok: true,
    data: { pid: started[0]?.child.pid },
  });
}, 60_000);
