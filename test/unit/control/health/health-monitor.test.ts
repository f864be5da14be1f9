import { describe, expect, it } from 'vitest';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import type { TargetReport } from '../../../../src/control/health/health-report.ts';
import { askAddress, askTarget, SteeringKey } from '../../../../src/plane/steering/steering-key.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { SteeringBuilder, SteeringTable } from '../../../../src/plane/steering/steering-table.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { FakeWorld, planOf, silent, startWallMs, target } from './fake-world.ts';

const { up, down, drained } = TargetState;
const owner = wireNameFrom('_sip._udp.example.com.');
const sip1 = wireNameFrom('SIP1.example.com.');

function fillTarget(key: SteeringKey, name = sip1, port = 5060, ofOwner = owner): void {
  askTarget(key, 0, ofOwner, 0, name, 0, port);
}

function fillAddress(key: SteeringKey, octets: readonly number[]): void {
  askAddress(key, 0, sip1, 0, Uint8Array.from(octets), 0, octets.length);
}

/** A table with sip1's target and two addresses; and how to read it. */
function table() {
  const builder = new SteeringBuilder();
  const key = new SteeringKey();
  fillTarget(key);
  builder.addState(key, up);
  fillAddress(key, [192, 0, 2, 11]);
  builder.addState(key, up);
  fillAddress(key, [192, 0, 2, 12]);
  builder.addState(key, up);
  const buffer = builder.build(1);
  const reader = new SteeringTable(buffer);
  const stateOf = (fill: (key: SteeringKey) => void) => {
    fill(key);
    return reader.stateOf(reader.find(key));
  };
  return {
    buffer,
    reader,
    target: () => stateOf(fillTarget),
    address: (last: number) => stateOf((each) => fillAddress(each, [192, 0, 2, last])),
  };
}

const one = target('sip1.example.com', { addresses: ['192.0.2.11'] });
const two = target('sip1.example.com', { addresses: ['192.0.2.11', '192.0.2.12'] });

function only(world: FakeWorld): TargetReport {
  const targets = world.report();
  expect(targets).toHaveLength(1);
  return targets[0] as TargetReport;
}

