/** The page over HTTP: its lists, what it tells as it happens, and to whom. */
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isOwnHost } from '../../../../src/control/http/host-check.ts';
import { HttpServer } from '../../../../src/control/http/http-server.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { maxViewers } from '../../../../src/control/page/live-feed.ts';
import { pageRoutes } from '../../../../src/control/page/page-routes.ts';
import type { ListPart, PageNow, ServiceLine, ZoneLine } from '../../../../src/page/page-data.ts';
import { Counter } from '../../../../src/plane/counters.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { zoneKeyText } from '../../../../src/store/image/zone-key.ts';
import { FakeSource, zoneOf } from '../http/fake-source.ts';
import { secondaryOf } from '../metrics/scraped.ts';
import { steered } from './fake-steering.ts';

const log = { notice: () => undefined, warning: () => undefined, error: () => undefined } as unknown as Log;

let source: FakeSource;
let server: HttpServer;
let port = 0;
const requests: ClientRequest[] = [];

beforeEach(async () => {
  source = new FakeSource();
  server = new HttpServer(new Map(pageRoutes), source, log);
  const opened = await server.open({ address: { family: 4, address: '127.0.0.1', port: 0 }, allow: 0 });
  if (!opened.ok) throw new Error(opened.error.message);
  port = opened.value.port;
  source.page.start();
});
afterEach(async () => {
  for (const one of requests.splice(0)) one.destroy();
  await server.close();
});

async function get<Data>(path: string): Promise<Data> {
  return (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as Data;
}

async function open(path: string, headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
  const asked = request({ host: '127.0.0.1', port, path, headers });
  requests.push(asked);
  asked.on('error', () => undefined);
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

/** The data of the first event of this name that is `meant`. */
async function eventOf<Data>(
  response: IncomingMessage,
  name: string,
  isMeant: (data: Data) => boolean = () => true,
): Promise<Data> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, found, json] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
      if (found !== name) continue;
      const data = JSON.parse(json as string) as Data;
      if (isMeant(data)) return data;
    }
  }
  throw new Error(`no ${name}`);
}

describe('live', () => {
  test('tells of this moment at once, and of the log as it comes', async () => {
    source.zones = [zoneOf('a.test')];
    source.recent.take({ category: 'general', severity: 'error', message: 'before', timeMs: 1 });
    const response = await open('/page/live');
    expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const recent = await eventOf<Record<string, { text: string }[]>>(response, 'recent');
    expect(recent.errors).toMatchObject([{ text: 'before' }]);
    const other = await open('/page/live');
    const now = await eventOf<PageNow>(other, 'now');
    expect(now).toMatchObject({
      verdict: { level: 'bad', text: 'Not ready: none of 1 zones is served.' },
      server: { host: 'dns1', isReady: false, udpWorkers: 2, replacements: 4 },
      zones: { total: 1, served: 0 },
      services: 0,
    });
    const third = await open('/page/live');
    const heard = eventOf<Record<string, { text: string }[]>>(
      third,
      'recent',
      (data) => data.transitions?.length === 1,
    );
    source.recent.take({ category: 'health', severity: 'warning', message: 'target a is down: x', timeMs: 2 });
    expect((await heard).transitions).toMatchObject([{ text: 'target a is down: x', level: 'bad' }]);
  });

  test('counts who was refused', async () => {
    for (let i = 0; i < 3; i++) source.counts.add(Counter.XfrRej);
    const now = await eventOf<PageNow>(await open('/page/live'), 'now');
    expect(now.refusals).toEqual([{ what: 'transfers', total: 3, lately: 3 }]);
  });

  test('a bug is told in the log, once, and ends nothing', async () => {
    source.vitals = () => {
      throw new Error('a bug');
    };
    const response = await open('/page/live');
    response.resume();
    await expect.poll(() => source.complaints, { timeout: 10_000 }).toEqual([expect.stringContaining('a bug')]);
    source.recent.take({ category: 'health', severity: 'warning', message: 'target a is down: x', timeMs: 2 });
    delete (source as Partial<FakeSource>).vitals;
    expect(await eventOf<PageNow>(await open('/page/live'), 'now')).toMatchObject({ services: 0 });
    expect(source.complaints).toHaveLength(1);
  });

  test('is for so many at once', async () => {
    const responses = await Promise.all(Array.from({ length: maxViewers }, () => open('/page/live')));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: maxViewers }, () => 200));
    const refused = await open('/page/live');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '10']);
    requests[0]?.destroy();
    await expect.poll(async () => (await open('/page/live')).statusCode, { timeout: 10_000 }).toBe(200);
  });

  test('who does not read is left out, and told from the beginning when it does', async () => {
    const slow = await open('/page/live');
    slow.pause();
    const message = 'x'.repeat(390);
    const take = (timeMs: number) =>
      source.recent.take({ category: 'general', severity: 'error', message: `${timeMs} ${message}`, timeMs });
    for (let i = 0; i < 30; i++) take(i);
    // 12,000 octets each time: a few hundred of them are more than system and backlog take.
    const quick = await open('/page/live');
    let heard = 0;
    quick.on('data', (chunk) => {
      heard += chunk.length;
    });
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 10; i++) {
      take(100 + i);
      await expect.poll(() => heard, { timeout: 10_000 }).toBeGreaterThan(12_000 * i);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    const found = await eventOf<Record<string, { atMs: number }[]>>(
      slow,
      'recent',
      (data) => data.errors?.[0]?.atMs === 109,
    );
    expect(found.errors).toHaveLength(30);
  });

  test('ends with the server', async () => {
    const response = await open('/page/live');
    response.resume();
    response.on('error', () => undefined);
    const ended = new Promise((resolve) => response.once('close', resolve));
    await server.close();
    await ended;
  });
});

