import { describe, expect, it } from 'vitest';
import { Endpoint, endpointKey } from '../../../../src/control/health/endpoint.ts';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { alive, silent, target } from '../health/fake-world.ts';
import { Fleet, peerOf } from './fleet.ts';

const sip = '192.0.2.11';
const settings = { ...defaultHealthSettings, agree: 2 };
const targets = [target('sip1.example.com', { addresses: [sip], settings })];
/** Three failures, the second and third asked for sooner. */
const verdictMs = 5000 + 3 * 2000 + 100;
/** From the verdict that was missing to all servers. */
const spreadMs = 200;

/** Three servers that have seen the target up and heard each other. */
async function fleetOf(size = 3): Promise<Fleet> {
  const fleet = new Fleet(size);
  fleet.start(targets);
  await fleet.pass(1000);
  expect(fleet.states).toEqual(Array(size).fill('active'));
  return fleet;
}

function seesDown(fleet: Fleet, ...numbers: readonly number[]): void {
  for (const number of numbers) fleet.node(number).outcomes.set(sip, silent);
}

describe('three servers of which two must agree', () => {
  it('keep a target that one of them sees down', async () => {
    const fleet = await fleetOf();
    seesDown(fleet, 0);
    await fleet.pass(60_000);
    expect(fleet.states).toEqual(['trying', 'active', 'active']);
    expect(fleet.node(0).report()).toMatchObject([
      {
        addresses: [
          {
            state: 'inactive',
            agreedState: 'trying',
            peers: [
              { peer: '192.0.2.102#53', opinion: 'up' },
              { peer: '192.0.2.103#53', opinion: 'up' },
            ],
          },
        ],
      },
    ]);
    expect(fleet.node(1).report()[0]?.addresses[0]?.peers?.[0]).toEqual({ peer: '192.0.2.101#53', opinion: 'down' });
    expect(fleet.node(0).lines).toContain(
      `address ${sip} of target sip1.example.com:5060/udp is down as seen from here: no reply within 2 s from ${sip}, 3 times; seen down by 1 of 3 servers, 2 must agree`,
    );
    expect(fleet.node(1).lines.filter((line) => line.includes('down'))).toEqual([]);
  });

  it('take one out that two of them see down, also where it is seen up, and at once', async () => {
    const fleet = await fleetOf();
    seesDown(fleet, 0, 1);
    await fleet.pass(verdictMs + spreadMs);
    expect(fleet.states).toEqual(['inactive', 'inactive', 'inactive']);
    expect(fleet.node(2).lines).toContain(
      `target sip1.example.com:5060/udp of _sip._udp.example.com is down: ${sip} is seen down by 2 of 3 servers, 2 must agree`,
    );
  });

  it('have it back as soon as one of the two sees it up', async () => {
    const fleet = await fleetOf();
    seesDown(fleet, 0, 1);
    await fleet.pass(30_000);
    fleet.node(0).outcomes.set(sip, alive);
    await fleet.pass(5000 + 2500 + 1000);
    expect(fleet.states).toEqual(['active', 'trying', 'active']);
    expect(fleet.node(2).lines.at(-1)).toMatch(/is up: 192\.0\.2\.11 is seen down by 1 of 3 servers, 2 must agree$/);
  });

  it('take nothing out where two are cut off from each other', async () => {
    const fleet = await fleetOf();
    fleet.cut(0, 1);
    fleet.cut(0, 2);
    await fleet.pass(13_000);
    expect(
      fleet
        .node(0)
        .agreement.reports()
        .map(({ isHeard }) => isHeard),
    ).toEqual([false, false]);
    expect(
      fleet
        .node(1)
        .agreement.reports()
        .map(({ isHeard }) => isHeard),
    ).toEqual([false, true]);
    seesDown(fleet, 0);
    await fleet.pass(60_000);
    expect(fleet.states).toEqual(['trying', 'active', 'active']);
    expect(fleet.node(0).lines).toContain('peer 192.0.2.102#53 is not heard (timed out): its opinions do not count');
    fleet.mend();
    await fleet.pass(3000);
    expect(
      fleet
        .node(0)
        .agreement.reports()
        .map(({ isHeard }) => isHeard),
    ).toEqual([true, true]);
    expect(fleet.node(0).lines.filter((line) => line === 'peer 192.0.2.102#53 is heard')).toHaveLength(2);
  });

  it('let a target in again that is out when opinions are missing', async () => {
    const fleet = await fleetOf();
    seesDown(fleet, 0, 1);
    await fleet.pass(30_000);
    fleet.cut(0, 1);
    fleet.cut(1, 2);
    await fleet.pass(13_000);
    // The third one hears but one of the two.
    expect(fleet.states).toEqual(['trying', 'trying', 'active']);
    fleet.mend();
    await fleet.pass(3000);
    expect(fleet.states).toEqual(['inactive', 'inactive', 'inactive']);
  });

  it('do not come and go with a peer that does', async () => {
    const fleet = await fleetOf();
    seesDown(fleet, 0, 1);
    await fleet.pass(30_000);
    const states: string[] = [];
    for (let i = 0; i < 12; i++) {
      fleet.cut(1, 2);
      await fleet.pass(13_000);
      states.push(fleet.states[2] as string);
      fleet.mend();
      await fleet.pass(5000);
      states.push(fleet.states[2] as string);
    }
    // In again with the first loss, out when it is back; with the second loss in, and that remains.
    expect(states.slice(0, 3)).toEqual(['active', 'inactive', 'active']);
    expect(new Set(states.slice(3))).toEqual(new Set(['active']));
    expect(fleet.node(2).agreement.reports()[1]).toMatchObject({
      isHeard: false,
      problem: expect.stringMatching(/^was lost 2 times/),
    });
    await fleet.pass(62_000);
    expect(fleet.states[2]).toBe('inactive');
  });

  it('drain as the SIP server itself asks for when two have heard it', async () => {
    const fleet = await fleetOf();
    const draining = { kind: 'draining', reply: '503 x', latencyMs: 1, retryAfterSeconds: undefined } as const;
    fleet.node(0).outcomes.set(sip, draining);
    await fleet.pass(5500);
    expect(fleet.states).toEqual(['trying', 'active', 'active']);
    fleet.node(2).outcomes.set(sip, draining);
    await fleet.pass(5500);
    expect(fleet.states).toEqual(['disabled', 'disabled', 'disabled']);
  });

  it('forget what a server has said that is another process now', async () => {
    const fleet = await fleetOf();
    seesDown(fleet, 0, 1);
    await fleet.pass(30_000);
    fleet.node(1).kill();
    await fleet.pass(2000);
    // Its opinion is still fresh.
    expect(fleet.states[2]).toBe('inactive');
    fleet.restart(1, targets, []);
    await fleet.pass(2000);
    expect(fleet.states).toEqual(['trying', 'active', 'active']);
  });

  it('hear one that begins later', async () => {
    const fleet = new Fleet(3);
    fleet.node(2).isDead = true;
    fleet.start(targets);
    await fleet.pass(30_000);
    expect(fleet.node(0).lines).toContain('peer 192.0.2.103#53 is not heard (timed out): its opinions do not count');
    fleet.restart(2, targets, []);
    await fleet.pass(3000);
    expect(fleet.node(0).lines).toContain('peer 192.0.2.103#53 is heard');
    expect(fleet.nodes.map((node) => node.agreement.reports().map(({ isHeard }) => isHeard))).toEqual(
      Array(3).fill([true, true]),
    );
  });

  it('ask little while nothing happens', async () => {
    const fleet = await fleetOf();
    const before = fleet.questions;
    await fleet.pass(60_000);
    expect((fleet.questions - before) / 6 / 60).toBeLessThan(1.1);
  });

  it('believe no end of an opinion that they notice late', async () => {
    const fleet = await fleetOf();
    seesDown(fleet, 0, 1);
    await fleet.pass(30_000);
    // All threads of all servers stand still.
    fleet.nowMs += 40_000;
    await fleet.pass(0);
    expect(fleet.states).toEqual(['inactive', 'inactive', 'inactive']);
    await fleet.pass(5000);
    expect(fleet.states).toEqual(['inactive', 'inactive', 'inactive']);
    expect(fleet.node(2).lines.filter((line) => line.includes('not heard'))).toEqual([]);
  });
});