describe('the monitor', () => {
  it('asks at once, and then each interval', async () => {
    const world = new FakeWorld();
    world.monitor.configure(planOf([one]), undefined);
    expect(only(world).state).toBe('trying');
    await world.pass(20_000);
    expect(world.probes.map(({ atMs }) => Math.round((atMs - 1_000_000) / 100) / 10)).toEqual([0, 5, 10, 15, 20]);
    expect(world.messages).toEqual([{ kind: 'firstRound' }]);
    expect(only(world)).toMatchObject({ state: 'active', share: 1, addresses: [{ last: '200 OK', latencyMs: 3 }] });
  });

  it('takes a target out in the table after three failures, the second and third asked for sooner, and back in', async () => {
    const world = new FakeWorld();
    const { buffer, reader, ...states } = table();
    world.monitor.configure(planOf([one]), buffer);
    await world.pass(1000);
    const generation = reader.generation();
    world.outcomes.set('192.0.2.11', silent);
    // The next probe at 5 s times out at 7 s; then two more, each at once since a fifth of the interval is over.
    await world.pass(9900);
    expect(states.target()).toBe(up);
    expect(only(world)).toMatchObject({ state: 'trying', addresses: [{ state: 'trying', failures: 2 }] });
    await world.pass(500);
    expect(states.target()).toBe(down);
    expect(states.address(11)).toBe(down);
    expect(reader.generation()).toBe(generation + 1);
    expect(only(world)).toMatchObject({ state: 'inactive', share: 1, addresses: [{ last: 'no reply within 2 s' }] });
    world.outcomes.delete('192.0.2.11');
    await world.pass(8000);
    expect(states.target()).toBe(up);
    expect(reader.isAllUp()).toBe(true);
    expect(world.lines).toEqual([
      'target sip1.example.com:5060/udp of _sip._udp.example.com is down: no reply within 2 s from 192.0.2.11, 3 times',
      'no target of _sip._udp.example.com is up: answers are as if all were',
      'target sip1.example.com:5060/udp of _sip._udp.example.com is up: reply 200 OK from 192.0.2.11 after 3 ms',
    ]);
    expect(world.hooked.map(({ before, state }) => [before, state])).toEqual([
      [up, down],
      [down, up],
    ]);
  });

  it('takes out one of two addresses, and the target with the second', async () => {
    const world = new FakeWorld();
    const { buffer, reader: _, ...states } = table();
    world.outcomes.set('192.0.2.11', silent);
    world.monitor.configure(planOf([two]), buffer);
    await world.pass(20_000);
    expect([states.target(), states.address(11), states.address(12)]).toEqual([up, down, up]);
    expect(world.lines).toEqual([
      'address 192.0.2.11 of target sip1.example.com:5060/udp is down: no reply within 2 s from 192.0.2.11, 3 times',
    ]);
    world.outcomes.set('192.0.2.12', silent);
    await world.pass(20_000);
    expect([states.target(), states.address(11), states.address(12)]).toEqual([down, down, down]);
  });

  it('judges no address by probes that go elsewhere', async () => {
    const world = new FakeWorld();
    const { buffer, reader: _, ...states } = table();
    world.outcomes.set('10.0.0.5', silent);
    world.monitor.configure(planOf([{ ...two, probeAt: [{ address: '10.0.0.5', port: 5080 }] }]), buffer);
    await world.pass(20_000);
    expect(world.probes.every(({ task }) => task.address === '10.0.0.5' && task.port === 5080)).toBe(true);
    expect([states.target(), states.address(11), states.address(12)]).toEqual([down, up, up]);
  });

  it('asks an address and port once for all zones, as often as the most eager wants, and tells of it in one line', async () => {
    const world = new FakeWorld();
    const eager = { ...defaultHealthSettings, intervalMs: 2000, timeoutMs: 1000, fall: 2 };
    const owners = Array.from({ length: 5 }, (_, i) => wireNameFrom(`_sip._udp.zone${i}.example.`));
    const targets = owners.map((each, i) => ({ ...one, owner: each, settings: i === 3 ? eager : one.settings }));
    world.monitor.configure(planOf(targets), undefined);
    await world.pass(9000);
    expect(world.probes).toHaveLength(5);
    world.outcomes.set('192.0.2.11', silent);
    await world.pass(30_000);
    const [line, ...others] = world.lines;
    expect(line).toMatch(
      /^target sip1\.example\.com:5060\/udp of _sip\._udp\.zone0\.example, .*zone1.*, .*zone2\.example and 2 more is down: .*, 3 times$/,
    );
    expect(others).toHaveLength(5);
  });

  it('sets its states in a new table', async () => {
    const world = new FakeWorld();
    world.outcomes.set('192.0.2.11', silent);
    world.monitor.configure(planOf([one]), table().buffer);
    await world.pass(20_000);
    const next = table();
    world.monitor.setTable(next.buffer);
    expect([next.target(), next.address(11), next.address(12)]).toEqual([down, down, up]);
    const generation = next.reader.generation();
    world.monitor.setTable(next.buffer);
    expect(next.reader.generation()).toBe(generation);
  });

  it('keeps verdicts over a new plan, and forgets those of targets that are gone', async () => {
    const world = new FakeWorld();
    world.outcomes.set('192.0.2.11', silent);
    world.monitor.configure(planOf([one]), undefined);
    await world.pass(20_000);
    const other = target('sip2.example.com', { addresses: ['192.0.2.12'] });
    const next = table();
    world.monitor.configure(planOf([one, other]), next.buffer);
    expect(next.target()).toBe(down);
    world.monitor.configure(planOf([other]), next.buffer);
    expect(next.target()).toBe(up);
    const before = world.probes.length;
    await world.pass(19_000);
    expect(world.probes.slice(before).every(({ task }) => task.address === '192.0.2.12')).toBe(true);
    expect(world.underWay).toBe(0);
  });

  it('drains at a 503, and asks again when Retry-After is over', async () => {
    const world = new FakeWorld();
    const { buffer, reader: _, ...states } = table();
    world.outcomes.set('192.0.2.11', { kind: 'draining', reply: '503 Stopping', latencyMs: 1, retryAfterSeconds: 60 });
    world.monitor.configure(planOf([one]), buffer);
    await world.pass(30_000);
    expect(states.target()).toBe(drained);
    expect(only(world).state).toBe('disabled');
    expect(world.probes).toHaveLength(1);
    world.outcomes.delete('192.0.2.11');
    await world.pass(40_000);
    expect(states.target()).toBe(up);
  });

  it("concludes nothing from a probe that was this server's own fault", async () => {
    const world = new FakeWorld();
    world.outcomes.set('192.0.2.11', { kind: 'none', reason: 'this server stood still for 5000 ms' });
    world.monitor.configure(planOf([one]), undefined);
    await world.pass(60_000);
    expect(world.lines).toEqual([]);
    expect(only(world)).toMatchObject({
      state: 'trying',
      addresses: [{ last: 'this server stood still for 5000 ms' }],
    });
    expect(world.monitor.totals().counts).toMatchObject({ failed: 0, alive: 0 });
  });

  it('is not moved by the time of day', async () => {
    const world = new FakeWorld();
    world.monitor.configure(planOf([one]), undefined);
    await world.pass(20_000);
    world.wallOffsetMs += 3_600_000;
    await world.pass(20_000);
    world.wallOffsetMs -= 36_000_000;
    await world.pass(20_000);
    expect(world.lines).toEqual([]);
    expect(world.probes).toHaveLength(13);
  });

  it('bounds how many probes begin in a second', async () => {
    const world = new FakeWorld();
    const targets = Array.from({ length: 1000 }, (_, i) =>
      target(`sip${i}.example.com`, { addresses: [`10.0.${i >> 8}.${i & 255}`] }),
    );
    world.monitor.configure(planOf(targets, { probesPerSecond: 500 }), undefined);
    await world.pass(1000);
    expect(world.probes.length).toBeGreaterThan(450);
    expect(world.probes.length).toBeLessThanOrEqual(550);
    expect(world.messages).toEqual([]);
    await world.pass(1500);
    expect(world.probes.length).toBe(1000);
    expect(world.messages).toEqual([{ kind: 'firstRound' }]);
  });
});