describe('services', () => {
  test('have what is configured, what health knows, and what was given', async () => {
    const { newest, keys } = steered([
      { owner: '_sip._udp.a.test', target: 'sip1.a.test', priority: 10, weight: 60, state: TargetState.up },
      { owner: '_sip._udp.a.test', target: 'sip2.a.test', priority: 10, weight: 40, state: TargetState.down },
      { owner: '_sip._udp.a.test', target: 'sip3.a.test', priority: 20, weight: 0, state: TargetState.up },
    ]);
    source.steered = { ...source.steered, newest };
    const address = { address: '192.0.2.1', port: 5060, state: 'active', sinceMs: 5, failures: 0 } as const;
    const report = { zone: 'a.test', owner: '_sip._udp.a.test', port: 5060, transport: 'udp', share: 1 } as const;
    source.report = {
      counts: {} as never,
      endpoints: 1,
      underWay: 0,
      targets: [
        {
          ...report,
          target: 'sip1.a.test',
          priority: 10,
          weight: 60,
          state: 'active',
          addresses: [{ ...address, last: '200 OK', latencyMs: 1.5, heldUntilMs: undefined }],
        },
      ],
    };
    source.choices.set(keys[0] as string, 100);
    await get('/page/services');
    source.choices.set(keys[0] as string, 190).set(keys[2] as string, 10);
    const { lines, total } = await get<ListPart<ServiceLine>>('/page/services');
    expect(total).toBe(1);
    expect(lines).toMatchObject([
      {
        owner: '_sip._udp.a.test',
        zone: 'a.test',
        order: 'shape',
        reaction: 'withdraw',
        level: 'warning',
        // The first hundred were new when the page had begun already.
        asked: 200,
        targets: [
          { target: 'sip1.a.test', state: 'up', configured: 0.6, isBackup: false, given: 0.95, last: '200 OK' },
          { target: 'sip2.a.test', state: 'down', configured: 0.4, given: 0 },
          { target: 'sip3.a.test', state: 'trying', configured: 1, isBackup: true, given: 0.05 },
        ],
      },
    ]);
  });

  test('with trouble come first; others are searched for, part by part', async () => {
    const records = Array.from({ length: 30 }, (_, at) => ({
      owner: `_sip._udp.t${at}.test`,
      target: `sip.t${at}.test`,
      priority: 1,
      weight: 1,
      state: at === 17 ? TargetState.down : TargetState.up,
    }));
    source.steered = { ...source.steered, newest: steered(records).newest };
    const first = await get<ListPart<ServiceLine>>('/page/services');
    expect([first.lines[0]?.owner, first.lines[0]?.level]).toEqual(['_sip._udp.t17.test', 'bad']);
    expect([first.total, first.found, first.pages, first.lines.length]).toEqual([30, 30, 3, 10]);
    const found = await get<ListPart<ServiceLine>>('/page/services?search=SIP.T2&page=7');
    expect([found.found, found.page, found.lines.length]).toEqual([11, 1, 1]);
  });
});

