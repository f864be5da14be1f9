/** `serve` with dnstap: a file, a collector, `ctl dnstap`, and what a collector that does not read costs answers. */
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../interop/lib/run-program.ts';
import { Collector } from '../unit/control/dnstap/collector.ts';
import { decodeTap, splitFrames } from '../unit/control/dnstap/decode-tap.ts';
import { ask, Folder, ServeProcess, zoneText } from './serve-process.ts';

const bin = join(import.meta.dirname, '../../bin/ringzone.js');
const patience = { timeout: 20_000 };

let folder: Folder;
let collector: Collector | undefined;
const started: ServeProcess[] = [];
beforeEach(() => {
  folder = new Folder();
  // An answer of some 4,000 octets fills what there is to be filled quickly.
  const long = Array.from({ length: 16 }, (_, i) => `big IN TXT "${`${i}`.padStart(240, 'x')}"`).join('\n');
  folder.write('a.zone', `${zoneText(1)}${long}\n`);
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  await collector?.close();
  collector = undefined;
  folder.remove();
});

const path = (name: string) => join(folder.path, name);

function configure(dnstap: string): string {
  const general = 'listen: ["127.0.0.1:0"]\nworkers: 1\ncontrol: c.sock\ndata-dir: data\nhttp: false\n';
  return folder.write('ringzone.yaml', `${general}${dnstap}\nzones: { a.test: { file: a.zone } }\n`);
}

function serve(dnstap: string): ServeProcess {
  const server = new ServeProcess(['-c', configure(dnstap)], { cwd: folder.path });
  started.push(server);
  return server;
}

async function ctl(...words: readonly string[]): Promise<readonly [code: number | null, stderr: string]> {
  const { code, stderr } = await runProgram(process.execPath, [bin, 'ctl', '--control', path('c.sock'), ...words]);
  return [code, stderr];
}

/** What is in a finished file: types and names of questions. */
function read(name: string): readonly string[] {
  const { controls, data } = splitFrames(readFileSync(path(name)));
  expect(controls.map(([type]) => type)).toEqual([2, 3]);
  return data.map(decodeTap).map(({ type, query, response }) => {
    const message = Buffer.from(String(query ?? response), 'hex');
    return `${type} ${message.subarray(13, 13 + (message[12] ?? 0))}`;
  });
}

const file = 'dnstap: [auth]\ndnstap-output: { file: a.tap }';

test('a file, which ctl puts away and opens again', async () => {
  const server = serve(file);
  const port = await server.ready();
  await server.waitFor(/command channel listening/);
  await ask(port, 'one.a.test', 'A');
  expect(await ctl('dnstap', '-roll')).toEqual([0, '']);
  await ask(port, 'two.a.test', 'A', 'tcp');
  renameSync(path('a.tap'), path('moved'));
  expect(await ctl('dnstap-reopen')).toEqual([0, '']);
  await ask(port, 'three.a.test', 'A');
  await server.stop();
  expect([read('a.tap.0'), read('moved'), read('a.tap')]).toEqual([
    ['1 one', '2 one'],
    ['1 two', '2 two'],
    ['1 three', '2 three'],
  ]);
  const said = server.log.filter(({ category }) => category === 'dnstap').map(({ msg }) => msg);
  const destination = `dnstap destination '${path('a.tap')}'`;
  // As BIND says it.
  expect(said).toEqual([
    `opening ${destination}`,
    `rolling ${destination}`,
    `reopening ${destination}`,
    'closing dnstap',
  ]);
});