describe('a drain', () => {
  const other = target('sip2.example.com', { addresses: ['192.0.2.12'], weight: 3 });

  it('takes a target out until it is undrained', async () => {
    const world = new FakeWorld();
    const { buffer, reader: _, ...states } = table();
    world.monitor.configure(planOf([one, other]), buffer);
    await world.pass(1000);
    expect(world.report().map(({ share }) => share)).toEqual([0.25, 0.75]);
    const drain = { name: 'sip1.example.com', port: undefined, untilMs: undefined };
    expect(world.monitor.drain(drain)).toEqual([
      {
        zone: 'example.com',
        owner: '_sip._udp.example.com',
        target: 'sip1.example.com',
        port: 5060,
        ttlSeconds: 300,
        isPublished: false,
      },
    ]);
    expect(states.target()).toBe(drained);
    expect(states.address(11)).toBe(up);
    expect(world.report().map(({ share, state }) => [state, share])).toEqual([
      ['disabled', 0],
      ['active', 1],
    ]);
    await world.pass(20_000);
    expect(states.target()).toBe(drained);
    expect(world.monitor.undrain('sip1.example.com', undefined)).toHaveLength(1);
    expect(states.target()).toBe(up);
    expect(world.lines).toEqual([
      'target sip1.example.com:5060/udp of _sip._udp.example.com is drained: drained until it is undrained',
      'target sip1.example.com:5060/udp of _sip._udp.example.com is up: undrained',
    ]);
  });

  it('ends when its time is over', async () => {
    const world = new FakeWorld();
    world.monitor.configure(planOf([one, other]), undefined);
    const untilMs = startWallMs + 90_000;
    world.monitor.drain({ name: 'sip1.example.com', port: 5060, untilMs });
    await world.pass(89_000);
    expect(world.report()[0]).toMatchObject({ state: 'disabled', drainedUntilMs: untilMs });
    await world.pass(2000);
    expect(world.report()[0]).toMatchObject({ state: 'active' });
    expect(world.monitor.drains).toEqual([]);
    expect(world.lines.at(-1)).toBe(
      'target sip1.example.com:5060/udp of _sip._udp.example.com is up: its drain is over',
    );
  });

  it('ends alone where there is another for the same target', async () => {
    const world = new FakeWorld();
    world.monitor.configure(planOf([one, other]), undefined);
    world.monitor.drain({ name: 'sip1.example.com', port: 5060, untilMs: startWallMs + 60_000 });
    world.monitor.drain({ name: 'sip1.example.com', port: undefined, untilMs: undefined });
    await world.pass(90_000);
    expect(world.monitor.drains).toHaveLength(1);
    expect(world.report()[0]).toMatchObject({ state: 'disabled', drainedUntilMs: null });
    expect(world.monitor.undrain('sip1.example.com', 5060)).toHaveLength(1);
    expect(world.report()[0]).toMatchObject({ state: 'active' });
  });

  it('is of no target that there is not', () => {
    const world = new FakeWorld();
    world.monitor.configure(planOf([one]), undefined);
    expect(world.monitor.drain({ name: 'sip9.example.com', port: undefined, untilMs: undefined })).toEqual([]);
    expect(world.monitor.drain({ name: 'sip1.example.com', port: 5061, untilMs: undefined })).toEqual([]);
    expect(world.monitor.drains).toEqual([]);
  });

  it('works on a target that nobody asks', async () => {
    const world = new FakeWorld();
    const { buffer, reader: _, ...states } = table();
    world.monitor.configure(planOf([{ ...one, settings: { ...one.settings, probe: 'none' } }]), buffer);
    world.monitor.drain({ name: 'sip1.example.com', port: undefined, untilMs: undefined });
    await world.pass(20_000);
    expect(states.target()).toBe(drained);
    expect(world.probes).toEqual([]);
  });

  it('of an earlier run holds from the start', () => {
    const world = new FakeWorld();
    const { buffer, reader: _, ...states } = table();
    world.monitor.restoreDrains([{ name: 'sip1.example.com', port: undefined, untilMs: undefined }]);
    world.monitor.configure(planOf([one]), buffer);
    expect(states.target()).toBe(drained);
  });
});

