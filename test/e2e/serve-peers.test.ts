/** Three Ringzones that agree on who is down, as clients of DNS and the operator see them. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import DNS from 'dns2';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askPeer } from '../../src/control/agreement/ask-peer.ts';
import { createTsigKey } from '../../src/tsig/tsig-key.ts';
import { wireNameFrom } from '../../src/wire/name.ts';
import { findCommand } from '../interop/lib/judge.ts';
import { Folder, type Reply, ServeProcess } from './serve-process.ts';

const bin = join(import.meta.dirname, '../../bin/ringzone.js');
const waiting = { timeout: 60_000, interval: 50 };
// Opinions end after ten seconds; on a slow machine all takes longer.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });
const secret = Buffer.alloc(32, 7).toString('base64');

/** A SIP server on a thread of its own, that answers only whom it is told to: each Ringzone asks with Max-Forwards of its own. */
const sipCode = `
  const { createSocket } = require('node:dgram');
  const { parentPort } = require('node:worker_threads');
  let deafFor = [];
  parentPort.on('message', (numbers) => { deafFor = numbers; parentPort.postMessage('done'); });
  const server = createSocket('udp4');
  server.on('message', (octets, { port, address }) => {
    const lines = octets.toString('latin1').split('\\r\\n');
    const hops = Number(lines.find((line) => line.startsWith('Max-Forwards:')).slice(13));
    if (deafFor.includes(hops)) return;
    const copied = lines.filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
    server.send(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\\r\\n'), port, address);
  });
  server.bind(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

let folder: Folder;
let sip: Worker;
let sipPort = 0;
let port = 0;
const servers = new Map<number, ServeProcess>();

beforeEach(async () => {
  folder = new Folder();
  sip = new Worker(sipCode, { eval: true });
  [sipPort] = (await once(sip, 'message')) as [number];
  writeZone();
  await startAll();
});
afterEach(async () => {
  for (const server of servers.values()) {
    server.kill('SIGKILL');
    await server.exit;
  }
  servers.clear();
  await sip.terminate();
  folder.remove();
});

function writeZone(): void {
  const srv = `_sip._udp SRV 10 50 ${sipPort} sip1\n_sip._udp SRV 10 50 5062 sip2\n`;
  const hosts = 'ns A 192.0.2.1\nsip1 A 127.0.0.1\nsip2 A 127.0.0.1\n';
  folder.write('zone', `$TTL 300\n@ SOA ns admin 1 3600 600 604800 60\n@ NS ns\n${hosts}${srv}`);
}

function writeConfig(number: number, itsSecret = secret): void {
  const peers = [1, 2, 3].filter((other) => other !== number).map((other) => `127.0.0.${other}`);
  folder.write(
    `ringzone${number}.yaml`,
    `listen: ["127.0.0.${number}:${port}"]
workers: 1
data-dir: data${number}
control: c${number}.sock
http: false
keys:
  peers: { algorithm: hmac-sha256, secret: "${itsSecret}" }
  transfers: { algorithm: hmac-sha256, secret: "${itsSecret}" }
peers: [${peers.map((address) => `{ address: ${address}, port: ${port}, key: peers }`).join(', ')}]
zones:
  phones.test:
    file: zone
    health: { interval: 500ms, timeout: 400ms, fall: 2, reaction: withdraw, agree: 2, max-forwards: ${number} }
    owners: {}
