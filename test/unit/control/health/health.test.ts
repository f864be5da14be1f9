/** Main's side with a real thread, a real server and a real table. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Health } from '../../../../src/control/health/health.ts';
import { defaultHealthSettings, emptyHealthPlan, type HealthPlan } from '../../../../src/control/health/health-plan.ts';
import { keyText } from '../../../../src/control/health/state-subject.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { askTarget, SteeringKey } from '../../../../src/plane/steering/steering-key.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { SteeringBuilder, SteeringTable } from '../../../../src/plane/steering/steering-table.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

const { up, down, drained } = TargetState;
const owner = wireNameFrom('_sip._udp.example.com.');
const name = wireNameFrom('sip1.example.com.');
const waiting = { timeout: 20_000, interval: 5 };

/** On a thread of its own, so that it answers while this one stands still. */
const serverCode = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:dgram').createSocket('udp4');
  let isSilent = false;
  parentPort.on('message', (silent) => { isSilent = silent; parentPort.postMessage('done'); });
  server.on('message', (octets, { port, address }) => {
    if (isSilent) return;
    const copied = octets.toString('latin1').split('\\r\\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
    server.send(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\\r\\n'), port, address);
  });
  server.bind(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

let folder: string;
let server: Worker;
let port: number;
let lines: string[];
let health: Health;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'health-'));
  server = new Worker(serverCode, { eval: true });
  [port] = (await once(server, 'message')) as [number];
  lines = [];
  const say = (category: string, severity: string, message: string) => lines.push(`${category} ${severity} ${message}`);
  const log = { event: say, error: (category: string, message: string) => say(category, 'error', message) };
  health = new Health(log as unknown as Log);
});
afterEach(async () => {
  await health.stop();
  await server.terminate();
  rmSync(folder, { recursive: true });
});

async function setSilent(isSilent: boolean): Promise<void> {
  server.postMessage(isSilent);
  await once(server, 'message');
}

function plan(more: Partial<typeof defaultHealthSettings> = {}): HealthPlan {
  const settings = { ...defaultHealthSettings, intervalMs: 200, timeoutMs: 100, ...more };
  const target = {
    view: 0,
    zone: 'example.com',
    owner,
    target: name,
    port,
    priority: 0,
    weight: 1,
    ttlSeconds: 300,
    transport: 'udp',
    addresses: ['127.0.0.1'],
    settings,
  } as const;
  return { ...emptyHealthPlan, targets: [target] };
}

function fillKey(key: SteeringKey): SteeringKey {
  askTarget(key, 0, owner, 0, name, 0, port);
  return key;
}

function table(generation = 1) {
  const key = fillKey(new SteeringKey());
  const builder = new SteeringBuilder();
  builder.addState(key, health.stateOf(keyText(key)));
  const buffer = builder.build(generation);
  const reader = new SteeringTable(buffer);
  return { buffer, state: () => reader.stateOf(reader.find(key)) };
}

describe('health', () => {
  it('takes a silent server out and in again, in the table and for the next one', async () => {
    const first = table();
    health.configure(plan(), first.buffer, undefined);
    await health.firstRound;
    expect(first.state()).toBe(up);
    await setSilent(true);
    await vi.waitUntil(() => first.state() === down, waiting);
    await vi.waitUntil(() => table(2).state() === down, waiting);
    const second = table(3);
    health.setTable(second.buffer);
    await setSilent(false);
    await vi.waitUntil(() => second.state() === up, waiting);
    // The old one is nobody's any more.
    expect(first.state()).toBe(down);
    await vi.waitUntil(() => lines.length >= 3, waiting);
    expect(lines[0]).toMatch(
      new RegExp(
        `^health warning target sip1\\.example\\.com:${port}/udp of _sip\\._udp\\.example\\.com is down: no reply within 100 ms`,
      ),
    );
    expect(lines[2]).toMatch(/^health notice target .* is up: reply 200 OK from 127\.0\.0\.1 after \d+ ms$/);
  });

  it('changes nothing while main stands still', async () => {
    const { buffer, state } = table();
    health.configure(plan({ intervalMs: 150, timeoutMs: 140 }), buffer, undefined);
    await health.firstRound;
    const before = await health.report();
    const endMs = performance.now() + 1500;
    while (performance.now() < endMs);
    const after = await health.report();
    expect(state()).toBe(up);
    expect(lines).toEqual([]);
    // It was asked all the time.
    expect((after?.counts.probes ?? 0) - (before?.counts.probes ?? 0)).toBeGreaterThanOrEqual(4);
  });

  it('drains, keeps the drain over a restart, and undrains', async () => {
    const { buffer, state } = table();
    health.configure(plan(), buffer, folder);
    const drain = { name: 'sip1.example.com', port: undefined, untilMs: undefined };
    expect(await health.drain(drain)).toMatchObject([{ target: 'sip1.example.com', port, ttlSeconds: 300 }]);
    expect(state()).toBe(drained);
    await health.stop();
    expect(JSON.parse(readFileSync(join(folder, 'health.json'), 'utf8')).drains).toEqual([
      { name: 'sip1.example.com' },
    ]);
    const next = table(2);
    expect(next.state()).toBe(up);
    health.configure(plan({ probe: 'none' }), next.buffer, folder);
    await vi.waitUntil(() => next.state() === drained, waiting);
    expect(await health.undrain('sip1.example.com', port)).toHaveLength(1);
    expect(next.state()).toBe(up);
    expect(await health.undrain('sip1.example.com', port)).toEqual([]);
  });

  it('runs no thread where there is nothing to ask, but for a drain', async () => {
    health.configure(plan({ probe: 'none' }), undefined, folder);
    expect(await health.report()).toBe(undefined);
    expect(await health.drain({ name: 'sip1.example.com', port: undefined, untilMs: undefined })).toHaveLength(1);
    expect((await health.report())?.targets).toMatchObject([{ state: 'disabled', drainedUntilMs: null }]);
    expect(existsSync(join(folder, 'health.json'))).toBe(true);
  });

  it('reports thousands of targets whole', async () => {
    const [one] = plan().targets;
    const targets = Array.from(
      { length: 1700 },
      (_, i) => ({ ...one, weight: i }) as HealthPlan['targets'][number],
    ).map((each, i) => ({ ...each, owner: wireNameFrom(`_sip._udp.z${i}.example.`), zone: `z${i}.example` }));
    health.configure({ ...emptyHealthPlan, targets }, undefined, undefined);
    const report = await health.report();
    expect(report?.targets.map(({ weight }) => weight)).toEqual(targets.map(({ weight }) => weight));
    expect(report?.endpoints).toBe(1);
    expect((await health.report('z7.example'))?.targets).toMatchObject([{ owner: '_sip._udp.z7.example' }]);
    expect((await health.report('z7.test'))?.targets).toEqual([]);
  });

  it('goes on when its thread has died', async () => {
    const { buffer, state } = table();
    health.configure(plan(), buffer, undefined);
    await health.firstRound;
    await setSilent(true);
    await vi.waitUntil(() => state() === down, waiting);
    await (health as unknown as { worker: Worker }).worker.terminate();
    await setSilent(false);
    await vi.waitUntil(() => state() === up, waiting);
    await setSilent(true);
    await vi.waitUntil(() => state() === down, waiting);
  });
});
