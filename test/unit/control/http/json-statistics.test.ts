import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import type { ZoneConfig } from '../../../../src/control/config/config.ts';
import { jsonRoutes } from '../../../../src/control/http/json/json-routes.ts';
import type { SecondaryZone } from '../../../../src/control/secondary/secondary-zone.ts';
import { Counter } from '../../../../src/plane/counters.ts';
import { Class } from '../../../../src/wire/codes.ts';
import { FakeSource, viewOf, zoneOf } from './fake-source.ts';

let source: FakeSource;
beforeEach(() => {
  source = new FakeSource();
});

function read(path: string) {
  const body = new Map(jsonRoutes).get(path)?.body(source, new URLSearchParams()) ?? '';
  return JSON.parse(typeof body === 'string' ? body : [...(body as Iterable<string>)].join(''));
}

function publish(zone: ZoneConfig, serial: number, reason: 'load' | 'update' = 'load'): void {
  source.zoneFacts.published({ id: zone, serial, reason });
}

test.each(['/json/v1/status', '/json/v1/'])('the head: %s', (path) => {
  expect(read(path)).toEqual({
    'json-stats-version': '1.7',
    'boot-time': '2026-01-02T03:04:05.678Z',
    'config-time': '2026-01-02T03:04:06.000Z',
    'current-time': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    version: 'Ringzone 9.9.9',
  });
});

test('messages: opcodes and RCODEs all, the rest where there was something, and nothing of our own', () => {
  const { counts } = source;
  counts.addOpcode(0);
  counts.addRcode(16);
  counts.addRcode(4000);
  for (const type of [0, 1, 256, 65_535]) counts.addQtype(type);
  for (const counter of [Counter.QrySuccess, Counter.SOAOutv6, Counter.malformed, Counter.tcpAccepted])
    counts.add(counter);
  const { opcodes, rcodes, qtypes, nsstats, zonestats } = read('/json/v1/server');
  expect([Object.keys(opcodes).length, Object.keys(rcodes).length]).toEqual([16, 24]);
  expect([opcodes.QUERY, rcodes.BADVERS, rcodes.BADCOOKIE, rcodes['17']]).toEqual([1, 1, 1, 0]);
  expect(qtypes).toEqual({ A: 1, Others: 3 });
  expect(nsstats).toEqual({ QrySuccess: 1 });
  expect(zonestats).toEqual({ SOAOutv6: 1 });
});

test('what bind_exporter reads of a view', () => {
  const { views } = read('/json/v1/server');
  expect(Object.keys(views)).toEqual(['_default', '_bind']);
  expect(views._default.resolver).toMatchObject({ cache: {}, qtypes: {}, stats: {} });
});

test('a zone that is loaded, one that is not, and what an update changes', () => {
  const [loaded, refused] = [zoneOf('a.test'), zoneOf('b.test', { class: Class.ch })];
  source.zones = [loaded, refused];
  publish(loaded, 7);
  const [first, second] = read('/json/v1/zones').views._default.zones;
  expect(first).toEqual({
    name: 'a.test',
    class: 'IN',
    serial: 7,
    type: 'primary',
    loaded: expect.stringMatching(/^20\d\d-.*:\d\dZ$/),
  });
  expect(second).toEqual({ name: 'b.test', class: 'CH', type: 'primary', loaded: '1970-01-01T00:00:00Z' });
  const before = source.zoneFacts.find(loaded)?.loadedAtMs;
  publish(loaded, 4_294_967_295, 'update');
  expect(source.zoneFacts.find(loaded)).toMatchObject({ serial: 4_294_967_295, loadedAtMs: before });
});

test('a secondary, and one that has expired', () => {
  const zone = zoneOf('s.test', { type: 'secondary' });
  source.zones = [zone];
  publish(zone, 9);
  const expiresAt = Date.UTC(2030, 0, 1) / 1000;
  const known = { expiresAt, isExpired: false, isBusy: false, refreshDueMs: performance.now() + 86_400_000 };
  source.found = known as SecondaryZone;
  const [served] = read('/json/v1/zones').views._default.zones;
  expect(served).toMatchObject({ serial: 9, type: 'secondary', expires: '2030-01-01T00:00:00Z' });
  expect(Date.parse(served.refresh) - Date.now()).toBeGreaterThan(86_000_000);
  source.found = { ...known, isExpired: true } as SecondaryZone;
  const [expired] = read('/json/v1/zones').views._default.zones;
  expect(expired).toMatchObject({ loaded: '1970-01-01T00:00:00Z', expires: '1970-01-01T00:00:00Z' });
  expect(expired).not.toHaveProperty('serial');
});

