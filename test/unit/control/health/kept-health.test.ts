import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HealthKeeper } from '../../../../src/control/health/health-keeper.ts';
import { nothingKept, readKeptHealth, writeKeptHealth } from '../../../../src/control/health/kept-health.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { FakeWorld, planOf, silent, startWallMs, target } from './fake-world.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'));
  path = join(folder, 'health.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const verdicts = new Map([['sip-options 192.0.2.11 5060 udp', { state: TargetState.down, sinceMs: 5, recoveries: 2 }]]);
const drains = [
  { name: 'sip1.example.com', port: 5060, untilMs: 2_000_000 },
  { name: 'sip2.example.com', port: undefined, untilMs: undefined },
];

const orders = [
  { kind: 'drain', name: 'sip1.example.com', port: 5060, untilMs: 2_000_000, stamp: 900_000 },
  { kind: 'undrain', name: 'sip3.example.com', port: undefined, untilMs: undefined, stamp: 800_000 },
] as const;

describe('what is kept', () => {
  it('is read as it was written, and nobody else may', () => {
    writeKeptHealth(path, { verdicts, drains, orders }, 1_000_000);
    expect(readKeptHealth(path, 1_000_000)).toEqual({ verdicts, drains, orders });
    expect(statSync(path).mode & 0o007).toBe(0);
    expect(readdirSync(folder)).toEqual(['health.json']);
  });

  it('has no verdicts that are a minute old, or from a time to come, and no drains that are over', () => {
    writeKeptHealth(path, { verdicts, drains, orders }, 1_000_000);
    expect(readKeptHealth(path, 1_059_999).verdicts.size).toBe(1);
    expect(readKeptHealth(path, 1_060_000)).toEqual({ verdicts: new Map(), drains, orders });
    expect(readKeptHealth(path, 999_999).verdicts.size).toBe(0);
    expect(readKeptHealth(path, 2_000_000).drains).toEqual([drains[1]]);
  });

  it.each([
    '',
    'null',
    '[]',
    '{"writtenMs":1000000',
    '{"writtenMs":"x","endpoints":[],"drains":{}}',
    '{"writtenMs":1000000,"endpoints":{"a":{"state":7,"sinceMs":1,"recoveries":0},"b":null,"c":{"state":1}},"drains":[1,{"name":5},{"name":"a","port":"x"}],"orders":[7,{"kind":"drain","name":"a"},{"kind":"other","name":"a","stamp":1}]}',
  ])('is nothing where the file makes no sense: %s', (text) => {
    writeFileSync(path, text);
    expect(readKeptHealth(path, 1_000_000)).toEqual(nothingKept);
  });

  it('is nothing where there is no file', () => {
    expect(readKeptHealth(path, 1_000_000)).toEqual(nothingKept);
  });
});

describe('the keeper', () => {
  const plan = planOf([target('sip1.example.com', { addresses: ['192.0.2.11'] })]);

  async function run(seconds: number, begin = 0): Promise<{ world: FakeWorld; troubles: string[] }> {
    const world = new FakeWorld();
    world.wallOffsetMs += begin;
    world.outcomes.set('192.0.2.11', silent);
    const troubles: string[] = [];
    const wallClock = () => world.nowMs + world.wallOffsetMs;
    const keeper = new HealthKeeper(path, world.timeline, wallClock, (message) => troubles.push(message));
    world.monitor.restoreDrains(keeper.kept.drains);
    world.monitor.configure(plan, undefined, (endpoint) => keeper.restore(endpoint));
    keeper.start(() => ({ endpoints: world.monitor.endpoints, drains: world.monitor.drains, orders: [] }));
    await world.pass(1000 * seconds);
    return { world, troubles };
  }

  it('brings a verdict over a restart', async () => {
    await run(41);
    expect(JSON.parse(readFileSync(path, 'utf8')).writtenMs).toBe(startWallMs + 40_000);
    const again = await run(0, 50_000);
    expect(again.world.report()).toMatchObject([
      { state: 'inactive', addresses: [{ state: 'inactive', sinceMs: expect.any(Number) }] },
    ]);
    expect(again.world.messages).toMatchObject([{ kind: 'changes', lines: [] }]);
    rmSync(path);
    expect((await run(0, 50_000)).world.report()).toMatchObject([{ state: 'trying' }]);
  });

  it('says once that it can not write', async () => {
    path = join(folder, 'missing', 'health.json');
    const { troubles } = await run(90);
    expect(troubles).toEqual([expect.stringMatching(/^verdicts are not kept: ENOENT/)]);
  });
});
