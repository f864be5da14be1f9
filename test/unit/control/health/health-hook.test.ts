import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HealthHooks } from '../../../../src/control/health/health-hook.ts';
import { startTimeline } from '../../../../src/control/health/timeline.ts';
import type { Transition } from '../../../../src/control/health/transition.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';

const down: Transition = {
  target: 'sip1.example.com',
  port: 5060,
  transport: 'udp',
  state: TargetState.down,
  before: TargetState.up,
  reason: 'no reply within 2 s from 192.0.2.11, 3 times',
  owners: ['_sip._udp.example.com', '_sip._udp.example.net'],
  zones: ['example.com', 'example.net'],
};

const waiting = { timeout: 15_000, interval: 20 };
let folder: string;
let time: ReturnType<typeof startTimeline>;
let troubles: string[];
let hooks: HealthHooks;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hook-'));
  time = startTimeline();
  troubles = [];
  hooks = new HealthHooks(time.timeline, (message) => troubles.push(message));
});
afterEach(() => {
  time.stop();
  rmSync(folder, { recursive: true });
});

it('runs a command with the change in its environment', async () => {
  const out = join(folder, 'out');
  hooks.hook = { command: ['/bin/sh', '-c', `env | grep ^RINGZONE_ > ${out}.new; mv ${out}.new ${out}`] };
  hooks.tell([down]);
  await vi.waitUntil(() => existsSync(out), waiting);
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  const told = [
    'RINGZONE_BEFORE=up',
    'RINGZONE_OWNERS=_sip._udp.example.com _sip._udp.example.net',
    'RINGZONE_PORT=5060',
    'RINGZONE_REASON=no reply within 2 s from 192.0.2.11, 3 times',
    'RINGZONE_STATE=down',
    'RINGZONE_TARGET=sip1.example.com',
    'RINGZONE_TRANSPORT=udp',
    'RINGZONE_ZONES=example.com example.net',
  ];
  expect(lines).toEqual(expect.arrayContaining([...told, expect.stringMatching(/^RINGZONE_TIME=20.*Z$/)]));
});

it('posts the change as JSON', async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      bodies.push(`${request.method} ${request.headers['content-type']} ${body}`);
      response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  hooks.hook = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
  hooks.tell([down]);
  await vi.waitUntil(() => bodies.length === 1, waiting);
  server.closeAllConnections();
  server.close();
  const [, json] = /^POST application\/json (.*)$/.exec(bodies[0] as string) ?? [];
  expect(JSON.parse(json as string)).toMatchObject({ ...down, state: 'down', before: 'up', time: expect.any(String) });
});

it.each([
  ['exits with another code', ['/bin/false'], 'the hook failed: /bin/false exited with 1'],
  ['is not there', ['/nowhere/hook'], 'the hook failed: spawn /nowhere/hook ENOENT'],
])('says once when the command %s', async (_what, command, message) => {
  hooks.hook = { command };
  hooks.tell([down, down]);
  await vi.waitUntil(() => troubles.length > 0, waiting);
  await vi.waitUntil(() => (hooks as unknown as { waiting: number }).waiting === 0, waiting);
  expect(troubles).toEqual([message]);
});

it('leaves out what would wait too long, and runs no more than ten in a second', async () => {
  const out = join(folder, 'out');
  writeFileSync(out, '');
  hooks.hook = { command: ['/bin/sh', '-c', `echo >> ${out}`] };
  const startMs = performance.now();
  hooks.tell(Array.from({ length: 300 }, () => down));
  expect(troubles).toEqual(['the hook can not keep up: changes are left out']);
  await vi.waitUntil(() => readFileSync(out).length >= 3, waiting);
  expect(readFileSync(out).length).toBeLessThanOrEqual(2 + (performance.now() - startMs) / 90);
});

it('outlives a command for which there can be no process', async () => {
  hooks.hook = { command: ['/bin/true', 'no\0argument'] };
  hooks.tell([down]);
  await vi.waitUntil(() => troubles.length > 0, waiting);
  expect(troubles).toEqual([expect.stringMatching(/^the hook failed: .*null bytes/)]);
});
