import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import type { PublishOrder } from '../../../../src/control/published/publish-messages.ts';
import { Publisher } from '../../../../src/control/published/publisher.ts';
import type { PlannedTarget } from '../../../../src/control/steering/steering-plan.ts';
import { defaultPolicy } from '../../../../src/control/steering/steering-settings.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { formatName, wireNameFrom } from '../../../../src/wire/name.ts';

let states: Map<string, TargetState>;
let firstRound: PromiseWithResolvers<void>;
let sent: PublishOrder[];
let publisher: Publisher;

beforeEach(() => {
  vi.useFakeTimers();
  states = new Map();
  sent = [];
  firstRound = Promise.withResolvers<void>();
  publisher = new Publisher((order) => sent.push(order), {
    stateOf: (text) => states.get(text) ?? TargetState.up,
    firstRound: firstRound.promise,
  });
});
afterEach(() => {
  publisher.stop();
  vi.useRealTimers();
});

function planned(zone: string, owner: string, target: string, isPublished = true): PlannedTarget {
  const health = { settings: defaultHealthSettings, transport: undefined, addresses: [], publish: isPublished };
  return {
    zone: { view: 0, class: 1, apex: wireNameFrom(`${zone}.`) },
    title: zone,
    owner: wireNameFrom(`${owner}.${zone}.`),
    target: wireNameFrom(`${target}.`),
    port: 5060,
    priority: 10,
    weight: 10,
    ttlSeconds: 60,
    keyText: `${zone} ${owner} ${target}`,
    transport: 'udp',
    policy: defaultPolicy,
    health,
    addressOwner: undefined,
    addresses: [],
  };
}

const targets = [
  planned('a.test', '_sip._udp', 'sip1'),
  planned('a.test', '_sip._udp', 'sip2'),
  planned('a.test', '_sip._tcp', 'sip1'),
  planned('b.test', '_sip._udp', 'sip1'),
  planned('c.test', '_sip._udp', 'sip1', false),
];

/** What was ordered since the last time. */
function told(): readonly string[] {
  return sent.splice(0).map(({ zone, wishes, isSettled }) => {
    const sets = wishes.map(
      ({ owner, targets: of }) =>
        `${formatName(owner).split('.', 2).join('.')}: ${of.map(({ target, state }) => formatName(target) + state).join(' ')}`,
    );
    return `${formatName(zone.apex)} ${isSettled ? 'settled' : 'beginning'} [${sets.join(', ')}]`;
  });
}

function set(state: TargetState, ...keys: readonly string[]): void {
  for (const key of keys) states.set(key, state);
  publisher.statesChanged(keys);
}

/** All of them judged. */
async function settle(): Promise<void> {
  publisher.configure(targets);
  await vi.advanceTimersByTimeAsync(100);
  firstRound.resolve();
  await vi.advanceTimersByTimeAsync(60_000);
  sent.length = 0;
}

it('says nothing is settled until each target has had the time to be found down again', async () => {
  publisher.configure(targets);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told()).toEqual(['a.test. beginning []', 'b.test. beginning []']);
  set(TargetState.down, 'b.test _sip._udp sip1');
  await vi.advanceTimersByTimeAsync(100);
  expect(told()).toEqual(['b.test. beginning [_sip._udp: sip1.1]']);
  firstRound.resolve();
  // Three failures: 1 s more than 3 × (2 s + 22 % of 5 s).
  await vi.advanceTimersByTimeAsync(10_200);
  expect(told()).toEqual([]);
  await vi.advanceTimersByTimeAsync(300);
  expect(told()).toEqual(['a.test. settled []', 'b.test. settled [_sip._udp: sip1.1]']);
});

it('gathers the changes of a moment, set by set, for each zone that is published', async () => {
  await settle();
  set(TargetState.down, 'a.test _sip._udp sip1');
  await vi.advanceTimersByTimeAsync(50);
  set(TargetState.drained, 'a.test _sip._tcp sip1', 'a.test _sip._udp sip2');
  set(TargetState.down, 'c.test _sip._udp sip1', 'unknown');
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(50);
  expect(told()).toEqual(['a.test. settled [_sip._udp: sip1.1 sip2.2, _sip._tcp: sip1.2]']);
  set(TargetState.down, 'a.test _sip._udp sip1');
  await vi.advanceTimersByTimeAsync(200);
  expect(told()).toEqual([]);
});

it('begins anew when health has forgotten what it knew', async () => {
  await settle();
  set(TargetState.down, 'b.test _sip._udp sip1');
  await vi.advanceTimersByTimeAsync(100);
  sent.length = 0;
  publisher.unsettle();
  states.clear();
  await vi.advanceTimersByTimeAsync(100);
  expect(told()).toEqual(['a.test. beginning []', 'b.test. beginning []']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told()).toEqual(['a.test. settled []', 'b.test. settled []']);
});

it('orders anew when the zones were loaded again, and forgets those that have gone', async () => {
  await settle();
  publisher.configure(targets.slice(0, 2));
  await vi.advanceTimersByTimeAsync(100);
  expect(told()).toEqual(['a.test. settled []']);
  expect(publisher.publications().map(({ zone }) => zone)).toEqual(['a.test']);
});

it('resolves when the loader has published what was known', async () => {
  await settle();
  expect(await publisher.settle('c.test')).toBeUndefined();
  set(TargetState.drained, 'a.test _sip._udp sip1');
  const settled = publisher.settle('a.test');
  const [order] = sent as [PublishOrder];
  expect(told()).toEqual(['a.test. settled [_sip._udp: sip1.2]']);
  const report = { zone: order.zone, serial: 7, degradedSets: 0, problem: undefined };
  publisher.publishedHealth({ ...report, order: order.order - 1 });
  publisher.publishedHealth({ ...report, order: order.order, serial: 8, degradedSets: 1 });
  expect(await settled).toMatchObject({ zone: 'a.test', serial: 8, degradedSets: 1 });
  expect(publisher.publications('a.test')).toMatchObject([{ serial: 8, problem: undefined }]);
  // Nothing new: at once.
  expect(await publisher.settle('a.test')).toMatchObject({ serial: 8 });
});

it('lets those go who wait for a zone that goes', async () => {
  await settle();
  set(TargetState.drained, 'a.test _sip._udp sip1');
  const settled = publisher.settle('a.test');
  publisher.configure(targets.slice(3));
  expect(await settled).toBeUndefined();
  publisher.stop();
  expect(await publisher.settle('b.test')).toBeUndefined();
});
