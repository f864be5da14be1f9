/** Access lists in the running server: asked from two addresses, over both transports, before and after reloads. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { Folder, ServeProcess, zoneText } from './serve-process.ts';

const hasDig = spawnSync('dig', ['-v']).status === 0;
if (!hasDig) console.warn('skipped: dig is not installed');

let folder = new Folder();
let server: ServeProcess | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
  folder.remove();
  folder = new Folder();
});

/** `status` of the header, `EDE n` where there is one; or `silence`. */
async function dig(port: number, from: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('dig', [
    '@127.0.0.1',
    ...['-p', String(port), '-b', from, '+tries=1', '+time=1'],
    ...args,
  ]).catch((error: { stdout: string }) => error);
  const status = /status: (\w+)/.exec(stdout)?.[1];
  return status === undefined ? 'silence' : `${status}${/EDE: (\d+)/.exec(stdout)?.[1] ?? ''}`;
}

function configure(rest: string): string {
  folder.write('a.test', zoneText(1));
  return folder.write('ringzone.yaml', `listen: ["127.0.0.1:0"]\nworkers: 1\n${rest}`);
}

async function start(rest: string): Promise<number> {
  server = new ServeProcess(['-c', configure(rest)], { cwd: folder.path });
  return await server.ready();
}

async function reload(rest: string, count: number): Promise<void> {
  configure(rest);
  server?.kill('SIGHUP');
  await server?.waitFor(/^reloading zones succeeded$/, count);
}

describe.skipIf(!hasDig)('access', () => {
  const zone = (settings: string) => `zones: { a.test: { file: a.test${settings} } }\n`;

  test('allow-query, its log line without any logging configured, and a reload that turns it round', async () => {
    const port = await start(`acl: { first: [127.0.0.1] }\n${zone(', allow-query: [first]')}`);
    for (const transport of ['+notcp', '+tcp']) {
      // More than once: the second answer may come from the cache.
      for (let i = 0; i < 3; i++) {
        expect(await dig(port, '127.0.0.1', transport, 'www.a.test')).toBe('NOERROR');
        expect(await dig(port, '127.0.0.2', transport, 'www.a.test')).toBe('REFUSED18');
      }
    }
    const denied = () =>
      server?.stderr.match(
        /security: info: client @0x[0-9a-f]+ 127\.0\.0\.2#\d+ \(www\.a\.test\): query 'www\.a\.test\/A\/IN' denied/g,
      );
    await expect.poll(denied).toHaveLength(6);
    await reload(`acl: { first: ["!127.0.0.1", localnets] }\n${zone(', allow-query: [first]')}`, 1);
    expect(await dig(port, '127.0.0.1', 'www.a.test')).toBe('REFUSED18');
    expect(await dig(port, '127.0.0.2', 'www.a.test')).toBe('NOERROR');
    await reload(zone(''), 2);
    expect(await dig(port, '127.0.0.1', 'www.a.test')).toBe('NOERROR');
    expect(await dig(port, '127.0.0.2', '+tcp', 'www.a.test')).toBe('NOERROR');
  });

  test('blackhole is silent on both transports, and others are not held up', async () => {
    const port = await start(`blackhole: [127.0.0.2]\n${zone('')}`);
    expect(await dig(port, '127.0.0.2', '+notcp', 'www.a.test')).toBe('silence');
    expect(await dig(port, '127.0.0.2', '+tcp', 'www.a.test')).toBe('silence');
    expect(await dig(port, '127.0.0.1', 'www.a.test')).toBe('NOERROR');
    expect(await dig(port, '127.0.0.1', '+tcp', 'www.a.test')).toBe('NOERROR');
    await reload(zone(''), 1);
    expect(await dig(port, '127.0.0.2', 'www.a.test')).toBe('NOERROR');
  });

  test('a key opens what the address does not, and a key that goes opens nothing any more', async () => {
    const secret = Buffer.from('a secret of thirty-two octets...').toString('base64');
    const rest = `keys: { k: { algorithm: hmac-sha256, secret: "${secret}" } }\n${zone(', allow-query: ["key k"]')}`;
    const port = await start(rest);
    const signed = ['-y', `hmac-sha256:k:${secret}`, 'www.a.test'];
    expect(await dig(port, '127.0.0.1', 'www.a.test')).toBe('REFUSED18');
    expect(await dig(port, '127.0.0.1', ...signed)).toBe('NOERROR');
    expect(await dig(port, '127.0.0.1', '+tcp', ...signed)).toBe('NOERROR');
    await reload(rest.replace(/\bk: \{/, 'n: {').replace('key k', 'key n'), 1);
    expect(await dig(port, '127.0.0.1', ...signed)).toBe('NOTAUTH');
    expect(await dig(port, '127.0.0.1', '-y', `hmac-sha256:n:${secret}`, 'www.a.test')).toBe('NOERROR');
    expect(server?.stderr).not.toContain(secret.slice(0, 12));
  });

  test('denied lines go where the category security is routed', async () => {
    const logging = 'logging: { channels: { s: { file: security.log } }, categories: { security: [s] } }\n';
    const port = await start(`${logging}${zone(', allow-query: [none]')}`);
    await dig(port, '127.0.0.2', '-t', 'SRV', '_sip._udp.a.test');
    await server?.stop();
    const text = readFileSync(join(folder.path, 'security.log'), 'utf8');
    expect(text).toMatch(
      /^client @0x[0-9a-f]+ 127\.0\.0\.2#\d+ \(_sip\._udp\.a\.test\): query '_sip\._udp\.a\.test\/SRV\/IN' denied\n$/,
    );
    expect(server?.stderr).not.toContain('denied');
  });
});

test('a data-dir that cannot be had is an error where it is named', async () => {
  const path = configure('data-dir: /proc/nothing\nzones: { a.test: { file: a.test } }\n');
  server = new ServeProcess(['-c', path], { cwd: folder.path });
  expect(await server.exit).toMatchObject({ code: 1 });
  expect(server.stderr).toContain('data-dir /proc/nothing: ');
});
