/** Restarts and upgrades under load: whoever asks gets an answer, whichever process gives it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findLibc } from '../../src/plane/libc.ts';
import { buildQuery } from '../interop/lib/dns-client.ts';
import { FakeSystemd } from './fake-systemd.ts';
import { Folder, ServeProcess, zoneText } from './serve-process.ts';
import { type AskedQuestion, SteadyLoad } from './steady-load.ts';

// Thousands of questions are asked at a rate that two slow cores can answer while servers start on them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 });

let folder: Folder;
let load: SteadyLoad | undefined;
let systemd: FakeSystemd | undefined;
let overflowBefore = 0;
const started: ServeProcess[] = [];
/** Servers that other servers have started. */
const successors: number[] = [];
beforeEach(() => {
  folder = new Folder();
  chmodSync(folder.path, 0o755);
  overflowBefore = countOverflow();
  folder.write('a.zone', zoneText(1));
});
afterEach(async () => {
  await load?.stop(0);
  for (const pid of successors.splice(0)) killQuietly(pid);
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.ended;
  }
  systemd?.close();
  folder.remove();
  [load, systemd] = [undefined, undefined];
});

const bin = join(import.meta.dirname, '../../bin/ringzone.js');
const isRoot = process.getuid?.() === 0;
const hasNobody = readFileSync('/etc/passwd', 'utf8').includes('nobody:x:65534:');
const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
/** An address of loopback that no server uses, so that all its ports are free. */
const ownAddress = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) % 256}.54`;
/** A container as far as processes go. */
const container = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const hasNamespaces = isRoot && spawnSync(container[0] as string, [...container.slice(1), 'true']).status === 0;
const fewQuestions = 2000;
/** While four servers start. RINGZONE_RESTART_QUESTIONS: more, for each to be in the middle of a longer load. */
const manyQuestions = Number(process.env.RINGZONE_RESTART_QUESTIONS ?? 6000);

function serve(args: readonly string[] = [], options: ConstructorParameters<typeof ServeProcess>[1] = {}) {
  const server = new ServeProcess(args, { cwd: folder.path, ...options });
  started.push(server);
  return server;
}

interface Wanted {
  readonly port?: number;
  readonly workers?: number;
  readonly user?: string;
  readonly more?: string;
}

function configure({ port = 5300, workers = 2, user, more = '' }: Wanted = {}): void {
  const lines = [
    `listen: ["${ownAddress}:${port}"]`,
    `workers: ${workers}`,
    ...(user === undefined ? [] : [`user: ${user}`]),
    'data-dir: data',
    'control: run/control.sock',
    'http: false',
    'keys: { update-key: { algorithm: hmac-sha256, secret: "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=" } }',
    'zones: { a.test: { file: a.zone, allow-update: ["key update-key"], allow-transfer: [any] } }',
    more,
  ];
  folder.write('ringzone.yaml', `${lines.join('\n')}\n`);
}

function ctl(...words: string[]) {
  return spawnSync(process.execPath, [bin, 'ctl', '--json', ...words], { cwd: folder.path, encoding: 'utf8' });
}

/** Asynchronous: the load goes on meanwhile. */
async function upgrade(): Promise<{
  readonly code: number | null;
  readonly text: string;
  readonly pid: number | undefined;
}> {
  const child = spawn(process.execPath, [bin, 'ctl', '--json', 'upgrade'], { cwd: folder.path });
  let text = '';
  child.stdout.on('data', (data: Buffer) => {
    text += data;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const { data } = JSON.parse(text) as { data?: { pid: number } };
  if (data !== undefined) successors.push(data.pid);
  return { code, text, pid: data?.pid };
}

function startLoad(port = 5300): SteadyLoad {
  load = new SteadyLoad(ownAddress, port, 'a.test');
  load.start();
  return load;
}

async function askUntil(load: SteadyLoad, questions: number): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  while (load.udp.length < questions && Date.now() < deadlineMs) await sleep(20);
  expect(load.udp.length).toBeGreaterThanOrEqual(questions);
}

/** None lost, but what other programs on the machine have crowded out. */
async function expectNoneLost(load: SteadyLoad, text: string): Promise<void> {
  await load.stop(6000);
  const overflowed = countOverflow() - overflowBefore;
  const lost = unanswered(load.udp);
  const failed = unanswered(load.tcp);
  console.info(
    `${text}: UDP ${load.udp.length} asked, ${lost.length} lost (${overflowed} dropped by the machine), the longest wait ${longest(load.udp)} ms; ` +
      `TCP ${load.tcp.length} connections, ${failed.length} failed, the longest ${longest(load.tcp)} ms`,
  );
  expect(failed).toEqual([]);
  expect(lost.length).toBeLessThanOrEqual(overflowed);
  expect(load.wrong).toBe(0);
}

/** Packets that this machine's loopback has dropped for want of time, whoever sent them: before any socket of ours. */
function countOverflow(): number {
  const lines = readFileSync('/proc/net/softnet_stat', 'utf8').trim().split('\n');
  return lines.reduce((sum, line) => sum + Number.parseInt(line.split(' ')[1] ?? '0', 16), 0);
}

function unanswered(asked: readonly AskedQuestion[]): readonly AskedQuestion[] {
  return asked.filter(({ answeredMs }) => answeredMs === 0);
}

function longest(asked: readonly AskedQuestion[]): number {
  return asked.reduce((most, { sentMs, answeredMs }) => Math.max(most, answeredMs - sentMs), 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** The serial that the server has after adding a record, or the exit code of nsupdate. */
function update(name: string): number | null {
  const key = 'hmac-sha256:update-key:MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
  const input = `server ${ownAddress} 5300\nzone a.test\nupdate add ${name}.a.test 60 A 192.0.2.9\nsend\n`;
  return spawnSync('nsupdate', ['-y', key, '-t', '20'], { input }).status;
}

async function hasName(name: string): Promise<boolean> {
  return (await askAt(5300, `${name}.a.test`)) === 1;
}

function askAt(port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: ownAddress, port, noDelay: true });
    const query = buildQuery({ name, type: 'A' });
    socket.on('connect', () => socket.write(Buffer.concat([Buffer.of(0, query.length), query])));
    socket.once('data', (data) => {
      resolve(data.readUInt16BE(8));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

const hasLibc = findLibc() !== undefined;
const hasNsupdate = spawnSync('nsupdate', ['-V']).error === undefined;

describe.skipIf(!hasLibc)('ctl upgrade', () => {
  test('four times under load: no question and no connection is lost', async () => {
    configure();
    await serve().ready();
    const load = startLoad();
    let before: number | undefined = started[0]?.child.pid;
    for (let round = 1; round <= 4; round++) {
      await askUntil(load, (round * manyQuestions) / 5);
      const { code, text, pid } = await upgrade();
      expect(code, text).toBe(0);
      expect(pid).not.toBe(before);
      before = pid;
    }
    await askUntil(load, manyQuestions);
    await expectNoneLost(load, '4 upgrades');
    // Those before have ended, the last one is the server.
    for (const pid of [started[0]?.child.pid ?? 0, ...successors.slice(0, -1)]) {
      await expect.poll(() => isAlive(pid)).toBe(false);
    }
    const status = JSON.parse(ctl('stop', '-p').stdout) as { text: string };
    expect(status.text).toBe(`pid: ${before}`);
  });

  test('a new version that does not start leaves the old one as it was', async () => {
    configure();
    const server = serve();
    await server.ready();
    const load = startLoad();
    folder.write('ringzone.yaml', 'listen: nonsense\n');
    const broken = await upgradeFrom('run/control.sock');
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.text).toMatch(/this server goes on.*exit code 1/);
    // One that fails when it has the sockets and the journal already.
    configure({ more: 'tls: { cert-file: missing.pem, key-file: missing.pem, listen: ["127.0.0.1:5301"] }' });
    const late = await upgradeFrom('run/control.sock');
    expect(late).toMatchObject({ code: 1 });
    await server.waitFor(/does not take over: .*this server goes on/);
    configure();
    if (hasNsupdate) expect(update('after')).toBe(0);
    await askUntil(load, fewQuestions);
    await expectNoneLost(load, '2 upgrades that failed');
    expect(JSON.parse(ctl('status').stdout)).toMatchObject({ ok: true });
    expect((await server.stop()).code).toBe(0);
    expect(server.log.filter(({ level }) => level === 'fatal')).toEqual([]);
  });

  test('one that is killed while it loads leaves the journal to the old one', async () => {
    configure();
    const server = serve();
    await server.ready();
    const load = startLoad();
    for (let round = 1; round <= 3; round++) {
      const next = serve(['--takeover']);
      await next.waitFor(/^taking over from process/);
      next.kill('SIGKILL');
      await server.waitFor(/does not take over/, round);
      if (hasNsupdate) expect(update(`killed-${round}`)).toBe(0);
    }
    const last = serve(['--takeover']);
    await last.ready();
    if (hasNsupdate) for (let round = 1; round <= 3; round++) expect(await hasName(`killed-${round}`)).toBe(true);
    await askUntil(load, fewQuestions);
    await expectNoneLost(load, '3 killed, 1 done');
    expect((await server.exit).code).toBe(0);
    expect((await last.stop()).code).toBe(0);
  });

  test.skipIf(!hasNsupdate)('what was acknowledged to clients of UPDATE is there, whoever did it', async () => {
    configure();
    const server = serve();
    await server.ready();
    const done: string[] = [];
    let isOver = false;
    const updating = (async () => {
      for (let i = 0; !isOver; i++) {
        const key = 'hmac-sha256:update-key:MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
        const child = spawn('nsupdate', ['-y', key, '-t', '30', '-u', '2', '-r', '8'], {
          stdio: ['pipe', 'ignore', 'ignore'],
        });
        child.stdin.end(`server ${ownAddress} 5300\nzone a.test\nupdate add u${i}.a.test 60 A 192.0.2.9\nsend\n`);
        const [code] = (await once(child, 'close')) as [number];
        expect(code).toBe(0);
        done.push(`u${i}`);
      }
    })();
    await expect.poll(() => done.length).toBeGreaterThan(3);
    for (let round = 0; round < 2; round++) {
      expect((await upgrade()).code).toBe(0);
      const so = done.length;
      await expect.poll(() => done.length, { timeout: 30_000 }).toBeGreaterThan(so + 3);
    }
    isOver = true;
    await updating;
    for (const name of done) expect(await hasName(name), name).toBe(true);
    ctl('stop');
  });

  test('connections that are there are served to their end', async () => {
    folder.write(
      'big.zone',
      `${zoneText(1)}${Array.from({ length: 60_000 }, (_, i) => `h${i} A 192.0.2.1\n`).join('')}`,
    );
    configure({ more: '' });
    const yaml = readFileSync(join(folder.path, 'ringzone.yaml'), 'utf8');
    folder.write(
      'ringzone.yaml',
      yaml.replace('zones: {', 'zones: { big.test: { file: big.zone, allow-transfer: [any] },'),
    );
    const server = serve();
    await server.ready();
    const idle = connect({ host: ownAddress, port: 5300, noDelay: true });
    await once(idle, 'connect');
    // A client that takes its time with what it has asked for.
    const slow = connect({ host: ownAddress, port: 5300 });
    await once(slow, 'connect');
    const axfr = buildQuery({ name: 'big.test', type: 'AXFR' });
    slow.write(Buffer.concat([Buffer.of(0, axfr.length), axfr]));
    await once(slow, 'readable');
    const upgraded = upgrade();
    await server.waitFor(/answers from now on$/);
    // The connection is the old server's, and is not forgotten.
    const query = buildQuery({ name: 'a.test', type: 'SOA' });
    idle.write(Buffer.concat([Buffer.of(0, query.length), query]));
    const [response] = (await once(idle, 'data')) as [Buffer];
    expect(response.readUInt16BE(8)).toBe(1);
    expect((await upgraded).code).toBe(0);
    await once(idle.resume(), 'end');
    idle.destroy();
    let octets = 0;
    let last = Buffer.alloc(0);
    slow.on('data', (data: Buffer) => {
      octets += data.length;
      last = Buffer.concat([last, data]).subarray(-200);
    });
    slow.resume();
    await once(slow, 'end');
    // The SOA ends it.
    expect(octets).toBeGreaterThan(1_000_000);
    expect(last.includes(Buffer.from('\x04root'))).toBe(true);
    slow.destroy();
    expect(await server.ended).toBe(0);
    ctl('stop');
  });
});

/** With a configuration that doesn't name the socket. */
async function upgradeFrom(control: string): ReturnType<typeof upgrade> {
  const child = spawn(process.execPath, [bin, 'ctl', '--json', '--control', control, 'upgrade'], { cwd: folder.path });
  let text = '';
  child.stdout.on('data', (data: Buffer) => {
    text += data;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text, pid: undefined };
}

describe.skipIf(!hasLibc)('serve --takeover', () => {
  test.skipIf(!isRoot || !hasNobody)('on port 53 after root was given up, by root and by the user', async () => {
    configure({ port: 53, user: 'nobody' });
    const first = serve();
    await first.ready();
    const load = startLoad(53);
    await askUntil(load, 500);
    const second = serve(['--takeover']);
    await second.ready();
    expect((await first.exit).code).toBe(0);
    // Without any right but to speak to the server, which is the same user.
    const third = serve(['--takeover'], { wrapper: nobody });
    await third.ready();
    expect((await second.exit).code).toBe(0);
    await askUntil(load, fewQuestions);
    await expectNoneLost(load, 'port 53, by root and by nobody');
    expect((await third.stop()).code).toBe(0);
  });

  test('with fewer and with more workers all sockets are read', async () => {
    configure({ workers: 3 });
    let server = serve();
    await server.ready();
    const load = startLoad();
    for (const workers of [1, 2, 4]) {
      configure({ workers });
      const next = serve(['--takeover']);
      await next.ready();
      expect((await server.exit).code).toBe(0);
      server = next;
    }
    await askUntil(load, fewQuestions);
    await expectNoneLost(load, '3, 1, 2 and 4 workers');
  });

  test('addresses that are named no more are closed, others opened', async () => {
    configure();
    const first = serve();
    await first.ready();
    const yaml = readFileSync(join(folder.path, 'ringzone.yaml'), 'utf8');
    folder.write(
      'ringzone.yaml',
      yaml
        .replace('listen: [', `listen: ["${ownAddress}:5302", `)
        .replace(`"${ownAddress}:5300"`, `"${ownAddress}:5303"`),
    );
    const second = serve(['--takeover']);
    await second.ready();
    await first.exit;
    expect(second.log.some(({ msg }) => msg.includes(':5300 (UDP): the configuration does not name it'))).toBe(true);
    for (const port of [5302, 5303]) expect(await askAt(port, 'ns.a.test')).toBe(1);
    await expect(askAt(5300, 'ns.a.test')).rejects.toThrow(/ECONNREFUSED/);
  });

  test.skipIf(!hasNamespaces)(
    'from one container to another, each the first process of its own (skipped unless root)',
    async () => {
      configure();
      const first = serve([], { wrapper: container });
      await first.ready();
      const load = startLoad();
      await askUntil(load, 500);
      const refused = await upgrade();
      expect(refused.code).toBe(1);
      expect(refused.text).toMatch(/first process of a container/);
      const second = serve(['--takeover'], { wrapper: container });
      await second.ready();
      expect((await first.exit).code).toBe(0);
      await askUntil(load, fewQuestions);
      await expectNoneLost(load, 'two containers');
      second.kill('SIGKILL');
    },
  );

  test('without a server to take over from it starts as usual', async () => {
    configure();
    const server = serve(['--takeover']);
    await server.ready();
    expect(server.log.some(({ msg }) => /^--takeover: no server at .*starting as usual$/.test(msg))).toBe(true);
    expect((await server.stop()).code).toBe(0);
  });

  test.skipIf(!isRoot || !hasNobody)('only the same user and root may: not even who shares the group', async () => {
    configure();
    const server = serve();
    await server.ready();
    const socket = join(folder.path, 'run/control.sock');
    // Others don't get as far as that.
    const other = spawnSync(
      nobody[0] as string,
      [...nobody.slice(1), process.execPath, bin, 'ctl', '--control', socket, 'status'],
      {
        encoding: 'utf8',
      },
    );
    expect(other.status).toBe(1);
    expect(other.stderr).toMatch(/permission denied/);
    const group = ['setpriv', '--reuid', '65534', '--regid', '65534', '--groups', '0'];
    const member = serve(['--takeover', `--data-dir=${folder.path}/data`], { wrapper: group });
    expect((await member.exit).code).toBe(1);
    expect(member.stderr).toMatch(/cannot take over .*only the user that the server runs as, and root/);
    await server.waitFor(/^user 65534 may not take over/);
    expect(await askAt(5300, 'ns.a.test')).toBe(1);
    // Nor is anything taken from somebody else's server.
    expect((await server.stop()).code).toBe(0);
    const folderOfNobody = join(folder.path, 'theirs');
    mkdirSync(folderOfNobody);
    chownSync(folderOfNobody, 65534, 65534);
    const theirs = serve(
      [
        '--zone',
        `a.test=${folder.path}/a.zone`,
        '--listen',
        `${ownAddress}:5304`,
        '--http',
        'false',
        '--control',
        `${folderOfNobody}/c.sock`,
      ],
      {
        wrapper: nobody,
      },
    );
    await theirs.ready();
    const ours = serve([`--takeover=${folderOfNobody}/c.sock`]);
    expect((await ours.exit).code).toBe(1);
    expect(ours.stderr).toMatch(/runs as user 65534, from whom nothing is taken/);
  });
});

describe.skipIf(!hasLibc)('a service manager that keeps the sockets', () => {
  test('restarts and crashes lose no question', async () => {
    configure();
    systemd = new FakeSystemd();
    let server = systemd.start([], folder.path);
    started.push(server);
    await server.ready();
    await expect.poll(() => systemd?.states.some((state) => state.startsWith('FDSTORE=1'))).toBe(true);
    const kept = systemd.describe();
    expect(kept.filter((text) => text === `tcp ${ownAddress}:5300`)).toHaveLength(1);
    expect(kept.filter((text) => text === `udp ${ownAddress}:5300`).length).toBeGreaterThanOrEqual(2);
    const load = startLoad();
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGTERM', 'SIGTERM'] as const) {
      await askUntil(load, load.udp.length + manyQuestions / 5);
      server.kill(signal);
      expect((await server.exit).code).toBe(0);
      server = systemd.start([], folder.path);
      started.push(server);
      await server.ready();
    }
    await askUntil(load, manyQuestions);
    await expectNoneLost(load, '4 restarts');
    // The same ones, once.
    expect(systemd.describe()).toEqual(kept);
    // A crash takes with it what the process had read, a batch a worker at most, and its connections.
    server.kill('SIGKILL');
    await server.exit;
    server = systemd.start([], folder.path);
    started.push(server);
    await server.ready();
    expect(await askAt(5300, 'ns.a.test')).toBe(1);
    // What the configuration does not name any more is given back.
    server.kill('SIGTERM');
    await server.exit;
    configure({ port: 5305 });
    server = systemd.start([], folder.path);
    started.push(server);
    await server.ready();
    await expect.poll(() => systemd?.describe().every((text) => text.endsWith(':5305'))).toBe(true);
  });

  test('an upgrade makes the new process the main one, and the store stays as it is', async () => {
    configure();
    systemd = new FakeSystemd();
    const server = systemd.start([], folder.path);
    started.push(server);
    await server.ready();
    await expect.poll(() => systemd?.describe().length).toBeGreaterThan(2);
    const { code, text, pid } = await upgrade();
    expect(code, text).toBe(0);
    await expect.poll(() => systemd?.states.at(-1)).toBe('READY=1');
    expect(systemd.states).toContain(`MAINPID=${pid}`);
    expect(systemd.states).not.toContain('STOPPING=1');
    expect(await server.ended).toBe(0);
    ctl('stop');
  });
});

test.skipIf(!hasLibc)('SIGTERM: what waits in the sockets is answered before they are closed', async () => {
  configure({ workers: 1 });
  const server = serve();
  await server.ready();
  // What fits into a buffer of any size that systems have by default.
  const questions = 100;
  for (let round = 0; round < 3; round++) {
    if (round > 0) {
      const next = serve();
      await next.ready();
    }
    const current = started.at(-1) as ServeProcess;
    current.kill('SIGSTOP');
    const client = new SteadyLoad(ownAddress, 5300, 'a.test');
    load = client;
    client.start();
    while (client.udp.length < questions) await sleep(5);
    client.askNoMore();
    await sleep(20);
    current.kill('SIGTERM');
    current.kill('SIGCONT');
    expect((await current.exit).code).toBe(0);
    await client.stop(3000);
    expect(unanswered(client.udp)).toEqual([]);
    expect(unanswered(client.tcp)).toEqual([]);
  }
});
