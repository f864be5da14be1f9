/** BIND's statistics channel and ours: the same keys, and the same counts after the same messages. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import type { TsigKey } from '../../../src/tsig/tsig-key.ts';
import { askRaw, buildQuery, type Question } from '../lib/dns-client.ts';
import type { Judge } from '../lib/judge.ts';
import { addText, buildUpdate, type UpdateRecord } from '../lib/update-message.ts';
import { key, type StatisticsServer, startBind, startPrimary, startRingzone, wrongKey } from './statistics-servers.ts';

const patienceMs = 10_000;
let primary: Judge | undefined;
let bind: StatisticsServer | undefined;
let ringzone: StatisticsServer | undefined;

beforeAll(async () => {
  primary = await startPrimary();
  if (primary === undefined) return;
  [bind, ringzone] = await Promise.all([startBind(primary.port), startRingzone(primary.port)]);
  // DNS is answered before HTTP.
  for (const server of [bind, ringzone]) {
    const isThere = () => server?.fetchJson('/status').then(Boolean, () => false);
    for (const end = Date.now() + 30_000; (await isThere()) === false && Date.now() < end; ) await sleep(25);
  }
}, 60_000);
afterAll(async () => {
  await Promise.all([primary?.stop(), bind?.stop(), ringzone?.stop()]);
});

type Counts = Readonly<Record<string, number>>;

/** All counters of messages, by group and name. */
async function countsOf(server: StatisticsServer): Promise<Counts> {
  const statistics = await server.fetchJson('/server');
  const { traffic } = await server.fetchJson('/traffic');
  const groups: (readonly [string, unknown])[] = [
    ...['opcodes', 'rcodes', 'qtypes', 'nsstats', 'zonestats'].map((name) => [name, statistics[name]] as const),
    ...Object.entries(traffic as object).filter(([name]) => name.includes('requests')),
  ];
  const counts = groups.flatMap(([group, members]) =>
    Object.entries(members as Counts).map(([name, count]) => [`${group}.${name}`, count] as const),
  );
  // How many connections there were at once, and what secondaries do by themselves, depends on time.
  return Object.fromEntries(
    counts.filter(([name]) => !/HighWater|\.SOAOut|\.[AI]XFRReq|\.Xfr(Fail|Success)/.test(name)),
  );
}

function difference(before: Counts, after: Counts): Counts {
  const changed = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(changed.filter(([, count]) => count !== 0));
}

/** What the message adds to each one's counters, as soon as both say the same; else after a while. */
async function countBoth(message: Uint8Array, tcp: boolean): Promise<readonly [Counts, Counts] | undefined> {
  if (bind === undefined || ringzone === undefined) return undefined;
  const servers = [bind, ringzone] as const;
  const before = await Promise.all(servers.map(countsOf));
  await Promise.all(
    servers.map(({ port }) => askRaw(port, message, { tcp, timeoutMs: isAnswered(message) ? 1500 : 100 })),
  );
  const end = Date.now() + patienceMs;
  for (;;) {
    const [theirs = {}, ours = {}] = await Promise.all(servers.map(countsOf));
    const both = [difference(before[0] ?? {}, theirs), difference(before[1] ?? {}, ours)] as const;
    const isSame = JSON.stringify(sorted(both[0])) === JSON.stringify(sorted(both[1]));
    if ((isSame && (Object.keys(both[0]).length > 0 || !isAnswered(message))) || Date.now() > end) return both;
    await sleep(20);
  }
}

function isAnswered(message: Uint8Array): boolean {
  return message.length >= 12 && ((message[2] as number) & 0x80) === 0;
}

function sorted(counts: Counts): readonly (readonly [string, number])[] {
  return Object.entries(counts).toSorted();
}

function signed(message: Uint8Array, by: TsigKey): Uint8Array {
  const client = new TsigClient(by);
  const out = new Uint8Array(message.length + client.reserveOctets);
  out.set(message);
  return out.subarray(0, client.signRequest(out, 0, message.length, Math.floor(Date.now() / 1000)));
}