describe('a target outside the served zones', () => {
  const outside = target('sip1.example.com');

  it('is looked up, and again when the TTL is over', async () => {
    const world = new FakeWorld();
    const asked: number[] = [];
    let addresses = ['192.0.2.11'];
    world.askAddresses = (name) => {
      expect(name).toBe('sip1.example.com');
      asked.push(world.nowMs - 1_000_000);
      return Promise.resolve({ addresses, ttlMs: 20_000 });
    };
    const { buffer, reader: _, ...states } = table();
    world.outcomes.set('192.0.2.11', silent);
    world.monitor.configure(planOf([outside]), buffer);
    await world.pass(19_000);
    expect(asked).toEqual([0]);
    expect([states.target(), states.address(11)]).toEqual([down, down]);
    addresses = ['192.0.2.12'];
    await world.pass(5000);
    expect(asked).toEqual([0, 20_000]);
    expect([states.target(), states.address(11), states.address(12)]).toEqual([up, up, up]);
    expect(world.probes.at(-1)?.task.address).toBe('192.0.2.12');
  });

  it('keeps its addresses when nobody answers', async () => {
    const world = new FakeWorld();
    let fails = false;
    world.askAddresses = () =>
      fails ? Promise.reject(new Error('timeout')) : Promise.resolve({ addresses: ['192.0.2.11'], ttlMs: 10_000 });
    world.monitor.configure(planOf([outside]), undefined);
    await world.pass(5000);
    fails = true;
    const before = world.probes.length;
    await world.pass(60_000);
    expect(world.probes.length).toBeGreaterThanOrEqual(before + 11);
  });

  it('counts as up while its addresses are not known', async () => {
    const world = new FakeWorld();
    const { buffer, reader: _, ...states } = table();
    world.monitor.configure(planOf([outside]), buffer);
    await world.pass(60_000);
    expect(states.target()).toBe(up);
    expect(world.probes).toEqual([]);
  });
});