`,
  );
}

async function start(number: number): Promise<boolean> {
  const server = new ServeProcess(['-c', `ringzone${number}.yaml`], { cwd: folder.path });
  servers.set(number, server);
  try {
    await server.ready();
    return true;
  } catch (error) {
    if (/EADDRINUSE|in use/.test(server.stderr)) return false;
    throw error;
  }
}

/** On one port, below those that connections are given. */
async function startAll(): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    port = 20_000 + Math.floor(Math.random() * 12_000);
    for (const number of [1, 2, 3]) writeConfig(number);
    const started = await Promise.all([1, 2, 3].map(start));
    if (started.every(Boolean)) return;
    for (const server of servers.values()) server.kill('SIGKILL');
    await Promise.all([...servers.values()].map(({ exit }) => exit));
  }
  throw new Error('no free port');
}

async function deafFor(...numbers: readonly number[]): Promise<void> {
  sip.postMessage(numbers);
  await once(sip, 'message');
}

async function namesAt(number: number): Promise<string> {
  const resolve = DNS.UDPClient({ dns: `127.0.0.${number}`, port, timeout: 3000, retryOverTCP: false } as object);
  const { answers } = (await resolve('_sip._udp.phones.test', 'SRV')) as unknown as Reply;
  return answers
    .map(({ target }) => String(target).replace('.phones.test', ''))
    .sort()
    .join();
}

async function waitForNames(names: string, ...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) await vi.waitUntil(async () => (await namesAt(number)) === names, waiting);
}

interface Health {
  readonly targets: readonly {
    readonly target: string;
    readonly state: string;
    readonly addresses: readonly {
      readonly state: string;
      readonly peers?: readonly { readonly peer: string; readonly opinion: string | null }[];
    }[];
  }[];
  readonly peers: readonly { readonly peer: string; readonly isHeard: boolean; readonly problem?: string }[];
}

function run(number: number, ...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync(process.execPath, [bin, 'ctl', '--control', `c${number}.sock`, ...args], {
    cwd: folder.path,
    encoding: 'utf8',
  });
}

function health(number: number): Health {
  return JSON.parse(run(number, '--json', 'health').stdout).data as Health;
}

async function waitForPeers(number: number, isHeard: boolean): Promise<void> {
  await vi.waitUntil(() => health(number).peers.every((peer) => peer.isHeard === isHeard), waiting);
}

/** The other target has no server, so that it is not in the way: sip2 is down for all, and sip1 alone is left. */
async function settle(): Promise<void> {
  for (const number of [1, 2, 3]) await waitForPeers(number, true);
  await waitForNames('sip1', 1, 2, 3);
}

const dead = 'sip1,sip2';

test('one that is down for one of three stays, for two it is out on all, and in again when opinions are missing', async () => {
  await settle();
  // sip1 too: with nobody up answers are as if all were.
  await deafFor(1);
  await vi.waitUntil(() => health(1).targets[0]?.addresses[0]?.state === 'inactive', waiting);
  const [own] = health(1).targets;
  expect(own?.state).toBe('trying');
  expect(own?.addresses[0]?.peers?.map(({ opinion }) => opinion)).toEqual(['up', 'up']);
  expect(await namesAt(1)).toBe('sip1');
  await deafFor(1, 2);
  await waitForNames(dead, 1, 2, 3);
  expect(health(3).targets[0]).toMatchObject({
    state: 'inactive',
    addresses: [{ state: 'active', agreedState: 'inactive' }],
  });
  await servers.get(3)?.waitFor(/^target sip1\.phones\.test.* is down: 127\.0\.0\.1 is seen down by 2 of 3 servers/);
  // The second is gone: the others are one that sees it down and one that does not. Of sip2 they both know.
  servers.get(2)?.kill('SIGSTOP');
  await waitForNames('sip1', 1, 3);
  await servers.get(3)?.waitFor(/^peer 127\.0\.0\.2#\d+ is not heard \(timed out\)/);
  servers.get(2)?.kill('SIGCONT');
  await waitForNames(dead, 1, 2, 3);
  await deafFor();
  await waitForNames('sip1', 1, 2, 3);
});

test('a server alone takes nothing out', async () => {
  await settle();
  for (const number of [2, 3]) servers.get(number)?.kill('SIGSTOP');
  await waitForPeers(1, false);
  await waitForNames(dead, 1);
  await deafFor(1);
  await vi.waitUntil(() => health(1).targets[0]?.addresses[0]?.state === 'inactive', waiting);
  expect(health(1).targets.map(({ state }) => state)).toEqual(['trying', 'trying']);
  expect(run(1, 'health').stdout).toMatch(/127\.0\.0\.2#\d+ +no: timed out/);
});

test('a drain passes to all, with its end, over restarts, and so does an undrain', async () => {
  await settle();
  expect(run(1, 'drain', 'sip1.phones.test', '--for', '30m').status).toBe(0);
  const isDrained = (number: number) => health(number).targets[0]?.state === 'disabled';
  for (const number of [2, 3]) await vi.waitUntil(() => isDrained(number), waiting);
  await servers.get(3)?.waitFor(/^target sip1\.phones\.test.* is drained: drained for 1[78]\d\d s by peer 127\.0\.0\./);
  expect(run(3, 'health').stdout).toMatch(/disabled.*drained for 30 min more/);
  await servers.get(3)?.stop();
  expect(run(2, 'undrain', 'sip1.phones.test').status).toBe(0);
  await vi.waitUntil(() => !isDrained(1), waiting);
  await start(3);
  await vi.waitUntil(() => !isDrained(3), waiting);
});

test('whoever has another secret is refused, and both say so', async () => {
  await settle();
  writeConfig(1, Buffer.alloc(32, 8).toString('base64'));
  expect(run(1, 'reconfig').status).toBe(0);
  await servers.get(1)?.waitFor(/^peer 127\.0\.0\.2#\d+ gives no opinion: it refuses the key peers \(BADSIG\)/);
  await servers.get(2)?.waitFor(/^peer 127\.0\.0\.1#\d+ is not heard \(it refuses the key peers \(BADSIG\)/);
  expect(health(2).peers.map(({ isHeard }) => isHeard)).toEqual([false, true]);
});

test('whoever asks by the exchange hears what is wrong', async () => {
  await settle();
  const ask = async (name: string, secretOctet: number, offsetMs = 0, at = port) => {
    const key = createTsigKey(wireNameFrom(`${name}.`), 'hmac-sha256', Buffer.alloc(32, secretOctet));
    const peer = { address: '127.0.0.2', port: at, key };
    const nothing = { since: undefined, asker: undefined };
    const wallMs = () => Date.now() + offsetMs;
    const [udp, tcp] = await Promise.all(
      [false, true].map((usesStream) => askPeer(peer, nothing, usesStream, wallMs, new AbortController().signal)),
    );
    if (udp?.ok === true && tcp?.ok === true) {
      expect(tcp.value.items).toEqual(udp.value.items);
      return udp.value.items.length;
    }
    return [udp, tcp].map((result) => (result?.ok === false ? result.error.text : 'good'));
  };
  expect(await ask('peers', 7)).toBe(2);
  const skew = expect.stringMatching(/^the clocks differ by (39\d|40\d) s \(BADTIME\): set them by NTP$/);
  expect(await ask('peers', 7, -400_000)).toEqual([skew, skew]);
  expect(await ask('peers', 7, 400_000)).toEqual([skew, skew]);
  const badSig = 'it refuses the key peers (BADSIG): its secret is another there';
  expect(await ask('peers', 8)).toEqual([badSig, badSig]);
  const badKey = 'it refuses the key nobody (BADKEY): both must have it, by this name and algorithm';
  expect(await ask('nobody', 7)).toEqual([badKey, badKey]);
  const refused = 'REFUSED: it has no peer with the key transfers';
  expect(await ask('transfers', 7)).toEqual([refused, refused]);
  expect(await ask('peers', 7, 0, 1)).toEqual(['connection refused', 'over TCP: connection refused']);
});

test.skipIf(findCommand('dig') === undefined)(
  'dig with the key shows it all as text, and nothing without [needs dig]',
  async () => {
    await settle();
    const dig = (...args: readonly string[]) =>
      spawnSync('dig', ['@127.0.0.2', '-p', String(port), 'CH', 'TXT', 'health.ringzone', ...args], {
        encoding: 'utf8',
      });
    const key = ['-y', `hmac-sha256:peers:${secret}`];
    const lines = dig(...key, '+short').stdout.split('\n');
    expect(lines[0]).toMatch(/^"ringzone-health 1 id=[0-9a-f]{16} from=0 through=\d+ last=\d+"$/);
    expect(lines).toContain(`"up sip-options 127.0.0.1 ${sipPort} udp"`);
    expect(lines).toContain('"down sip-options 127.0.0.1 5062 udp"');
    expect(dig(...key, '+tcp').stdout).toContain('status: NOERROR');
    expect(dig().stdout).toContain('status: REFUSED');
    expect(dig('-y', `hmac-sha256:peers:${Buffer.alloc(32, 9).toString('base64')}`).stdout).toContain(
      'status: NOTAUTH',
    );
  },
);
