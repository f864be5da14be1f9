import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { keyText } from '../../../../src/control/health/state-subject.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { planHealth } from '../../../../src/control/steering/plan-health.ts';
import type { SrvOwner, SteeredZone } from '../../../../src/control/steering/steered-zone.ts';
import { Steerer } from '../../../../src/control/steering/steerer.ts';
import { askHost, askPolicy, askTarget, SteeringKey } from '../../../../src/plane/steering/steering-key.ts';
import { SrvOrder, TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { SteeringTable } from '../../../../src/plane/steering/steering-table.ts';
import { Class } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

const log = { event: () => undefined } as unknown as Log;
const key = new SteeringKey();
let sent: (SharedArrayBuffer | undefined)[];
let down: Set<string>;
let steerer: Steerer;
beforeEach(() => {
  sent = [];
  down = new Set();
  const states = { stateOf: (text: string) => (down.has(text) ? TargetState.down : TargetState.up) };
  steerer = new Steerer(log, (table) => sent.push(table), states);
});
afterEach(() => steerer.stop());

function configOf(settings: string): Config {
  const config = parseConfig(`zones: { a.test: { file: x, ${settings} } }\n`, 'r.yaml');
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  return config.value;
}

/** A configuration and what its zone has; then its targets are those. */
function serve(settings: string, ...owners: readonly SrvOwner[]): Config {
  const config = configOf(settings);
  steerer.configure(config.zones);
  steerer.steered([listed(owners)]);
  steerer.loaded();
  return config;
}

function listed(owners: readonly SrvOwner[]): SteeredZone {
  const id = { view: 0, class: Class.in, apex: wireNameFrom('a.test.') };
  const hosts = [...new Set(owners.flatMap(({ records }) => records.map(({ target }) => target)))].map((target) => ({
    target,
    owner: target,
    addresses: [{ octets: Uint8Array.of(192, 0, 2, 1), ttlSeconds: 60 }],
  }));
  return { id, title: 'a.test/IN', isSigned: false, isCut: false, owners, hosts };
}

function srv(owner: string, ...targets: readonly string[]): SrvOwner {
  const records = targets.map((target) => ({ priority: 1, weight: 2, port: 5060, target: wireNameFrom(target) }));
  return { owner: wireNameFrom(owner), ttlSeconds: 60, records };
}

const newest = () => new SteeringTable(sent.at(-1) as SharedArrayBuffer);

function entryOf(owner: string, target: string): number {
  askTarget(key, 0, wireNameFrom(owner), 0, wireNameFrom(target), 0, 5060);
  return newest().find(key);
}

const sip = srv('_sip._udp.a.test.', 's1.a.test.', 's2.a.test.');

test('without policies no table is made, and none is sent', () => {
  serve('watch: false', sip);
  expect(sent).toEqual([]);
  expect(steerer.newest.table).toBeUndefined();
});

test('policies of the zone and its owners, targets of what is under one', () => {
  serve('owners: { _sip._udp: { srv-order: shape } }', sip, srv('_sips._tcp.a.test.', 's1.a.test.'));
  askPolicy(key, 0, wireNameFrom('_SIP._udp.a.test.'));
  expect(newest().orderOf(newest().find(key))).toBe(SrvOrder.shape);
  askPolicy(key, 0, wireNameFrom('a.test.'));
  expect(newest().find(key)).toBe(0);
  expect(entryOf('_sip._udp.a.test.', 's1.a.test.')).toBeGreaterThan(0);
  expect(entryOf('_sips._tcp.a.test.', 's1.a.test.')).toBe(0);
  serve('watch: false', sip);
  expect(sent.at(-1)).toBeUndefined();
});

test('addresses are in the table where targets are probed', () => {
  const ask = () => askHost(key, 0, wireNameFrom('s1.a.test.'));
  serve('srv-order: cyclic', sip);
  ask();
  expect(newest().find(key)).toBe(0);
  serve('health: { interval: 5s }', sip);
  ask();
  expect(newest().find(key)).toBeGreaterThan(0);
});

test('a new table begins with the states that are known, and with another generation', () => {
  askTarget(key, 0, wireNameFrom('_sip._udp.a.test.'), 0, wireNameFrom('s2.a.test.'), 0, 5060);
  down.add(keyText(key));
  serve('health: { interval: 5s }', sip);
  const first = newest();
  expect(first.stateOf(entryOf('_sip._udp.a.test.', 's1.a.test.'))).toBe(TargetState.up);
  expect(first.stateOf(entryOf('_sip._udp.a.test.', 's2.a.test.'))).toBe(TargetState.down);
  first.publish();
  first.publish();
  serve('health: { interval: 6s }', sip);
  expect(newest().generation()).toBeGreaterThan(first.generation());
});

test('changes that come one behind the other make one table', async () => {
  serve('srv-order: cyclic', sip);
  const before = sent.length;
  for (let i = 0; i < 50; i++) steerer.steered([listed([srv(`_n${i}._udp.a.test.`, 's1.a.test.')])]);
  await expect.poll(() => sent.length).toBe(before + 1);
  expect(entryOf('_n49._udp.a.test.', 's1.a.test.')).toBeGreaterThan(0);
});

test('first choices are summed over tables; those of targets that went are forgotten', () => {
  const counts = () =>
    steerer.firstChoices.read().map(({ zone, owner, target, count }) => [zone, owner, target, count]);
  serve('srv-order: cyclic', sip);
  const old = newest();
  const entry = entryOf('_sip._udp.a.test.', 's2.a.test.');
  old.countFirstChoice(entry);
  old.countFirstChoice(entry);
  serve('srv-order: shape', sip);
  // A worker that has not taken the new table yet.
  old.countFirstChoice(entry);
  newest().countFirstChoice(entryOf('_sip._udp.a.test.', 's2.a.test.'));
  const expected = [
    ['a.test', '_sip._udp.a.test', 's1.a.test', 0],
    ['a.test', '_sip._udp.a.test', 's2.a.test', 4],
  ];
  expect(counts()).toEqual(expected);
  expect(counts()).toEqual(expected);
  serve('srv-order: shape', srv('_sip._udp.a.test.', 's1.a.test.'));
  expect(counts()).toEqual([['a.test', '_sip._udp.a.test', 's1.a.test', 0]]);
});

test('first choices are not kept of targets that come and go, though nobody reads them by name', () => {
  for (let i = 0; i < 20; i++) {
    const owner = `_n${i}._udp.a.test.`;
    serve('srv-order: cyclic', srv(owner, 's1.a.test.'));
    newest().countFirstChoice(entryOf(owner, 's1.a.test.'));
  }
  expect([...steerer.firstChoices.sumsByKey().values()]).toEqual([1]);
});

describe('the plan for health', () => {
  const planned = (settings: string, ...owners: readonly SrvOwner[]) => {
    const config = serve(settings, ...owners);
    return planHealth(steerer.newest.targets, config).targets.map(
      ({ transport, settings: { probe }, probeAt, addresses }) => ({
        transport,
        probe,
        probeAt: probeAt?.map(({ address }) => address),
        addresses,
      }),
    );
  };
  const addresses = ['192.0.2.1'];

  test('transport and probe by the labels of the owner', () => {
    const of = (owner: string) => planned('health: { interval: 5s }', srv(`${owner}.a.test.`, 's1.a.test.'))[0];
    expect(of('_sip._udp')).toEqual({ transport: 'udp', probe: 'sip-options', probeAt: undefined, addresses });
    expect(of('_sip._tcp')).toMatchObject({ transport: 'tcp', probe: 'sip-options' });
    expect(of('*._sips._tcp')).toMatchObject({ transport: 'tls', probe: 'sip-options' });
    expect(of('_turns._tcp')).toMatchObject({ transport: 'tls', probe: 'tcp-connect' });
    expect(of('_stun._udp')).toMatchObject({ probe: 'none' });
    expect(of('_sip._ws')).toMatchObject({ transport: 'tcp', probe: 'tcp-connect' });
  });

  test('without health nothing is probed, and what is named is probed elsewhere', () => {
    expect(planned('srv-order: shape', sip)[0]).toMatchObject({ probe: 'none', addresses: [] });
    const settings = 'health: { transport: tcp, address: { s1: 10.0.0.1 } }';
    expect(planned(settings, sip)).toEqual([
      { transport: 'tcp', probe: 'sip-options', probeAt: ['10.0.0.1'], addresses },
      { transport: 'tcp', probe: 'sip-options', probeAt: undefined, addresses },
    ]);
  });
});
