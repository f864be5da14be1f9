/** Health of SIP servers that come and go, as clients of DNS and the operator see it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SipPair } from '../interop/lib/sip-pair.ts';
import { ask, Folder, ServeProcess } from './serve-process.ts';

const bin = join(import.meta.dirname, '../../bin/ringzone.js');
const zone = 'phones.test';
const waiting = { timeout: 30_000, interval: 50 };

let folder: Folder;
let servers: SipPair;
let server: ServeProcess | undefined;
let port = 0;

beforeEach(async () => {
  folder = new Folder();
  servers = await SipPair.start();
});
afterEach(async () => {
  await server?.stop();
  await servers.end();
  folder.remove();
});

async function serve(settings = ''): Promise<void> {
  folder.write(
    'zone',
    `$TTL 300
@ SOA ns admin 1 3600 600 604800 60
@ NS ns
ns A 192.0.2.1
_sip._udp SRV 10 60 ${servers.ports.sip1} sip1
_sip._udp SRV 10 40 ${servers.ports.sip2} sip2
sip1 A 127.0.0.1
sip2 A 127.0.0.1
`,
  );
  folder.write(
    'ringzone.yaml',
    `listen: ["127.0.0.1:0"]
workers: 2
data-dir: data
control: c.sock
http: false
zones:
  ${zone}:
    file: zone
    allow-transfer: [any]
    health: { interval: 500ms, timeout: 400ms, reaction: withdraw }
${settings}`,
  );
  server = new ServeProcess(['-c', 'ringzone.yaml'], { cwd: folder.path });
  port = await server.ready();
}

/** Targets and TTL of the set. */
async function targets(): Promise<{ readonly names: string[]; readonly ttl: number }> {
  const { answers } = await ask(port, `_sip._udp.${zone}`, 'SRV');
  return {
    names: answers.map(({ target }) => String(target).replace(`.${zone}`, '')).sort(),
    ttl: Number(answers[0]?.ttl),
  };
}

async function waitForTargets(...names: readonly string[]): Promise<void> {
  await vi.waitUntil(async () => (await targets()).names.join() === names.join(), waiting);
}

function ctl(...args: readonly string[]): { readonly status: number | null; readonly data: Record<string, unknown> } {
  const { status, stdout } = spawnSync(process.execPath, [bin, 'ctl', '--control', 'c.sock', '--json', ...args], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  return { status, data: JSON.parse(stdout).data };
}

function transferredZone(): string {
  return spawnSync('dig', ['+nocomments', '+nocmd', '+nostats', '@127.0.0.1', '-p', String(port), zone, 'AXFR'], {
    encoding: 'utf8',
  }).stdout;
}

test('a server that is silent is named no more, and again when it answers; the zone stays as it is', async () => {
  await serve();
  expect(await targets()).toEqual({ names: ['sip1', 'sip2'], ttl: 300 });
  const before = transferredZone();
  expect(before).toContain('sip2');
  await servers.say({ sip1: '' });
  await waitForTargets('sip2');
  expect((await targets()).ttl).toBe(15);
  expect(transferredZone()).toBe(before);
  const { msg } = (await server?.waitFor(/is down/)) ?? { msg: '' };
  expect(msg).toMatch(
    new RegExp(
      `^target sip1\\.${zone}:${servers.ports.sip1}/udp of _sip\\._udp\\.${zone} is down: no reply within 400 ms from 127\\.0\\.0\\.1`,
    ),
  );
  await servers.say({ sip1: '200 OK' });
  await waitForTargets('sip1', 'sip2');
});

test('with nobody left all are named', async () => {
  await serve();
  await servers.say({ sip1: '', sip2: '' });
  await server?.waitFor(/^no target of .* is up/);
  expect((await targets()).names).toEqual(['sip1', 'sip2']);
});

test('a server that says 503 is drained', async () => {
  await serve();
  await servers.say({ sip2: '503 Stopping' });
  await waitForTargets('sip1');
  const { data } = ctl('health', zone);
  expect(data.targets).toMatchObject([
    { target: `sip1.${zone}`, state: 'active', share: 1 },
    { target: `sip2.${zone}`, state: 'disabled', share: 0, addresses: [{ last: '503 Stopping' }] },
  ]);
});

test('an operator drains a target, over a restart too', async () => {
  await serve();
  const { status, data } = ctl('drain', `sip1.${zone}`, '--for', '1h');
  expect(status).toBe(0);
  expect(Date.parse(data.lastAnswerExpires as string) - Date.now()).toBeGreaterThan(290_000);
  expect((await targets()).names).toEqual(['sip2']);
  await server?.stop();
  expect(readFileSync(join(folder.path, 'data/health.json'), 'utf8')).toContain(`"sip1.${zone}"`);
  await serve();
  expect((await targets()).names).toEqual(['sip2']);
  expect(ctl('undrain', `sip1.${zone}`).status).toBe(0);
  expect((await targets()).names).toEqual(['sip1', 'sip2']);
  expect(ctl('undrain', `sip1.${zone}`).status).toBe(1);
});

test('a restart begins with what is known', async () => {
  await serve();
  await servers.say({ sip1: '' });
  await waitForTargets('sip2');
  await server?.stop();
  await serve();
  expect((await targets()).names).toEqual(['sip2']);
});

test('a reload keeps what is known', async () => {
  await serve();
  await servers.say({ sip1: '' });
  await waitForTargets('sip2');
  const text = readFileSync(join(folder.path, 'zone'), 'utf8');
  folder.write('zone', `${text}other A 192.0.2.9\n`.replace('admin 1 ', 'admin 2 '));
  expect(ctl('reload').status).toBe(0);
  await vi.waitUntil(async () => (await ask(port, `other.${zone}`, 'A')).answers.length === 1, waiting);
  for (let i = 0; i < 20; i++) expect((await targets()).names).toEqual(['sip2']);
});

test('a change is told to a command', async () => {
  const out = join(folder.path, 'told');
  await serve(`health: { hook: ["/bin/sh", "-c", "echo $RINGZONE_TARGET $RINGZONE_STATE >> ${out}"] }\n`);
  await servers.say({ sip2: '' });
  await vi.waitUntil(() => existsSync(out) && readFileSync(out, 'utf8') === `sip2.${zone} down\n`, waiting);
});
