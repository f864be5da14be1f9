import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FromLogThread } from '../../../../src/control/log/log-messages.ts';
import { LogWriter } from '../../../../src/control/log/log-writer.ts';
import type { ChannelConfig, LoggingConfig } from '../../../../src/control/log/logging-config.ts';
import { LogRecord } from '../../../../src/plane/log-record.ts';
import { createLogRing, LogRingWriter } from '../../../../src/plane/log-ring.ts';
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
  const writer = new LogWriter({ logging, sources, owner: undefined }, (message) => posted.push(message));
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
    await expect.poll(() => read('q'), { timeout: 1000, interval: 20 }).toMatch(/query: a\.test IN SRV/);
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
