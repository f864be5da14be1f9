/** What the page reads of the parts that know: drains of peers, and since when something is published. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DrainOrders } from '../../../../src/control/agreement/drain-orders.ts';
import { drainedFrom } from '../../../../src/control/page/peer-lines.ts';
import { Publisher } from '../../../../src/control/published/publisher.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { zoneKeyText } from '../../../../src/store/image/zone-key.ts';
import { addressOf, Fleet } from '../agreement/fleet.ts';
import { startWallMs, target } from '../health/fake-world.ts';
import { steered } from './fake-steering.ts';

describe('drains that peers have told of', () => {
  const targets = [target('sip1.example.com', { addresses: ['192.0.2.1'] })];

  it('are told with the peer, not to the one that ordered them, and no more when they are over', async () => {
    const fleet = new Fleet(2);
    fleet.start(targets);
    await fleet.pass(3000);
    const [first, second] = fleet.nodes;
    const name = second?.report()[0]?.target ?? '';
    first?.drain(name, 60_000);
    await fleet.pass(3000);
    const fromFirst = () => drainedFrom(second?.agreement.reports() ?? [], name, 5060);
    expect(second?.report()[0]?.state).toBe('disabled');
    expect(fromFirst()).toBe(`${addressOf(0)}#53`);
    expect(second?.agreement.reports()).toMatchObject([{ drains: [{ name, port: undefined }] }]);
    // The second one repeats it: to the first it is its own all the same.
    expect(drainedFrom(first?.agreement.reports() ?? [], name, 5060)).toBeUndefined();
    await fleet.pass(60_000);
    expect(second?.report()[0]?.state).not.toBe('disabled');
    expect(fromFirst()).toBeUndefined();
  });

  it('are so after a restart', async () => {
    const fleet = new Fleet(2);
    fleet.start(targets);
    await fleet.pass(3000);
    const name = fleet.node(1).report()[0]?.target ?? '';
    fleet.node(0).drain(name);
    await fleet.pass(3000);
    const kept = JSON.parse(JSON.stringify(fleet.node(1).agreement.drainOrders));
    const again = fleet.restart(1, targets, kept);
    await fleet.pass(3000);
    expect(drainedFrom(again.agreement.reports(), name, 5060)).toBe(`${addressOf(0)}#53`);
  });

  it('are so many at most', () => {
    const orders = new DrainOrders();
    for (let at = 0; at < 3000; at++)
      orders.take(
        { kind: 'drain', name: `sip${at}.test`, port: undefined, untilMs: undefined, stamp: at, from: 'a#53' },
        startWallMs,
      );
    expect(orders.heardAt(startWallMs).get('a#53')).toHaveLength(1000);
  });
});

describe('what is published', () => {
  let publisher: Publisher;
  const { newest } = steered([
    { owner: '_sip._udp.a.test', target: 'sip1.a.test', priority: 1, weight: 1, state: TargetState.up },
  ]);
  const targets = newest.targets.map((planned) => ({
    ...planned,
    health: planned.health && { ...planned.health, publish: true },
  }));
  const [{ zone }] = targets as unknown as readonly [(typeof targets)[number]];
  const key = zoneKeyText(zone);
  const report = { zone, order: 1, serial: 7, degradedSets: 0, problem: undefined };

  beforeEach(() => {
    vi.useFakeTimers({ now: 1000 });
    publisher = new Publisher(() => undefined, {
      stateOf: () => TargetState.up,
      firstRound: Promise.resolve(),
    });
    publisher.configure(targets);
  });
  afterEach(() => {
    publisher.stop();
    vi.useRealTimers();
  });

  it('is found by its zone, and is of the time when it came to be so', () => {
    expect(publisher.find('other')).toBeUndefined();
    const unknown = { degradedSets: 0, problem: undefined, sinceMs: undefined, isSettled: false };
    expect(publisher.find(key)).toEqual(unknown);
    publisher.publishedHealth(report);
    vi.setSystemTime(5000);
    publisher.publishedHealth({ ...report, order: 2 });
    expect(publisher.find(key)).toEqual({ ...unknown, sinceMs: 1000 });
    publisher.publishedHealth({ ...report, order: 3, serial: 8, degradedSets: 1 });
    expect(publisher.find(key)).toEqual({ ...unknown, degradedSets: 1, sinceMs: 5000 });
    vi.setSystemTime(6000);
    publisher.publishedHealth({ ...report, order: 4, serial: 8, degradedSets: 1, problem: 'the disk is full' });
    expect(publisher.find(key)).toEqual({
      degradedSets: 1,
      problem: 'the disk is full',
      sinceMs: 6000,
      isSettled: false,
    });
  });

  it('is old until all have been judged since the start', async () => {
    await vi.advanceTimersByTimeAsync(60_000);
    expect(publisher.find(key)?.isSettled).toBe(true);
    publisher.unsettle();
    expect(publisher.find(key)?.isSettled).toBe(false);
  });
});
