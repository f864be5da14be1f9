/** `serve --trial` beside the server whose configuration it has: what that one writes, keeps and sends stays its own. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askRaw } from '../interop/lib/dns-client.ts';
import { addText, buildUpdate } from '../interop/lib/update-message.ts';
import { FakePrimary } from '../unit/control/secondary/fake-primary.ts';
import { ask, Folder, ServeProcess, serialOf, zoneText } from './serve-process.ts';

let folder: Folder;
const servers: ServeProcess[] = [];
let secondary: Socket;
let primary: FakePrimary;
let notices = 0;
beforeEach(async () => {
  folder = new Folder();
  notices = 0;
  secondary = createSocket('udp4');
  primary = new FakePrimary();
  secondary.on('message', () => {
    notices++;
  });
  secondary.bind(0, '127.0.0.1');
  await once(secondary, 'listening');
  await primary.start();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  secondary.close();
  await primary.stop();
  folder.remove();
});

/** Temporary folders are made below `tmp`. */
function serve(...args: readonly string[]): ServeProcess {
  const env = { TMPDIR: join(folder.path, 'tmp') };
  const server = new ServeProcess(['-c', 'named.conf', '--workers', '1', ...args], { cwd: folder.path, env });
  servers.push(server);
  return server;
}

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 1000; i++) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error(`it did not happen:\n${servers.at(-1)?.stderr}`);
}

/** The port of a server whose lines are BIND's: the kernel knows it. */
async function portOf(server: ServeProcess): Promise<number> {
  await until(() => (/ general: notice: ready$/m.test(server.stderr) ? true : undefined));
  const { pid } = server.child;
  const sockets = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    const { ino } = statSync(`/proc/${pid}/fd/${fd}`, { throwIfNoEntry: false }) ?? {};
    return String(ino);
  });
  const rows = readFileSync(`/proc/${pid}/net/udp`, 'utf8').trim().split('\n');
  const own = rows.map((row) => row.trim().split(/\s+/)).find((row) => sockets.includes(row[9] ?? ''));
  return Number.parseInt(own?.[1]?.split(':')[1] ?? '', 16);
}

const logFile = () => join(folder.path, 'bind.log');

test('its files, its secondaries and its zones are as they were', { timeout: 60_000 }, async () => {
  folder.write('tmp/.keep', '');
  folder.write('a.zone', zoneText(1));
  folder.write(
    'named.conf',
    `options { directory "${folder.path}"; recursion no; listen-on port 0 { 127.0.0.1; }; listen-on-v6 { none; }; };
logging {
  channel log_file { file "bind.log" versions 3; severity dynamic; print-time yes; print-severity yes; print-category yes; };
  category queries { log_file; };
  category default { log_file; };
};
zone "a.test" {
  type master; file "a.zone"; allow-update { any; }; allow-transfer { none; };
  also-notify { 127.0.0.1 port ${(secondary.address() as AddressInfo).port}; };
};
zone "example" { type slave; file "copy"; primaries port ${primary.port} { 127.0.0.1; }; };
`,
  );
  const first = serve('--data-dir', 'data', '--control', 'c.sock', '--http', 'false');
  const firstPort = await first.ready();
  await until(() => (notices > 0 ? true : undefined));
  await until(async () => ((await serialOf(firstPort, 'example')) === 7 ? true : undefined));

  const trial = serve('--trial', '--listen', '127.0.0.1:0');
  await trial.waitFor(/^trial: all logs go to stderr, data to a temporary folder; no NOTIFY, UPDATE, .* or HTTP$/);
  const port = await portOf(trial);
  const heard = notices;
  expect(port).not.toBe(firstPort);
  expect(await serialOf(port)).toBe(1);
  // Its secondary zone comes from the primary, too.
  await until(async () => ((await serialOf(port, 'example')) === 7 ? true : undefined));
  expect(readdirSync(join(folder.path, 'tmp')).filter((name) => name.startsWith('ringzone-trial-'))).toHaveLength(1);
  // What the log would say is on stderr.
  await ask(port, 'www.a.test', 'A');
  await until(() => (/ queries: info: client .* query: www\.a\.test IN A/.test(trial.stderr) ? true : undefined));
  const refused = await askRaw(port, buildUpdate(4711, 'a.test', [addText('x.a.test', 'y')]));
  expect((refused?.[3] ?? 0) & 15).toBe(5);
  await until(() =>
    /: update 'a\.test\/IN' denied: no zone is changed in a trial$/m.test(trial.stderr) ? true : undefined,
  );
  expect(await trial.stop()).toEqual({ code: 0, signal: null });

  expect(readdirSync(join(folder.path, 'tmp'))).toEqual(['.keep']);
  expect(notices).toBe(heard);
  // The server beside it has its log, whole: not begun anew, and without a word of the trial.
  expect(readdirSync(folder.path).toSorted()).toEqual(['a.zone', 'bind.log', 'c.sock', 'data', 'named.conf', 'tmp']);
  const log = readFileSync(logFile(), 'utf8');
  expect(log).toMatch(/general: notice: ready/);
  expect(log).not.toMatch(/www\.a\.test/);
  expect(await serialOf(firstPort)).toBe(1);
  await until(() => (/SOA/.test(readFileSync(logFile(), 'utf8')) ? true : undefined));
  expect(readFileSync(join(folder.path, 'a.zone'), 'utf8')).toBe(zoneText(1));
});

test('a start that fails leaves no folder', async () => {
  folder.write('tmp/.keep', '');
  folder.write(
    'named.conf',
    'zone "example" { type slave; primaries { 127.0.0.1; }; };\nzone "a.test" { type master; file "/nowhere"; };\n',
  );
  const server = serve('--trial', '--strict', '--listen', '127.0.0.1:0');
  expect((await server.exit).code).toBe(1);
  expect(server.stderr).toMatch(/nowhere/);
  expect(readdirSync(join(folder.path, 'tmp'))).toEqual(['.keep']);
});