describe('a server', () => {
  it('has no opinion twice, however it is named', async () => {
    const fleet = new Fleet(2);
    // Both peers are the second server, and the first is its own.
    fleet.node(0).start(targets, [peerOf(1), peerOf(0)]);
    fleet.node(1).start(targets, [peerOf(0)]);
    await fleet.pass(2000);
    seesDown(fleet, 0);
    await fleet.pass(30_000);
    expect(fleet.states).toEqual(['trying', 'active']);
    expect(fleet.node(0).lines).toContain('peer 192.0.2.101#53 is this server itself: it has no opinion of its own');
  });

  it('tells of all that it asks in parts where that is long', async () => {
    const fleet = new Fleet(2);
    const [one, two] = [fleet.node(0), fleet.node(1)];
    const endpoints = Array.from({ length: 10_000 }, (_, i) => {
      const task = {
        address: `10.0.${i >> 8}.${i & 255}`,
        port: 5060,
        transport: 'udp',
        serverName: '',
        settings,
      } as const;
      const endpoint = new Endpoint(endpointKey(task), task, 0);
      for (let failure = 0; failure < 3; failure++) endpoint.verdict.take('failed', failure, settings);
      return endpoint;
    });
    for (const endpoint of endpoints) one.agreement.note(endpoint);
    one.start([], [peerOf(1)]);
    two.start([], [peerOf(0)]);
    await fleet.pass(500);
    expect(two.agreement.reports()).toMatchObject([{ isHeard: true, opinions: 10_000, failed: 0 }]);
    expect(fleet.questions).toBeLessThan(20);
    const [first] = endpoints as [Endpoint];
    expect(two.agreement.stateOf(first, 2)).toBe(TargetState.down);
    expect(two.agreement.stateOf(first, 3)).toBe(TargetState.up);
  });
});

