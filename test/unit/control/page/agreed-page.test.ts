/** What the page is told where servers agree on health, and where health is published. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { PeerReport } from '../../../../src/control/agreement/peer.ts';
import type { ZoneConfig } from '../../../../src/control/config/config.ts';
import type { AddressReport, TargetReport } from '../../../../src/control/health/health-report.ts';
import type { PageSource } from '../../../../src/control/page/page-source.ts';
import { StatusPage } from '../../../../src/control/page/status-page.ts';
import type { ShownPublication } from '../../../../src/control/published/publisher.ts';
import type { PageNow } from '../../../../src/page/page-data.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { zoneKeyText } from '../../../../src/store/image/zone-key.ts';
import { FakeSource, zoneOf } from '../http/fake-source.ts';
import { type SteeredRecord, steered } from './fake-steering.ts';

const peer: PeerReport = {
  peer: '192.0.2.2#53',
  isHeard: true,
  problem: undefined,
  heardMs: 5,
  asked: 9,
  failed: 1,
  opinions: 2,
};
const lost: PeerReport = { ...peer, peer: '192.0.2.3#53', isHeard: false, problem: 'timed out' };

const address: AddressReport = {
  address: '192.0.2.11',
  port: 5060,
  state: 'active',
  sinceMs: 5,
  last: '200 OK',
  latencyMs: 1.5,
  failures: 0,
  heldUntilMs: undefined,
};

const owner = '_sip._udp.a.test';

function record(target: string, state: TargetState = TargetState.up): SteeredRecord {
  return { owner, target, priority: 10, weight: 50, state };
}

function reportOf(target: string, more: Partial<TargetReport>): TargetReport {
  const of = { zone: 'a.test', owner, port: 5060, transport: 'udp', priority: 10, weight: 50, share: 0.5 };
  return { ...of, target, state: 'active', addresses: [address], ...more };
}

interface World {
  readonly records: readonly SteeredRecord[];
  readonly agree?: number;
  readonly isPublished?: boolean;
  readonly reports: readonly TargetReport[];
  readonly peers?: readonly PeerReport[];
  readonly published?: ShownPublication;
}

let http: Server | undefined;
afterEach(() => {
  http?.closeAllConnections();
  http?.close();
});

/** The page of a server that has one zone, `a.test`. */
function pageOf({ records, agree = 1, isPublished = false, reports, peers, published }: World): StatusPage {
  const fake = new FakeSource();
  const zone = zoneOf('a.test', {
    steering: isPublished
      ? ({ owners: [], health: { publish: true } } as unknown as ZoneConfig['steering'])
      : undefined,
  });
  fake.zones = [zone];
  fake.zoneFacts.published({ id: zone, serial: 7, records: 9, reason: 'load' });
  const { newest } = steered(records);
  const targets = newest.targets.map((planned) => ({
    ...planned,
    health: planned.health && {
      ...planned.health,
      publish: isPublished,
      settings: { ...planned.health.settings, agree },
    },
  }));
  const source: PageSource = {
    zoneFacts: fake.zoneFacts,
    recent: fake.recent,
    fetched: fake.fetched,
    readinessMemory: fake.readinessMemory,
    host: 'dns1',
    health: { report: async () => ({ counts: {} as never, endpoints: 1, underWay: 0, targets: reports }) },
    told: () => [],
    complain: (problem) => {
      throw new Error(problem);
    },
    state: () => fake.state(),
    counters: () => fake.counters(),
    config: () => fake.config(),
    secondaries: () => undefined,
    vitals: () => fake.vitals(),
    steering: () => ({ newest: { ...newest, targets }, firstChoices: { sumsByKey: () => new Map() } }),
    ...(peers === undefined ? {} : { peers: () => peers }),
    ...(published === undefined
      ? {}
      : { published: (key: string) => (key === zoneKeyText(zone) ? published : undefined) }),
  };
  return new StatusPage(source);
}

async function targetsOf(world: World) {
  const { lines } = await pageOf(world).listServices('', 0);
  return lines[0]?.targets ?? [];
}