const option = (code: number, text = '') => ({ code, data: Buffer.from(text) });
const query = (question: Question) => () => buildQuery(question);
const www = (edns: Question['edns']) => query({ name: 'www.au.test', type: 'A', ...(edns && { edns }) });
const withSignature = (question: Question, by: TsigKey) => () => signed(buildQuery(question), by);
const withOpcode = (opcode: number, name: string) => () => {
  const message = buildQuery({ name, type: 'SOA' });
  message[2] = opcode << 3;
  return message;
};
const update =
  (zone: string, updates: readonly UpdateRecord[], by?: TsigKey, prerequisites?: readonly UpdateRecord[]) => () => {
    const message = buildUpdate(Math.floor(Math.random() * 65_536), zone, updates, prerequisites);
    return by === undefined ? message : signed(message, by);
  };
/** RFC 2136 §2.4.5: the name must not be in use. */
const unused = (name: string): UpdateRecord => ({ name, type: 255, class: 254, ttl: 0, data: [] });

test.each<[string, () => Uint8Array, ('tcp' | undefined)?]>([
  ['less than a header', () => new Uint8Array(11)],
  ['a response', () => Uint8Array.from([0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ['a question cut short', () => Uint8Array.from([7, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 119])],
  ['an answer', www(undefined)],
  ['an answer over TCP', www(undefined), 'tcp'],
  ['EDNS', www({})],
  ['DO', www({ dnssecOk: true })],
  ['EDNS version 1', www({ version: 1 })],
  ['NSID', www({ options: [option(3)] })],
  ['client subnet', www({ options: [option(8, '\0\x01\x18\0\x0a\0\0')] })],
  ['EXPIRE', www({ options: [option(9)] })],
  ['a client cookie', www({ options: [option(10, 'abcdefgh')] })],
  ['a cookie of another length', www({ options: [option(10, 'abcdefghABCDEFGH')] })],
  ['a malformed cookie', www({ options: [option(10, 'abc')] })],
  ['keepalive', www({ options: [option(11)] }), 'tcp'],
  ['padding', www({ options: [option(12, '\0\0\0\0')] })],
  ['key tag', www({ options: [option(14, '\0\x01')] })],
  ['an unknown option', www({ options: [option(65_001, 'x')] })],
  ['a name error', query({ name: 'none.au.test', type: 'A' })],
  ['no data', query({ name: 'www.au.test', type: 'MX' })],
  ['a referral', query({ name: 'x.sub.au.test', type: 'A' })],
  ['an alias', query({ name: 'alias.au.test', type: 'A' })],
  ['an alias to nothing', query({ name: 'cnx.au.test', type: 'A' })],
  ['an alias without data', query({ name: 'alias.au.test', type: 'MX' })],
  ['a wildcard', query({ name: 'a.w.au.test', type: 'A' })],
  ['an answer that has no room', query({ name: 'big.au.test', type: 'TXT' })],
  ['a type above 255', query({ name: 'www.au.test', type: 65_280 })],
  ['another zone', query({ name: 'elsewhere.example', type: 'A' })],
  ['another zone, with RD', query({ name: 'elsewhere.example', type: 'A', flags: 0x100 })],
  ['a zone that is not for us', query({ name: 'www.shut.test', type: 'A' })],
  ['a zone that is not loaded', query({ name: 'broken.test', type: 'A' })],
  ['class HS', query({ name: 'au.test', type: 'A', class: 4 })],
  ['type OPT', query({ name: 'au.test', type: 41 })],
  ['type MAILA', query({ name: 'au.test', type: 254 })],
  ['opcode STATUS', withOpcode(2, 'au.test')],
  ['opcode 9', withOpcode(9, 'au.test')],
  ['a signed query', withSignature({ name: 'www.au.test', type: 'A' }, key)],
  ['a wrong signature', withSignature({ name: 'www.au.test', type: 'A' }, wrongKey)],
  ['AXFR denied', query({ name: 'au.test', type: 'AXFR' }), 'tcp'],
  ['AXFR', withSignature({ name: 'au.test', type: 'AXFR' }, key), 'tcp'],
  ['AXFR over UDP', withSignature({ name: 'au.test', type: 'AXFR' }, key)],
  ['AXFR of what is not served', query({ name: 'elsewhere.example', type: 'AXFR' }), 'tcp'],
  ['IXFR without a serial', withSignature({ name: 'au.test', type: 'IXFR' }, key), 'tcp'],
  ['NOTIFY to a primary', withOpcode(4, 'au.test')],
  ['NOTIFY from somebody else', withOpcode(4, 'lost.test')],
  ['NOTIFY for another zone', withOpcode(4, 'elsewhere.example')],
  ['UPDATE', update('au.test', [addText('u.au.test', 'x')], key)],
  ['UPDATE without a key', update('au.test', [addText('u.au.test', 'x')])],
  ['UPDATE of a static zone', update('open.test', [addText('u.open.test', 'x')], key)],
  ['UPDATE of another zone', update('elsewhere.example', [addText('u.elsewhere.example', 'x')], key)],
  ['UPDATE outside the zone', update('au.test', [addText('u.elsewhere.example', 'x')], key)],
  [
    'UPDATE with a prerequisite that does not hold',
    update('au.test', [addText('v.au.test', 'x')], key, [unused('www.au.test')]),
  ],
  ['UPDATE with a wrong signature', update('au.test', [addText('u.au.test', 'x')], wrongKey)],
])('%s', { timeout: 30_000 }, async (_name, message, transport) => {
  const both = await countBoth(message(), transport === 'tcp');
  if (both === undefined) return;
  const [theirs, ours] = both;
  expect(ours).toEqual(theirs);
});

test('what a secondary does', { timeout: 60_000 }, async () => {
  if (bind === undefined || ringzone === undefined) return;
  const counted = ['AXFRReqv4', 'XfrSuccess'];
  for (const server of [bind, ringzone]) {
    const read = async () => {
      const { zonestats } = await server.fetchJson('/server');
      return counted.map((name) => (zonestats as Counts)[name]);
    };
    await expect.poll(read, { timeout: 30_000 }).toEqual([1, 1]);
    expect(((await server.fetchJson('/server')).zonestats as Counts).SOAOutv4).toBeGreaterThan(0);
  }
});

/** Of a resolver, of BIND's own libraries, or outgoing sockets of these. */
const absent = [
  /^resstats\./,
  /^views\.[^.]+\.resolver\.(stats|qtypes|cache|adb)\./,
  /^sockstats\.(UDP[46](Conn|Close)|UDP6.*|TCP[46]Conn|.*Fail|.*Err)$/,
  /^taskmgr\.tasks\[\]/,
  /\.gluecache/,
  /^views\._bind\.zones/,
];

/** Each path with its type; the elements of a list under one. */
function shapeOf(value: unknown, path: string, shape: Map<string, string>): Map<string, string> {
  if (path !== '') shape.set(path, Array.isArray(value) ? 'list' : typeof value);
  if (Array.isArray(value)) for (const element of value) shapeOf(element, `${path}[]`, shape);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) shapeOf(member, path === '' ? name : `${path}.${name}`, shape);
  }
  return shape;
}

test.each(['', '/server', '/zones', '/net', '/mem', '/status', '/traffic', '/tasks'])(
  'every key of BIND is in /json/v1%s',
  { timeout: 30_000 },
  async (path) => {
    if (bind === undefined || ringzone === undefined) return;
    const [theirs, ours] = await Promise.all([bind.fetchJson(path), ringzone.fetchJson(path)]);
    const wanted = [...shapeOf(theirs, '', new Map())].filter(
      ([name]) => !absent.some((pattern) => pattern.test(name)),
    );
    const known = shapeOf(ours, '', new Map());
    // Sizes of responses are those of other texts now and then.
    const isSize = (name: string) => /responses-sizes-sent.*\./.test(name);
    expect(wanted.filter(([name, type]) => !isSize(name) && known.get(name) !== type)).toEqual([]);
    expect(wanted.length).toBeGreaterThan(4);
  },
);

test('zones: the same names, classes, types and serials', { timeout: 60_000 }, async () => {
  if (bind === undefined || ringzone === undefined) return;
  const list = async (server: StatisticsServer) => {
    const { views } = (await server.fetchJson('/zones')) as {
      views: { _default: { zones: Record<string, unknown>[] } };
    };
    return views._default.zones
      .map(({ name, class: zoneClass, serial, type, loaded, expires, refresh }) => ({
        ...{ name, class: zoneClass, serial, type },
        isLoaded: String(loaded) > '1971',
        isExpiring: expires === undefined ? undefined : String(expires) > '1971',
        hasRefresh: refresh === undefined ? undefined : String(refresh) > '1971',
      }))
      .toSorted((a, b) => String(a.name).localeCompare(String(b.name)));
  };
  const theirs = await list(bind);
  expect(theirs).toHaveLength(6);
  await expect.poll(() => list(ringzone as StatisticsServer), { timeout: 30_000 }).toEqual(theirs);
});