test('each view has its own zones; a name in two views is two zones', () => {
  source.views = [viewOf(1, 'inside'), viewOf(2, 'out"side')];
  const inside = zoneOf('a.test', { view: 1, viewName: 'inside' });
  const outside = zoneOf('a.test', { view: 2, viewName: 'out"side' });
  source.zones = [inside, outside, zoneOf('b.test', { view: 2 })];
  publish(inside, 1);
  publish(outside, 2);
  const { views } = read('/json/v1/zones');
  expect(Object.keys(views)).toEqual(['inside', 'out"side', '_bind']);
  expect(views.inside.zones.map(({ serial }: { serial: number }) => serial)).toEqual([1]);
  expect(views['out"side'].zones.map(({ name }: { name: string }) => name)).toEqual(['a.test', 'b.test']);
  const all = read('/json/v1').views.inside;
  expect([all.zones.length, typeof all.resolver]).toEqual([1, 'object']);
});

test('all of it has two names, as with BIND', () => {
  expect(Object.keys(read('/json'))).toEqual(Object.keys(read('/json/v1')));
});

test('zones that are gone are forgotten', () => {
  const [one, other] = [zoneOf('a.test'), zoneOf('b.test')];
  publish(one, 1);
  publish(other, 2);
  source.zoneFacts.keep([other]);
  expect([source.zoneFacts.find(one), source.zoneFacts.find(other)?.serial]).toEqual([undefined, 2]);
});

test('sockets, by family', () => {
  source.counts.addCount(Counter.TCP4Accept, 5);
  source.counts.addCount(Counter.TCP4Close, 3);
  expect(read('/json/v1/net').sockstats).toEqual({
    UDP4Open: 2,
    UDP4Active: 2,
    TCP4Open: 1,
    TCP4Close: 3,
    TCP4Accept: 5,
    TCP4Active: 3,
    UDP6Open: 2,
    UDP6Active: 2,
    TCP6Open: 1,
    TCP6Active: 1,
  });
});

test('sizes, the last bucket open', () => {
  source.counts.addRequestSize(0, 4, 40);
  source.counts.addRequestSize(0, 4, 600);
  source.counts.addResponseSize(1, 6, 5000);
  expect(read('/json/v1/traffic').traffic).toMatchObject({
    'dns-udp-requests-sizes-received-ipv4': { '32-47': 1, '288+': 1 },
    'dns-udp-responses-sizes-sent-ipv4': {},
    'dns-tcp-responses-sizes-sent-ipv6': { '4096+': 1 },
  });
});

test('memory and threads are whole numbers', () => {
  const { memory } = read('/json/v1/mem');
  for (const name of ['TotalUse', 'InUse', 'Malloced', 'ContextSize', 'Lost']) {
    expect(Number.isInteger(memory[name]), name).toBe(true);
  }
  expect(memory.contexts[1]).toMatchObject({ name: 'zones', inuse: 1_000_000 });
  expect(read('/json/v1/tasks').taskmgr).toMatchObject({ 'worker-threads': 3, 'tasks-running': 0 });
});

test('ten thousand zones come in parts, none of which takes long', async () => {
  source.zones = Array.from({ length: 10_000 }, (_, i) => zoneOf(`z${i}.test`));
  for (const zone of source.zones) publish(zone, 1);
  const body = new Map(jsonRoutes).get('/json/v1/zones')?.body(source, new URLSearchParams()) as Iterable<string>;
  let parts = 0;
  let text = '';
  for (const part of body) {
    parts++;
    text += part;
    if (parts % 1000 === 0) await nextTurn();
  }
  expect(parts).toBeGreaterThan(10_000);
  expect(JSON.parse(text).views._default.zones).toHaveLength(10_000);
});
