import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LogEvent } from '../../../../src/control/log/log-event.ts';
import type { FromLogThread } from '../../../../src/control/log/log-messages.ts';
import { LogWriter } from '../../../../src/control/log/log-writer.ts';
import {
  type ChannelConfig,
  type FileSuffix,
  type LoggingConfig,
  type LogSeverity,
  logCategories,
} from '../../../../src/control/log/logging-config.ts';
import { LogFlag, LogKind, LogRecord } from '../../../../src/plane/rings/log-record.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../../src/plane/rings/log-ring.ts';
import { SrvOrder } from '../../../../src/plane/steering/steering-policy.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fileChannel(name: string, rest: Partial<ChannelConfig> = {}): ChannelConfig {
  return {
    name,
    destination: { kind: 'file', path: join(folder, name), versions: undefined, sizeOctets: undefined },
    severity: 'info',
    printTime: 'no',
    printSeverity: true,
    printCategory: true,
    ...rest,
  };
}

function record(name: string): LogRecord {
  const made = new LogRecord();
  made.client = Uint8Array.of(192, 0, 2, 1);
  made.clientPort = 5060;
  made.local = Uint8Array.of(192, 0, 2, 53);
  made.qtype = 33;
  made.qclass = 1;
  made.qname = wireNameFrom(name);
  made.qnameOctets = made.qname.length;
  return made;
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');

async function withWriter(
  logging: LoggingConfig,
  rings: readonly SharedArrayBuffer[],
  use: (writer: LogWriter) => Promise<void> | void,
): Promise<readonly FromLogThread[]> {
  const posted: FromLogThread[] = [];
  const sources = rings.map((ring, index) => ({ ring, object: `0x${index}` }));
  const writer = new LogWriter({ logging, sources, owner: undefined, debugLevel: 0 }, (message) =>
    posted.push(message),
  );
  const running = writer.run();
  await use(writer);
  writer.stop();
  await running;
  return posted;
}

test('rings are written out at the end, each with its object address', async () => {
  const rings = [createLogRing(4096), createLogRing(4096)];
  const logging = { channels: [fileChannel('q')], categories: { queries: ['q'] } };
  const posted = await withWriter(logging, rings, () => {
    for (const [index, ring] of rings.entries()) {
      const writer = new LogRingWriter(ring);
      writer.append(record(`n${index}.test.`));
      writer.publish();
    }
  });
  expect(read('q').split('\n').toSorted()).toEqual([
    '',
    'queries: info: client @0x0 192.0.2.1#5060 (n0.test): query: n0.test IN SRV - (192.0.2.53)',
    'queries: info: client @0x1 192.0.2.1#5060 (n1.test): query: n1.test IN SRV - (192.0.2.53)',
  ]);
  expect(posted.map(({ kind }) => kind)).toEqual(['configured', 'stopped']);
});

test('a running log shows a line within a second', async () => {
  const ring = createLogRing(4096);
  const logging = { channels: [fileChannel('q')], categories: { queries: ['q'] } };
  await withWriter(logging, [ring], async () => {
    const writer = new LogRingWriter(ring);
    writer.append(record('a.test.'));
    writer.publish();
    await expect.poll(() => read('q'), { interval: 20 }).toMatch(/query: a\.test IN SRV/);
  });
});

test('questions that found no room are counted and told', async () => {
  const ring = createLogRing(4096);
  const writer = new LogRingWriter(ring);
  let dropped = 0;
  for (let i = 0; i < 100; i++) if (!writer.append(record('a.test.'))) dropped++;
  writer.publish();
  expect(dropped).toBeGreaterThan(0);
  const posted = await withWriter({ channels: [], categories: {} }, [ring], () => undefined);
  expect(posted).toContainEqual({ kind: 'dropped', entries: dropped });
});

test('what no category names goes to default, of whatever category it is', async () => {
  const logging = { channels: [fileChannel('all')], categories: { default: ['all'] } };
  await withWriter(logging, [createLogRing(4096)], (writer) => {
    for (const category of logCategories) writer.writeEvent({ category, severity: 'info', message: 'm', timeMs: 0 });
  });
  // As in BIND it is discarded unless it is named.
  const expected = logCategories.filter((category) => category !== 'unmatched');
  expect(read('all').trim().split('\n')).toEqual(expected.map((category) => `${category}: info: m`));
  expect(expected).toContain('health');
});

test('categories go to their channels, others to default; severities and null are obeyed', async () => {
  const nothing: ChannelConfig = { ...fileChannel('null'), destination: { kind: 'null' } };
  const channels = [
    fileChannel('a'),
    fileChannel('b', { severity: 'warning' }),
    fileChannel('d', { severity: 'dynamic' }),
    nothing,
  ];
  const categories = { zoneload: ['a', 'b'], notify: ['null'], default: ['d'] };
  await withWriter({ channels, categories }, [createLogRing(4096)], (writer) => {
    writer.writeEvent({ category: 'zoneload', severity: 'info', message: 'one', timeMs: 0 });
    writer.writeEvent({ category: 'zoneload', severity: 'error', message: 'two', timeMs: 0 });
    writer.writeEvent({ category: 'general', severity: 'notice', message: 'three', timeMs: 0 });
    writer.writeEvent({ category: 'general', severity: 'debug', message: 'no', timeMs: 0 });
    writer.writeEvent({ category: 'notify', severity: 'error', message: 'no', timeMs: 0 });
  });
  expect(read('a')).toBe('zoneload: info: one\nzoneload: error: two\n');
  expect(read('b')).toBe('zoneload: error: two\n');
  expect(read('d')).toBe('general: notice: three\n');
});

test('a new configuration closes the old files and opens its own', async () => {
  const categories = { default: ['c'] };
  const first = fileChannel('one');
  const second = fileChannel('two');
  const event = (message: string) => ({ category: 'general', severity: 'info', message, timeMs: 0 }) as const;
  const posted = await withWriter(
    { channels: [{ ...first, name: 'c' }], categories },
    [createLogRing(4096)],
    (writer) => {
      writer.writeEvent(event('1'));
      writer.configure({ channels: [{ ...second, name: 'c' }], categories });
      writer.writeEvent(event('2'));
      const bad = { kind: 'file', path: join(folder, 'no', 'f'), versions: undefined, sizeOctets: undefined } as const;
      writer.configure({ channels: [{ ...second, name: 'c', destination: bad }], categories });
    },
  );
  expect([read('one'), read('two')]).toEqual(['general: info: 1\n', 'general: info: 2\n']);
  const problems = posted.flatMap((message) => (message.kind === 'configured' ? message.problems : []));
  expect(problems).toEqual([expect.stringMatching(/^logging channel c: cannot open .*ENOENT/)]);
});

test('JSON: one object a line, what a record tells as members', async () => {
  const ring = createLogRing(4096);
  const logging: LoggingConfig = {
    viewNames: ['_default', 'in\\side'],
    channels: [fileChannel('j', { format: 'json', severity: 'dynamic' })],
    categories: { default: ['j'] },
  };
  await withWriter(logging, [ring], (writer) => {
    const worker = new LogRingWriter(ring);
    const made = record('a\\"\\\\b.Test.');
    made.timeMs = Date.UTC(2026, 10, 22, 20, 39, 44, 202) + 0.7;
    made.flags = LogFlag.recursionDesired | LogFlag.edns | LogFlag.truncated;
    worker.append(made);
    made.view = 1;
    made.rcode = 3;
    made.keyName = wireNameFrom('key.test.');
    made.keyNameOctets = made.keyName.length;
    worker.append(made);
    made.kind = LogKind.badSignature;
    worker.append(made);
    const steered = record('_sip._udp.test.');
    steered.flags = LogFlag.degraded | (SrvOrder.sticky * LogFlag.srvOrder);
    steered.text = wireNameFrom('sip1\\"x.test.');
    steered.textOctets = steered.text.length;
    worker.append(steered);
    worker.publish();
    writer.writeEvent({
      category: 'zoneload',
      severity: 'notice',
      message: 'zone "a"/IN: loaded',
      timeMs: 0,
      fields: { serial: 7 },
      detail: 'more',
    });
    writer.writeEvent({ category: 'zoneload', severity: 'debug', message: 'no', timeMs: 0 });
    writer.setDebugLevel(3);
    writer.writeEvent({ category: 'zoneload', severity: 'debug', message: '1', timeMs: 0 });
    writer.writeEvent({ category: 'zoneload', severity: 'debug 3', message: '3', timeMs: 0 });
  });
  const lines = read('j').trimEnd().split('\n');
  const queries = lines.filter((line) => line.includes('"queries"'));
  expect(queries[0]).toBe(
    '{"level":"info","time":"2026-11-22T20:39:44.202Z","category":"queries","client":"192.0.2.1","port":5060,' +
      '"qname":"a\\\\\\"\\\\\\\\b.Test","qclass":"IN","qtype":"SRV","flags":"+E(0)","rcode":"NOERROR",' +
      '"order":"zone","degraded":false,"edns":true,"truncated":true,' +
      '"msg":"client @0x0 192.0.2.1#5060 (a\\\\\\"\\\\\\\\b.Test): query: a\\\\\\"\\\\\\\\b.Test IN SRV +E(0) (192.0.2.53)"}',
  );
  const objects = lines.map((line) => JSON.parse(line));
  const { qname, target, order, degraded, edns } = JSON.parse(queries.at(-1) ?? '');
  expect({ qname, target, order, degraded, edns }).toEqual({
    qname: '_sip._udp.test',
    target: 'sip1\\"x.test',
    order: 'sticky',
    degraded: true,
    edns: false,
  });
  expect(objects.filter(({ category }) => category === 'queries')[1]).toMatchObject({
    view: 'in\\side',
    rcode: 'NXDOMAIN',
    key: 'key.test',
    msg: expect.stringMatching(/#5060\/key key\.test \(a.*: view in/),
  });
  expect(objects.find(({ category }) => category === 'security')).toMatchObject({
    level: 'error',
    client: '192.0.2.1',
    key: 'key.test',
    msg: expect.stringMatching(/request has invalid signature/),
  });
  expect(objects.filter(({ category }) => category === 'zoneload')).toEqual([
    {
      level: 'info',
      time: '1970-01-01T00:00:00.000Z',
      category: 'zoneload',
      serial: 7,
      detail: 'more',
      msg: 'zone "a"/IN: loaded',
    },
    { level: 'debug', time: '1970-01-01T00:00:00.000Z', category: 'zoneload', msg: '1' },
    { level: 'trace', time: '1970-01-01T00:00:00.000Z', category: 'zoneload', msg: '3' },
  ]);
});

test('the debug level decides what dynamic channels take, and whether default_debug has a file', async () => {
  const event = (severity: LogSeverity) =>
    ({ category: 'general', severity, message: severity, timeMs: 0 }) satisfies LogEvent;
  const plain = { printSeverity: false, printCategory: false };
  const channels = [
    fileChannel('dynamic', { ...plain, severity: 'dynamic' }),
    fileChannel('always', { ...plain, severity: { debug: 1 } }),
    fileChannel('run', { ...plain, severity: 'dynamic', isDebugOnly: true }),
  ];
  await withWriter(
    { channels, categories: { default: ['dynamic', 'always', 'run'] } },
    [createLogRing(4096)],
    (writer) => {
      writer.writeEvent(event('info'));
      writer.writeEvent(event('debug'));
      expect(existsSync(join(folder, 'run'))).toBe(false);
      writer.setDebugLevel(2);
      for (const severity of ['info', 'debug', 'debug 2', 'debug 3'] as const) writer.writeEvent(event(severity));
      writer.setDebugLevel(0);
      writer.writeEvent(event('debug'));
    },
  );
  expect(read('dynamic')).toBe('info\ninfo\ndebug\ndebug 2\n');
  expect(read('always')).toBe('info\ndebug\ninfo\ndebug\ndebug\n');
  expect(read('run')).toBe('info\ndebug\ndebug 2\n');
});

describe('rotation under load', () => {
  const count = 10_000;

  /** Feed numbered questions into the ring as fast as it takes them, and read all files. */
  async function feed(versions: number, suffix: FileSuffix, rest: Partial<ChannelConfig> = {}) {
    const ring = createLogRing(1_048_576);
    const destination = { kind: 'file', path: join(folder, 'q'), versions, sizeOctets: 50_000, suffix } as const;
    const channels = [fileChannel('q', { destination, printSeverity: false, printCategory: false, ...rest })];
    const posted = await withWriter({ channels, categories: { queries: ['q'] } }, [ring], async () => {
      const worker = new LogRingWriter(ring);
      for (let i = 0; i < count; i += 5000) {
        for (let j = i; j < i + 5000; j++) assert(worker.append(record(`n${j}.test.`)));
        worker.publish();
        await expect.poll(() => new LogRingReader(ring).ring.isEmpty(), { interval: 1 }).toBe(true);
      }
    });
    expect(posted.map(({ kind }) => kind)).toEqual(['configured', 'stopped']);
    return readdirSync(folder).map((name) => {
      const text = read(name);
      return {
        name,
        octets: text.length,
        numbers: [...text.matchAll(/query: n(\d+)\.test/g)].map(([, n]) => Number(n)),
      };
    });
  }

  test.each(['increment', 'timestamp'] as const)(
    'no line is lost, each file but the last is full: %s',
    async (suffix) => {
      const files = await feed(Number.POSITIVE_INFINITY, suffix);
      const numbers = files.flatMap(({ numbers }) => numbers).toSorted((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(files.length).toBeGreaterThan(10);
      const old = files.filter(({ name }) => name !== 'q');
      // The line that crosses the size is the last one.
      expect(old.every(({ octets }) => octets > 50_000 && octets < 50_200)).toBe(true);
    },
  );

  test.each([
    ['increment', {}],
    ['timestamp', {}],
    ['increment', { isBuffered: true }],
    ['increment', { format: 'json' }],
  ] as const)('exactly three old files, the newest: %s %j', async (suffix, rest) => {
    const files = await feed(3, suffix, rest);
    expect(files.filter(({ name }) => name !== 'q')).toHaveLength(3);
    if (suffix === 'increment') expect(files.map(({ name }) => name).toSorted()).toEqual(['q', 'q.0', 'q.1', 'q.2']);
    const numbers = files.flatMap(({ numbers }) => numbers).toSorted((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => count - numbers.length + i));
  });
});