test('a reload turns it on, changes it, leaves it, and turns it off', async () => {
  const server = serve('');
  const port = await server.ready();
  await server.waitFor(/command channel listening/);
  expect((await ctl('dnstap', '-reopen'))[1]).toContain('not found');
  const reload = async (dnstap: string) => {
    configure(dnstap);
    expect(await ctl('reload')).toEqual([0, expect.any(String)]);
  };
  await ask(port, 'none.a.test', 'A');
  await reload(file);
  // A worker sees it with the next batch that it begins after.
  await ask(port, 'one.a.test', 'A', 'tcp');
  await reload(file);
  await ask(port, 'two.a.test', 'A', 'tcp');
  await reload('dnstap: [auth-response]\ndnstap-output: { file: b.tap }');
  await ask(port, 'three.a.test', 'A', 'tcp');
  await reload('');
  await ask(port, 'none.a.test', 'A', 'tcp');
  await server.stop();
  expect([read('a.tap'), read('b.tap')]).toEqual([['1 one', '2 one', '1 two', '2 two'], ['2 three']]);
});

test('an output that cannot be opened is an error at the start', async () => {
  const server = serve('dnstap: [auth]\ndnstap-output: { file: none/a.tap }');
  expect((await server.exit).code).toBe(1);
  expect(server.stderr).toMatch(/dnstap file .*none\/a\.tap: its folder does not exist/);
});

test('a collector gets what came before it, and the end', async () => {
  const server = serve('dnstap: [auth]\ndnstap-output: { unix: tap.sock }');
  const port = await server.ready();
  await ask(port, 'early.a.test', 'A');
  collector = await Collector.listen(path('tap.sock'));
  await expect.poll(() => collector?.frames.length, patience).toBe(2);
  await ask(port, 'late.a.test', 'A');
  await server.stop();
  expect(collector.frames.length).toBe(4);
  expect(collector.controls).toEqual([4, 2, 3]);
});

/** Ask so often over one connection, and wait for all answers; milliseconds. */
async function flood(port: number, questions: number): Promise<number> {
  const message = Buffer.from('\0\x1f\0\x01\0\0\0\x01\0\0\0\0\0\0\x03big\x01a\x04test\0\0\x10\0\x01', 'latin1');
  message.writeUInt16BE(message.length - 2);
  const startMs = performance.now();
  const client = connect(port, '127.0.0.1');
  let answered = 0;
  let left = Buffer.alloc(0);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.on('error', reject);
  client.on('data', (chunk: Buffer) => {
    left = Buffer.concat([left, chunk]);
    while (left.length >= 2 && left.length >= 2 + left.readUInt16BE()) {
      left = left.subarray(2 + left.readUInt16BE());
      answered++;
    }
    if (answered === questions) resolve();
  });
  client.write(Buffer.concat(Array.from({ length: questions }, () => message)));
  await promise;
  client.destroy();
  return performance.now() - startMs;
}

test('a collector that does not read holds up no answer; what is dropped is counted, and the end does not wait', async () => {
  collector = await Collector.listen(path('tap.sock'), { isStuck: true });
  const server = serve('dnstap: [auth]\ndnstap-output: { unix: tap.sock }');
  const port = await server.ready();
  await expect.poll(() => collector?.controls, patience).toContain(4);
  const questions = 4000;
  // 4,000 x 4 KiB: twice what the ring holds.
  await flood(port, questions);
  const { msg } = await server.waitFor(/messages not written/);
  expect(Number.parseInt(msg, 10)).toBeGreaterThan(0);
  // All were answered, and with nobody in the way: with the ring full as before.
  expect(await flood(port, questions)).toBeLessThan(20_000);
  expect((await server.stop()).code).toBe(0);
  const { msg: counted } = await server.waitFor(/^up \d+ s, requests/);
  expect(counted).toContain(`requests ${2 * questions} (UDP 0, TCP ${2 * questions})`);
});

test('off, there is no file and no thread', async () => {
  const server = serve('');
  const port = await server.ready();
  await ask(port, 'www.a.test', 'A');
  if (existsSync('/proc')) {
    const tasks = readdirSync(`/proc/${server.child.pid}/task`);
    const names = tasks.map((task) => readFileSync(`/proc/${server.child.pid}/task/${task}/comm`, 'utf8').trim());
    expect(names).not.toContain('dnstap');
  }
  expect(readdirSync(folder.path).filter((name) => name.includes('tap'))).toEqual([]);
});