describe('drains', () => {
  const name = 'sip1.example.com';

  it('are passed on with their end, and so is an undrain', async () => {
    const fleet = await fleetOf();
    fleet.node(0).drain(name, 60_000);
    await fleet.pass(spreadMs);
    expect(fleet.states).toEqual(['disabled', 'disabled', 'disabled']);
    expect(fleet.node(2).lines.at(-2)).toMatch(
      /^target sip1\.example\.com:5060\/udp of _sip\._udp\.example\.com is drained: drained for 60 s by peer 192\.0\.2\.10[12]#53$/,
    );
    fleet.node(1).undrain(name);
    await fleet.pass(spreadMs);
    expect(fleet.states).toEqual(['active', 'active', 'active']);
    fleet.node(1).drain(name, 60_000);
    await fleet.pass(59_000);
    expect(fleet.states).toEqual(['disabled', 'disabled', 'disabled']);
    await fleet.pass(2500);
    expect(fleet.states).toEqual(['active', 'active', 'active']);
  });

  it('reach a server that was away, from any other, and are ended there too', async () => {
    const fleet = await fleetOf();
    fleet.node(2).kill();
    fleet.node(0).drain(name);
    await fleet.pass(spreadMs);
    fleet.node(0).kill();
    fleet.restart(2, targets, []);
    await fleet.pass(1000);
    expect(fleet.states.slice(1)).toEqual(['disabled', 'disabled']);
    const kept = fleet.node(2).agreement.drainOrders;
    fleet.node(2).kill();
    fleet.node(1).undrain(name);
    await fleet.pass(60_000);
    fleet.restart(2, targets, kept);
    expect(fleet.states[2]).toBe('disabled');
    await fleet.pass(1000);
    expect(fleet.states.slice(1)).toEqual(['active', 'active']);
  });

  it('hold by the later order, whatever the clocks say of orders that knew each other', async () => {
    const fleet = await fleetOf();
    fleet.node(0).wallOffsetMs += 200_000;
    fleet.node(0).drain(name);
    await fleet.pass(spreadMs);
    // Its clock is 200 s behind, and yet it speaks later.
    fleet.node(1).undrain(name);
    await fleet.pass(spreadMs);
    expect(fleet.states).toEqual(['active', 'active', 'active']);
  });

  it('of servers that did not hear each other come together by their times', async () => {
    const fleet = await fleetOf(2);
    fleet.cut(0, 1);
    fleet.node(0).drain(name);
    await fleet.pass(10_000);
    fleet.node(1).drain(name, 3_600_000);
    fleet.node(1).undrain(name);
    await fleet.pass(1000);
    expect(fleet.states).toEqual(['disabled', 'active']);
    fleet.mend();
    await fleet.pass(2000);
    expect(fleet.states).toEqual(['active', 'active']);
  });

  it('end after as long as was said, also by a clock that is wrong', async () => {
    const fleet = await fleetOf(2);
    fleet.node(1).wallOffsetMs += 250_000;
    fleet.node(0).drain(name, 30_000);
    await fleet.pass(29_000);
    expect(fleet.states).toEqual(['disabled', 'disabled']);
    await fleet.pass(3000);
    expect(fleet.states).toEqual(['active', 'active']);
  });
});
