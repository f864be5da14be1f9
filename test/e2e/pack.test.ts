/** What is published works: packed, installed in an empty folder elsewhere, it serves by `npx ringzone serve`. */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePort } from '../interop/lib/free-port.ts';

const root = resolve(import.meta.dirname, '../..');
// npx must find the Node that runs this test, not an older one of the system.
const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  npm_config_update_notifier: 'false',
};
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-pack-'));
  // `npm test` has built dist; to build it again here would take it away under the tests beside this one.
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    env,
    stdio: 'pipe',
  });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
  writeFileSync(join(folder, 'package.json'), '{ "name": "elsewhere", "private": true }');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`], {
    cwd: folder,
    env,
    stdio: 'pipe',
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has no TypeScript and no tests in it', () => {
  const installed = readdirSync(join(folder, 'node_modules/ringzone'), { recursive: true, encoding: 'utf8' });
  expect(installed.filter((path) => path.endsWith('.ts') || path.startsWith('test'))).toEqual([]);
  expect(installed).toContain('dist/main.cjs');
});

it('serves a zone', { timeout: 30_000 }, async () => {
  const port = await findFreePort();
  const zone = join(folder, 'node_modules/ringzone/zones/rapidtech.phones');
  const args = [
    'ringzone',
    'serve',
    '--zone',
    `rapidtech.phones=${zone}`,
    '--listen',
    `127.0.0.1:${port}`,
    '--workers',
    '1',
  ];
  const server = spawn('npx', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  server.stderr.on('data', (chunk) => {
    said += chunk;
  });
  try {
    const reply = await askUntilAnswered(port).catch(() => expect.unreachable(`no answer; the server said: ${said}`));
    expect(reply.readUInt16BE(6)).toBe(3);
    expect(reply.readUInt16BE(10)).toBeGreaterThanOrEqual(3);
  } finally {
    // npx is the leader of a group of its own, and the server a member of it.
    if (server.exitCode === null) {
      process.kill(-(server.pid as number), 'SIGTERM');
      await once(server, 'exit');
    }
  }
});

/** `_sip._udp.rapidtech.phones SRV`, asked again until the server is up. */
async function askUntilAnswered(port: number): Promise<Buffer> {
  const question = Buffer.from(
    'abcd01000001000000000000045f736970045f756470097261706964746563680670686f6e65730000210001',
    'hex',
  );
  const socket = createSocket('udp4');
  const timer = setInterval(() => socket.send(question, port, '127.0.0.1'), 100);
  const limit = AbortSignal.timeout(20_000);
  try {
    const [reply] = (await once(socket, 'message', { signal: limit })) as [Buffer];
    return reply;
  } finally {
    clearInterval(timer);
    socket.close();
  }
}