describe('zones', () => {
  test('have serial, age, records and copies', async () => {
    const zone = zoneOf('a.test');
    source.zones = [zone];
    source.zoneFacts.published({ id: zone, serial: 7, records: 12, reason: 'load' });
    const told = { serial: 7, atMs: 5, problem: undefined };
    source.told.set(zoneKeyText(zone), [{ place: '192.0.2.1#53', address: '192.0.2.1', told }]);
    const { lines } = await get<ListPart<ZoneLine>>('/page/zones');
    expect(lines).toEqual([
      {
        name: 'a.test',
        type: 'primary',
        state: 'served',
        level: 'good',
        serial: 7,
        records: 12,
        changedAtMs: expect.closeTo(Date.now(), -5),
        secondaries: [{ place: '192.0.2.1#53', atMs: 5, state: 'told' }],
        otherSecondaries: 0,
      },
    ]);
  });

  test('that are secondary say when a primary was heard', async () => {
    const zone = zoneOf('b.test', { type: 'secondary' });
    source.zones = [zone];
    source.zoneFacts.published({ id: zone, serial: 7, reason: 'transfer' });
    source.found = secondaryOf('b.test', { refreshedAt: 100, expiresAt: 200, failures: 2 });
    const { lines } = await get<ListPart<ZoneLine>>('/page/zones');
    expect(lines).toMatchObject([
      { type: 'secondary', level: 'warning', copy: { refreshedAtMs: 100_000, expiresAtMs: 200_000, failures: 2 } },
    ]);
    source.found = secondaryOf('b.test', { isExpired: true });
  });

  test('are ten thousand in parts, searched, sorted, with trouble first', async () => {
    source.zones = Array.from({ length: 10_000 }, (_, at) => zoneOf(`t${10_000 - at}.test`));
    for (const [at, id] of source.zones.entries())
      if (at !== 4711) source.zoneFacts.published({ id, serial: 1, records: at, reason: 'load' });
    const startMs = performance.now();
    const first = await get<ListPart<ZoneLine>>('/page/zones');
    expect(first.lines[0]).toMatchObject({ name: 't5289.test', state: 'unloaded', level: 'bad' });
    expect([first.total, first.pages, first.lines.length]).toEqual([10_000, 500, 20]);
    const byName = await get<ListPart<ZoneLine>>('/page/zones?search=T99&order=name');
    expect(byName.lines.slice(0, 3).map(({ name }) => name)).toEqual(['t99.test', 't990.test', 't9900.test']);
    expect([byName.total, byName.found]).toEqual([10_000, 111]);
    const byRecords = await get<ListPart<ZoneLine>>('/page/zones?order=records&page=499');
    expect(byRecords.lines.at(-1)?.name).toBe('t5289.test');
    expect(performance.now() - startMs).toBeLessThan(5000);
  });

  test('names are as they are, whatever octets they have', async () => {
    source.zones = [zoneOf('a\\"<script>\\000\\255.test')];
    const { lines } = await get<ListPart<ZoneLine>>('/page/zones?search=%3Cscript');
    expect(lines.map(({ name }) => name)).toEqual(['a\\"<script>\\000\\255.test']);
  });

  test.each([
    ['a page before the first', 'page=-1'],
    ['a page that is no number', 'page=x'],
    ['a page behind the last', 'page=1e15'],
    ['an order that there is not', 'order=none'],
    ['a long text', `search=${'x'.repeat(4000)}`],
    ['what is no escape', '%'],
    ['what is no UTF-8', 'search=%ff'],
  ])('%s is answered', async (_, query) => {
    source.zones = [zoneOf('a.test')];
    expect(await get<ListPart<ZoneLine>>(`/page/zones?${query}`)).toMatchObject({ total: 1, page: 0 });
  });
});

describe('names of the server', () => {
  test('others are refused, so that no other site reads what is here', async () => {
    expect((await open('/page/zones', { Host: 'evil.example' })).statusCode).toBe(421);
    expect((await open('/page/live', { Host: 'evil.example:80' })).statusCode).toBe(421);
    expect((await open('/', { Host: 'localhost.evil.example' })).statusCode).toBe(421);
    const [address] = source.http.listen;
    if (address === undefined) throw new Error();
    source.http = { ...source.http, listen: [{ ...address, hosts: ['status.example'] }] };
    expect((await open('/page/zones', { Host: 'Status.Example:443' })).statusCode).toBe(200);
  });

  test.each<[string | undefined, boolean]>([
    ['127.0.0.1:8053', true],
    ['[::1]:8053', true],
    ['192.0.2.1', true],
    ['localhost', true],
    ['ringzone.localhost:80', true],
    ['DNS1:8053', true],
    ['dns1.', true],
    [undefined, true],
    ['dns1.evil.example', false],
    ['evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['', false],
    ['a@127.0.0.1', false],
    ['[evil]', false],
  ])('%s: %s', (host, isOwn) => {
    expect(isOwnHost(host, [], 'dns1')).toBe(isOwn);
  });
});
