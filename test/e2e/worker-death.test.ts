/** Threads that die under load: each is replaced and counted, its socket goes on being served, and little is lost. */
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LoadProcess } from '../../bench/generator/load-process.ts';
import { packQuestions } from '../../bench/generator/question-file.ts';
import { findCores } from '../../bench/report/machine.ts';
import { batchSize } from '../../src/dataplane/datagram-batch.ts';
import { isBatchAvailable } from '../../src/plane/libc.ts';
import { endWorker, mortal } from './end-worker.ts';
import { Folder, ServeProcess, zoneText } from './serve-process.ts';
import { type AskedQuestion, SteadyLoad } from './steady-load.ts';

let folder: Folder;
let server: ServeProcess | undefined;
let load: SteadyLoad | undefined;
beforeEach(() => {
  folder = new Folder();
  folder.write('a.zone', zoneText(1));
});
afterEach(async () => {
  await load?.stop(0);
  server?.kill('SIGKILL');
  await server?.exit;
  folder.remove();
  [server, load] = [undefined, undefined];
});

const isRoot = process.getuid?.() === 0;
const hasNobody = readFileSync('/etc/passwd', 'utf8').includes('nobody:x:65534:');
/** An address of loopback that no server uses, so that port 53 is free there. */
const ownAddress = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) % 256}.53`;
const quietMs = 300;
const inFlight = 256;
/** The load of the bench takes a question for lost after a second. */
const patienceMs = 900;

test('a worker of each kind dies under load', async () => {
  await killUnderLoad('127.0.0.1', 0, undefined);
});

test.skipIf(!isRoot || !hasNobody)('the same on port 53 after root has been given up', async () => {
  await killUnderLoad(ownAddress, 53, 'nobody');
});

test.skipIf(!isBatchAvailable())('UDP workers die at full load: each takes at most a batch with it', async () => {
  folder.write('ringzone.yaml', 'listen: ["127.0.0.1:0"]\nworkers: 2\nzones: { a.test: { file: a.zone } }\n');
  server = new ServeProcess([], { cwd: folder.path, env: mortal });
  const port = await server.ready();
  const questions = packQuestions([{ name: 'a.test.', type: 'SOA', rcode: 0, answers: 1 }]);
  const generator = await LoadProcess.start(questions, folder.path, findCores().loadCore);
  try {
    const played = generator.run({ port, seconds: 2, inFlight, isEcho: false });
    await sleep(quietMs);
    const backMs = [await replaceWorker(server, 'udp-1'), await replaceWorker(server, 'udp-2')];
    const { answered, lost, wrong } = await played;
    console.info(`${answered} answered, ${lost} lost; back after ${backMs.join(' and ')} ms`);
    expect(wrong).toBe(0);
    expect(answered).toBeGreaterThan(5000);
    // Whose heir is late has waited for it, and counts as lost for this client.
    const most = backMs.reduce((sum, ms) => sum + (ms < patienceMs ? batchSize : inFlight), 0);
    expect(lost).toBeLessThanOrEqual(most);
  } finally {
    generator.stop();
  }
});

async function killUnderLoad(address: string, wantedPort: number, user: string | undefined): Promise<void> {
  const userLine = user === undefined ? '' : `user: ${user}\n`;
  folder.write(
    'ringzone.yaml',
    `listen: ["${address}:${wantedPort}"]\nworkers: 2\n${userLine}zones: { a.test: { file: a.zone } }\n`,
  );
  server = new ServeProcess([], { cwd: folder.path, env: mortal });
  const port = await server.ready();
  if (user !== undefined) expect(new Set(readUids(server))).toEqual(new Set(['65534 65534 65534 65534']));
  const sockets = countListeners(server, port);
  load = new SteadyLoad(address, port, 'a.test');
  load.start();
  const idle = connect({ host: address, port });
  const idleEnded = once(idle, 'close');
  idle.on('error', () => undefined).resume();
  await sleep(quietMs);
  const backMs: number[] = [];
  for (const name of ['udp-1', 'tcp-1', 'udp-2']) backMs.push(await replaceWorker(server, name));
  const settledMs = Date.now();
  await idleEnded;
  await sleep(quietMs);
  await load.stop();

  expect(load.wrong).toBe(0);
  // What waits in a socket is answered by the next thread; what the dead one had taken is lost, at most a batch.
  const lost = unanswered(load.udp);
  const overflowed = countDrops(port);
  expect(lost.length).toBeLessThanOrEqual(2 * batchSize + overflowed);
  expect(lost.filter(({ sentMs }) => sentMs > settledMs)).toEqual([]);
  expect(load.udp.length).toBeGreaterThan(500);
  const failed = unanswered(load.tcp);
  const texts = [`UDP: ${load.udp.length} asked, ${lost.length} lost`, `TCP: ${load.tcp.length}, ${failed.length}`];
  console.info(`${texts.join('; ')}; back after ${backMs.join(', ')} ms`);
  // Connections to the dead thread end with it (`idle`); no other is refused or forgotten, also while there is no thread.
  const tcpDiedMs = timeOf(server, /^worker tcp-1 died/);
  expect(failed.filter(({ error }) => error === 'ECONNREFUSED' || error === 'timeout')).toEqual([]);
  expect(failed.filter(({ sentMs }) => sentMs > tcpDiedMs)).toEqual([]);
  expect(failed.length).toBeLessThanOrEqual(5);
  expect(load.tcp.length).toBeGreaterThan(20);
  // No descriptor stays behind.
  expect(countListeners(server, port)).toBe(sockets);
  await expectCounted(server, load);
}

/** Each worker is back, and none died by itself; the counters of the dead ones went on with their heirs. */
async function expectCounted(server: ServeProcess, load: SteadyLoad): Promise<void> {
  const died = server.log.filter(({ msg }) => /^worker \S+ died/.test(msg));
  expect(died.map(({ msg }) => msg.split(' ')[1])).toEqual(['udp-1', 'tcp-1', 'udp-2']);
  expect((await server.stop()).code).toBe(0);
  const line = server.log.find(({ category }) => category === 'statistics')?.msg ?? '';
  expect(line).toMatch(/workers replaced 3/);
  const [, udp, tcp] = /UDP (\d+), TCP (\d+)\)/.exec(line) ?? [];
  const answered = (asked: readonly AskedQuestion[]) => asked.filter(({ answeredMs }) => answeredMs > 0).length;
  expect(Number(udp)).toBeGreaterThanOrEqual(answered(load.udp));
  expect(Number(tcp)).toBeGreaterThanOrEqual(answered(load.tcp));
}

/** Resolves when the heir answers: after so many milliseconds. */
async function replaceWorker(server: ServeProcess, name: string): Promise<number> {
  await endWorker(server, name);
  const again = new RegExp(`^worker ${name} answers again$`);
  await server.waitFor(again);
  return timeOf(server, again) - timeOf(server, new RegExp(`^worker ${name} died`));
}

function unanswered(asked: readonly AskedQuestion[]): AskedQuestion[] {
  return asked.filter(({ answeredMs }) => answeredMs === 0);
}

/** Of each thread: real, effective, saved and file system's. */
function readUids(server: ServeProcess): string[] {
  const tasks = `/proc/${server.child.pid}/task`;
  return readdirSync(tasks).map((task) => {
    const [, uids = ''] = /^Uid:\s+(.*)$/m.exec(readFileSync(`${tasks}/${task}/status`, 'utf8')) ?? [];
    return uids.replaceAll('\t', ' ');
  });
}

function timeOf(server: ServeProcess, message: RegExp): number {
  const line = server.log.find(({ msg }) => message.test(msg));
  return new Date(String(line?.time)).getTime();
}

/** Descriptors of the process that are sockets bound to the port. */
function countListeners(server: ServeProcess, port: number): number {
  const bound = new Set([...readTable('udp', port), ...readTable('tcp', port)].map((fields) => fields[9]));
  const folder = `/proc/${server.child.pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(linkAt(`${folder}/${fd}`)) ?? [];
    return inode !== undefined && bound.has(inode);
  }).length;
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since the folder was read.
    return '';
  }
}

/** Datagrams for which the sockets on the port had no room. */
function countDrops(port: number): number {
  return readTable('udp', port).reduce((sum, fields) => sum + Number(fields.at(-1)), 0);
}

/** The lines of /proc/net/udp or /proc/net/tcp of sockets that are bound to the port and wait for anybody. */
function readTable(protocol: 'udp' | 'tcp', port: number): string[][] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const isWaiting = (state: string | undefined) => state === '07' || state === '0A';
  return readFileSync(`/proc/net/${protocol}`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(wanted) === true && isWaiting(fields[3]));
}
