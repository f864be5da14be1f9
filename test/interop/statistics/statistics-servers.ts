/** BIND and Ringzone with the same zones and their statistics over HTTP; both are secondaries of another BIND for one of them. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTsigKey } from '../../../src/tsig/tsig-key.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { findFreePort } from '../lib/free-port.ts';
import { type Judge, startJudge, writeConfig } from '../lib/judge.ts';

const bin = resolve(import.meta.dirname, '../../../bin/ringzone.js');
const secret = Buffer.alloc(32, 7);
export const key = createTsigKey(wireNameFrom('k.'), 'hmac-sha256', secret);
export const wrongKey = createTsigKey(wireNameFrom('k.'), 'hmac-sha256', Buffer.alloc(32, 8));

const long = Array.from({ length: 4 }, () => `"${'x'.repeat(200)}"`).join(' ');
const zoneText = `$TTL 300
@ SOA ns1 root 7 3600 600 86400 300
@ NS ns1
ns1 A 127.0.0.1
www A 192.0.2.1
alias CNAME www
cnx CNAME nowhere
sub NS ns.sub
ns.sub A 192.0.2.9
*.w A 192.0.2.5
big TXT ${long}
`;

export interface StatisticsServer extends Judge {
  /** The JSON behind `/json/v1`. */
  fetchJson(path: string): Promise<Readonly<Record<string, unknown>>>;
}

function writeZones(folder: string): void {
  for (const name of ['au.test', 'open.test', 'shut.test']) writeFileSync(join(folder, name), zoneText);
}

const ready = [{ name: 'au.test', file: 'au.test' }];

export async function startPrimary(): Promise<Judge | undefined> {
  return await startJudge(
    {
      name: 'BIND',
      command: 'named',
      configure: (folder, port) => {
        writeFileSync(join(folder, 'x.test'), zoneText);
        const file = writeConfig(folder, 'named.conf', [
          ...namedOptions(folder, port, 'allow-transfer { any; };'),
          'zone "x.test" { type primary; file "x.test"; };',
        ]);
        return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
      },
    },
    [{ name: 'x.test', file: 'x.test' }],
  );
}

function namedOptions(folder: string, port: number, extra: string): readonly string[] {
  return [
    `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
    '  pid-file none; session-keyfile none; lock-file none;',
    `  recursion no; dnssec-validation no; empty-zones-enable no; notify no; ${extra} };`,
    'controls { };',
  ];
}

export async function startBind(primaryPort: number): Promise<StatisticsServer | undefined> {
  let httpPort = 0;
  // The same for each try.
  httpPort = await findFreePort();
  const judge = await startJudge(
    {
      name: 'BIND',
      command: 'named',
      configure: (folder, port) => {
        writeZones(folder);
        const file = writeConfig(folder, 'named.conf', [
          `key k { algorithm hmac-sha256; secret "${secret.toString('base64')}"; };`,
          `statistics-channels { inet 127.0.0.1 port ${httpPort} allow { 127.0.0.1; }; };`,
          ...namedOptions(folder, port, 'allow-transfer { key k; };'),
          'zone "au.test" { type primary; file "au.test"; allow-update { key k; }; };',
          'zone "open.test" { type primary; file "open.test"; };',
          'zone "shut.test" { type primary; file "shut.test"; allow-query { none; }; };',
          'zone "broken.test" { type primary; file "missing"; };',
          `zone "x.test" { type secondary; file "x.copy"; primaries { 127.0.0.1 port ${primaryPort}; }; };`,
          'zone "lost.test" { type secondary; file "lost.copy"; primaries { 127.0.0.9 port 9; }; };',
        ]);
        return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
      },
    },
    ready,
  );
  return judge === undefined ? undefined : { ...judge, fetchJson: (path) => fetchJson(httpPort, path) };
}

export async function startRingzone(primaryPort: number): Promise<StatisticsServer | undefined> {
  const httpPort = await findFreePort();
  const judge = await startJudge(
    {
      name: 'Ringzone',
      command: process.execPath,
      configure: (folder, port) => {
        writeZones(folder);
        const file = writeConfig(folder, 'ringzone.yaml', [
          `listen: ["127.0.0.1:${port}"]`,
          'workers: 1',
          'data-dir: data',
          'control: false',
          `http: { listen: "127.0.0.1:${httpPort}", allow: [127.0.0.1] }`,
          'notify: no',
          `keys: { k: { algorithm: hmac-sha256, secret: "${secret.toString('base64')}" } }`,
          'allow-transfer: [key k]',
          'zones:',
          '  au.test: { file: au.test, allow-update: [key k] }',
          '  open.test: { file: open.test }',
          '  shut.test: { file: shut.test, allow-query: [none] }',
          '  broken.test: { file: missing }',
          `  x.test: { type: secondary, primaries: ["127.0.0.1:${primaryPort}"] }`,
          '  lost.test: { type: secondary, primaries: ["127.0.0.9:9"] }',
        ]);
        return [bin, 'serve', '-c', file];
      },
    },
    ready,
  );
  return judge === undefined ? undefined : { ...judge, fetchJson: (path) => fetchJson(httpPort, path) };
}

async function fetchJson(port: number, path: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`http://127.0.0.1:${port}/json/v1${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}