/** What a browser is told first. */
async function nowOf(world: World): Promise<PageNow> {
  const page = pageOf(world);
  http = createServer((_, response) => page.open(response)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const response = await fetch(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const data = /event: now\ndata: (.*)\n\n/.exec(text)?.[1];
    if (data !== undefined) return JSON.parse(data) as PageNow;
  }
  throw new Error(`nothing: ${text}`);
}

const alone: World = {
  records: [record('sip1.a.test')],
  reports: [reportOf('sip1.a.test', {})],
};

/** This server sees it down, one peer up, the other isn't heard: it stays. */
const doubted: World = {
  records: [record('sip1.a.test'), record('sip2.a.test')],
  agree: 2,
  peers: [peer, lost],
  reports: [
    reportOf('sip1.a.test', {
      state: 'trying',
      addresses: [
        {
          ...address,
          state: 'inactive',
          last: 'no reply within 2 s',
          latencyMs: undefined,
          agreedState: 'trying',
          peers: [
            { peer: peer.peer, opinion: 'up' },
            { peer: lost.peer, opinion: null },
          ],
        },
      ],
    }),
    reportOf('sip2.a.test', {
      addresses: [{ ...address, agreedState: 'active', peers: [{ peer: peer.peer, opinion: null }] }],
    }),
  ],
};

test('nothing is told of what is not configured', async () => {
  const [target] = await targetsOf(alone);
  expect(Object.keys(target ?? {})).not.toEqual(expect.arrayContaining(['servers']));
  const { lines } = await pageOf(alone).listServices('', 0);
  expect(Object.keys(lines[0] ?? {})).not.toEqual(expect.arrayContaining(['published']));
  const now = await nowOf(alone);
  expect([now.peers, now.otherPeers, now.verdict.text]).toEqual([[], 0, 'The SIP server of 1 service answers.']);
  const { lines: zones } = await pageOf(alone).listZones('', 'name', 0);
  expect(Object.keys(zones[0] ?? {})).not.toEqual(expect.arrayContaining(['published']));
});

test('whom too few see down is named, and the page says so', async () => {
  const [first, second] = await targetsOf(doubted);
  expect(first).toMatchObject({
    state: 'doubted',
    sinceMs: 5,
    servers: {
      needed: 2,
      opinions: [{ opinion: 'down' }, { peer: peer.peer, opinion: 'up' }, { peer: lost.peer, opinion: 'silent' }],
    },
  });
  expect(second?.servers?.opinions).toEqual([{ opinion: 'up' }, { peer: peer.peer, opinion: 'none' }]);
  const { lines } = await pageOf(doubted).listServices('', 0);
  expect(lines[0]?.level).toBe('warning');
  const now = await nowOf(doubted);
  expect(now.targets).toMatchObject({ up: 1, doubted: 1, trying: 0, down: 0 });
  expect(now.verdict).toEqual({
    level: 'warning',
    title: 'Calls may fail at 1 target',
    text: 'Of 2 targets 1 answers, 1 is seen down by fewer servers than must agree, and still named: sip1.a.test:5060. Peer 192.0.2.3#53 (timed out) is not heard.',
  });
  expect(now.peers).toEqual([
    { peer: lost.peer, state: 'silent', heardMs: 5, problem: 'timed out', opinions: 2, drains: 0 },
    { peer: peer.peer, state: 'heard', heardMs: 5, opinions: 2, drains: 0 },
  ]);
});

test('who is out by the word of others is down, whatever this server sees, and since when is not known', async () => {
  const [target] = await targetsOf({
    ...doubted,
    records: [record('sip1.a.test', TargetState.down)],
    reports: [
      reportOf('sip1.a.test', {
        state: 'inactive',
        addresses: [{ ...address, agreedState: 'inactive', peers: [{ peer: peer.peer, opinion: 'down' }] }],
      }),
    ],
  });
  expect(target).toMatchObject({ state: 'down', servers: { opinions: [{ opinion: 'up' }, { opinion: 'down' }] } });
  expect(target?.sinceMs).toBeUndefined();
});

test('of several addresses each has its own', async () => {
  const peers = [{ peer: peer.peer, opinion: 'up' as const }];
  const [target] = await targetsOf({
    ...doubted,
    reports: [
      reportOf('sip1.a.test', {
        addresses: [
          { ...address, agreedState: 'active', peers },
          { ...address, address: '192.0.2.12', state: 'inactive', agreedState: 'trying', peers },
        ],
      }),
    ],
  });
  expect(target?.servers).toBeUndefined();
  expect(target).toMatchObject({
    state: 'up',
    addresses: [
      { state: 'up', servers: { opinions: [{ opinion: 'up' }, { opinion: 'up' }] } },
      { state: 'doubted', servers: { opinions: [{ opinion: 'down' }, { opinion: 'up' }] } },
    ],
  });
});

test.each<[string, Partial<PeerReport>, string | undefined]>([
  ['of a peer is told with its name', { drains: [{ name: 'sip1.a.test', port: undefined }] }, peer.peer],
  ['of that port', { drains: [{ name: 'sip1.a.test', port: 5060 }] }, peer.peer],
  ['of another port is not it', { drains: [{ name: 'sip1.a.test', port: 5061 }] }, undefined],
  ['that was ordered here has none', {}, undefined],
])('a drain %s', async (_, more, from) => {
  const [target] = await targetsOf({
    ...alone,
    records: [record('sip1.a.test', TargetState.drained)],
    peers: [lost, { ...peer, ...more }],
    reports: [reportOf('sip1.a.test', { state: 'disabled', drainedUntilMs: 99 })],
  });
  expect([target?.state, target?.drainedUntilMs, target?.drainedFrom]).toEqual(['drained', 99, from]);
  // The state of its address is older than the drain.
  expect(target?.sinceMs).toBeUndefined();
});

test('all drained: answers name them, and the page does not say that nobody is there', async () => {
  const now = await nowOf({
    ...alone,
    records: [record('sip1.a.test', TargetState.drained)],
    reports: [reportOf('sip1.a.test', { state: 'disabled', drainedUntilMs: null })],
  });
  expect(now.verdict).toMatchObject({ level: 'warning', title: 'Calls go to drained servers' });
});

test('peers: who answers and does not count says why, who has just been asked is no trouble, and many are few', async () => {
  const twin = { ...peer, isHeard: false };
  const fresh = { ...lost, problem: undefined, heardMs: undefined };
  const now = await nowOf({ ...alone, agree: 2, peers: [peer, fresh, twin] });
  expect(now.peers.map(({ state }) => state)).toEqual(['silent', 'asking', 'heard']);
  expect(now.peers[0]?.problem).toBe('another peer, or this server itself, is the same server');
  expect(now.verdict.level).toBe('good');
  http?.closeAllConnections();
  const many = await nowOf({ ...alone, peers: Array.from({ length: 20 }, () => peer) });
  expect([many.peers.length, many.otherPeers]).toEqual([16, 4]);
});

test('who has answered and then fails once is not one who has not been heard yet', async () => {
  const failed = {
    ...address,
    state: 'trying' as const,
    latencyMs: undefined,
    last: 'no reply within 2 s',
    failures: 1,
  };
  const reports = [reportOf('sip1.a.test', {})];
  const page = pageOf({ ...alone, reports });
  const stateNow = async () => (await page.listServices('', 0)).lines[0]?.targets[0]?.state;
  expect(await stateNow()).toBe('up');
  reports[0] = reportOf('sip1.a.test', { state: 'trying', addresses: [failed] });
  await expect
    .poll(async () => (await page.listServices('', 0)).lines[0]?.targets[0]?.last, { timeout: 10_000 })
    .toBe('no reply within 2 s');
  expect(await stateNow()).toBe('up');
  expect(await targetsOf({ ...alone, reports })).toMatchObject([{ state: 'trying' }]);
});

test.each<[string, ShownPublication | undefined, object, string]>([
  ['in effect', { degradedSets: 1, problem: undefined, sinceMs: 5, isSettled: true }, { sinceMs: 5, sets: 1 }, 'good'],
  [
    'of before the start',
    { degradedSets: 1, problem: undefined, sinceMs: 5, isSettled: false },
    { sinceMs: 5, sets: 1, isOld: true },
    'good',
  ],
  [
    'that can not be',
    { degradedSets: 0, problem: 'the zone is signed', sinceMs: 5, isSettled: true },
    { sinceMs: 5, sets: 0, problem: 'the zone is signed' },
    'warning',
  ],
  ['of which nothing is known', undefined, {}, 'good'],
])('published health %s is told of service and zone', async (_, published, expected, level) => {
  const page = pageOf({ ...alone, isPublished: true, ...(published === undefined ? {} : { published }) });
  const { lines: services } = await page.listServices('', 0);
  expect(services[0]?.published).toEqual(expected);
  const { lines: zones } = await page.listZones('', 'name', 0);
  expect(zones[0]).toMatchObject({ published: expected, level });
});
