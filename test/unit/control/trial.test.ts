/** What `serve --trial` makes of a configuration. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Config } from '../../../src/control/config/config.ts';
import {
  makePlan,
  parseServeOptions,
  type ServeOptions,
  type ServeRequest,
} from '../../../src/control/server/serve-plan.ts';
import { trialNotice } from '../../../src/control/server/trial.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that another server would notice, or find changed. */
const everything = `
listen: ["127.0.0.1:53"]
tls: { listen: ["127.0.0.1:853"], ephemeral: true }
data-dir: data
control: c.sock
http: 127.0.0.1:8053
allow-new-zones: true
dnstap: [all]
dnstap-output: { file: tap }
health: { hook: /bin/true }
zones:
  a.test: { file: a, health: none, also-notify: [192.0.2.1], notify: explicit, allow-update: [127.0.0.1] }
  b.test: { type: secondary, primaries: [192.0.2.2] }
  c.test: { type: secondary, primaries: [192.0.2.2], notify: yes }
catalogs:
  c.test: { groups: { g: { also-notify: [192.0.2.1] } } }
logging:
  channels:
    a: { file: log, versions: 3, buffered: yes, print-category: yes, severity: dynamic }
    b: { syslog: daemon }
    c: { "null": true }
  categories: { default: [a, b], queries: [c] }
`;

function requestOf(options: ServeOptions): ServeRequest {
  const request = parseServeOptions({ trial: true, listen: ['127.0.0.1:5300'], ...options });
  if (!request.ok) throw new Error(request.error.join('; '));
  return request.value;
}

async function planOf(request: ServeRequest, previous?: Config): Promise<Config> {
  const made = await makePlan(request, previous);
  if (!made.ok) throw new Error(made.error.map(({ message }) => message).join('; '));
  return made.value.config;
}

function write(text: string): string {
  const path = join(folder, 'ringzone.yaml');
  writeFileSync(path, text);
  return path;
}

test('nothing is left that others would notice or find changed', async () => {
  const request = requestOf({ config: write(everything) });
  const config = await planOf(request);
  expect(config).toMatchObject({
    listen: [{ address: '127.0.0.1', port: 5300 }],
    tls: undefined,
    control: undefined,
    http: { listen: [] },
    dataDir: request.trial?.dataDir,
    isDataDirNamed: false,
    allowNewZones: false,
    dnstap: undefined,
    isTrial: true,
  });
  expect(config.probing?.hook).toBeUndefined();
  const [catalog] = config.catalogs;
  const members = [catalog?.members, catalog?.groups.get('g')];
  expect(members).toHaveLength(2);
  for (const zone of [...config.zones, ...members]) {
    expect(zone).toMatchObject({ notify: 'no', alsoNotify: [], update: undefined });
  }
  const written = config.logging.channels.filter(({ destination: { kind } }) => kind === 'file' || kind === 'syslog');
  expect(written).toEqual([]);
  const channels = new Map(config.logging.channels.map((channel) => [channel.name, channel]));
  expect(channels.get('a')).toMatchObject({
    destination: { kind: 'stderr' },
    isBuffered: false,
    printCategory: true,
    severity: 'dynamic',
  });
  expect(channels.get('c')?.destination).toEqual({ kind: 'null' });
});

test('zones, their primaries and who may transfer them stay', async () => {
  const path = write(everything);
  const [trial, plain] = [
    await planOf(requestOf({ config: path })),
    await planOf(requestOf({ config: path, trial: false })),
  ];
  expect(plain.zones[0]?.update).toBeDefined();
  const rest = (config: Config) => config.zones.map(({ notify, alsoNotify, update, ...zone }) => zone);
  expect(rest(trial)).toEqual(rest(plain));
});

test('its folder stays the same over a reload, and is another for each trial', async () => {
  const path = write(everything);
  const request = requestOf({ config: path });
  const first = await planOf(request);
  expect((await planOf(request, first)).dataDir).toBe(first.dataDir);
  expect((await planOf(requestOf({ config: path }))).dataDir).not.toBe(first.dataDir);
});

test('zones that ctl has added to the server beside it are served, after a reload too', async () => {
  const path = write(`data-dir: ${folder}\nallow-new-zones: true\nzones: { a.test: { file: a } }\n`);
  writeFileSync(join(folder, 'added-zones.yaml'), 'zones:\n  new.test: { type: primary, file: n }\n');
  const request = requestOf({ config: path });
  const names = ({ zones }: Config) => zones.map(({ name }) => name);
  const first = await planOf(request);
  expect(names(first)).toEqual(['a.test', 'new.test']);
  expect(names(await planOf(request, first))).toEqual(['a.test', 'new.test']);
});

test('what the command line names is there', async () => {
  const request = requestOf({ config: write(everything), control: '/x/c.sock', http: '127.0.0.1:1' });
  expect(await planOf(request)).toMatchObject({
    control: '/x/c.sock',
    isControlNamed: true,
    http: { listen: [{ address: { port: 1 } }], isNamed: true },
  });
  expect(request.trial && trialNotice(request.trial)).toMatch(/; no NOTIFY, UPDATE, DNS over TLS or dnstap$/);
});

test.each([
  [{ listen: undefined }, /^--trial needs --listen: .*\nhint: --listen 127\.0\.0\.1:5300$/],
  [{ dataDir: 'd' }, /^--trial has a data folder of its own/],
  [{ takeover: true }, /leave --takeover$/],
] as const)('wrong usage: %j', (options, message) => {
  const request = parseServeOptions({ trial: true, listen: ['127.0.0.1:5300'], ...options });
  expect(request.ok ? [] : request.error).toEqual([expect.stringMatching(message)]);
});
