import { chmodSync, existsSync, lstatSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlChannel } from '../../../../src/control/channel/control-channel.ts';
import { askControl } from '../../../../src/control/channel/control-client.ts';
import { maxRequestOctets } from '../../../../src/control/channel/messages.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { describeZone, FakeTarget } from './fake-target.ts';

let folder: string;
let path: string;
let target: FakeTarget;
let said: string[];
let channels: ControlChannel[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-ctl-'));
  path = join(folder, 'control.sock');
  target = new FakeTarget(describeZone('a.test'));
  said = [];
  channels = [];
});
afterEach(async () => {
  target.stopped.resolve();
  for (const channel of channels) await channel.end();
  rmSync(folder, { recursive: true, force: true });
});

const log = {
  event: (_category: string, severity: string, message: string) => said.push(`${severity} ${message}`),
  notice: (_category: string, message: string) => said.push(`notice ${message}`),
  warning: (_category: string, message: string) => said.push(`warning ${message}`),
  error: (_category: string, message: string) => said.push(`error ${message}`),
} as unknown as Log;

async function open(options: { at?: string; takeover?: boolean; idleMs?: number } = {}): Promise<string | undefined> {
  const { at = path, takeover = false, idleMs = 5000 } = options;
  const opened = await ControlChannel.open({ path: at, takeover, timeouts: { idleMs, writeMs: 500 } }, target, log);
  if (opened.ok) channels.push(opened.value);
  return opened.ok ? undefined : opened.error;
}

/** Send octets as they are; what comes back until the server ends the connection. */
function send(octets: Uint8Array | string, options: { end?: boolean } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ path, allowHalfOpen: true });
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', reject);
    socket.on('end', () => {
      socket.end();
      resolve(answer);
    });
    if (options.end === false) socket.write(octets);
    else socket.end(octets);
  });
}

function ask(...command: readonly string[]) {
  return askControl(path, { command }, 1000);
}

const listenSilently = (at: string) =>
  new Promise<Server>((resolve) => {
    const server = createServer().listen(at, () => resolve(server));
  });

describe('the socket', () => {
  test('is for its owner and its group', async () => {
    const mask = process.umask();
    expect(await open()).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(process.umask()).toBe(mask);
    expect(said).toEqual([`notice command channel listening on ${path}`]);
  });

  test('is gone when the channel is closed', async () => {
    await open();
    channels[0]?.close();
    expect(existsSync(path)).toBe(false);
    expect(said.at(-1)).toBe(`notice stopping command channel on ${path}`);
  });

  test('its folder is made, but not a tree of them', async () => {
    expect(await open({ at: join(folder, 'run/c.sock') })).toBeUndefined();
    expect(await open({ at: join(folder, 'no/such/c.sock') })).toMatch(
      /cannot make the folder .*no\/such: no such file/,
    );
  });

  test('one that a dead server has left is replaced', async () => {
    const dead = await listenSilently(join(folder, 'dead'));
    const { renameSync } = await import('node:fs');
    renameSync(join(folder, 'dead'), path);
    await new Promise((resolve) => dead.close(resolve));
    expect(existsSync(path)).toBe(true);
    expect(await open()).toBeUndefined();
    expect(await ask('version')).toMatchObject({ ok: true });
  });

  test('one that a live server has is not, but with takeover', async () => {
    await open();
    expect(await open()).toBe(`control socket ${path}: another server answers there`);
    expect(await open({ takeover: true })).toBeUndefined();
    // The end of the one before leaves the newer one's name alone.
    channels[0]?.close();
    expect(lstatSync(path).isSocket()).toBe(true);
    expect(await ask('version')).toMatchObject({ ok: true });
  });

  test('a file is never removed', async () => {
    writeFileSync(path, 'precious');
    expect(await open()).toMatch(/a file of that name exists, and is no socket$/);
    symlinkSync(path, join(folder, 'link'));
    expect(await open({ at: join(folder, 'link') })).toMatch(/is no socket$/);
    expect(statSync(path).size).toBe(8);
  });

  test('a path that is too long is said', async () => {
    const long = join(folder, 'x'.repeat(107 - folder.length));
    expect(await open({ at: long })).toMatch(/the path is too long for a socket, by 2 octets$/);
    expect(await open({ at: long.slice(0, 106) })).toBeUndefined();
    expect(await askControl(long, { command: ['status'] })).toMatchObject({ ok: false });
  });

  test.skipIf(process.getuid?.() === 0)('a folder that is not ours is said', async () => {
    chmodSync(folder, 0o500);
    expect(await open()).toMatch(/permission denied$/);
    chmodSync(folder, 0o700);
  });
});

describe('requests', () => {
  test('are logged in the words of BIND and answered', async () => {
    await open();
    expect(await ask('reload', 'a.test')).toEqual({
      ok: true,
      value: { ok: true, text: 'zone reload up-to-date', data: { result: 'up-to-date' } },
    });
    await ask('status');
    await ask('null');
    await ask('NOSUCH', "it's\na line");
    expect(said.slice(1)).toEqual([
      "info received control channel command 'reload a.test'",
      "debug received control channel command 'status'",
      "debug received control channel command 'null'",
      String.raw`info received control channel command 'NOSUCH it\039s\010a line'`,
      "warning unknown control channel command 'NOSUCH'",
    ]);
  });

  test('several in a row on one connection are answered in their order, also after the client has ended its half', async () => {
    await open();
    const lines = (await send('{"command":["version"]}\n\n{"command":["reload"]}\n')).split('\n');
    expect(lines.map((line) => (line === '' ? '' : Object.keys(JSON.parse(line))[0]))).toEqual([
      'received',
      'ok',
      'received',
      'ok',
      '',
    ]);
  });

  test('of many clients are answered each', async () => {
    await open();
    const results = await Promise.all(Array.from({ length: 40 }, () => ask('version')));
    expect(results.every((result) => result.ok && result.value.ok)).toBe(true);
  });

  test('beyond the bound are told so', async () => {
    await open();
    const waiting = Array.from({ length: 64 }, () => ask('stop'));
    while (target.done.length < 64) await sleep(5);
    expect(await ask('version')).toMatchObject({ value: { ok: false, failure: 'too many connections' } });
    target.stopped.resolve();
    await channels[0]?.end();
    expect((await Promise.all(waiting)).every((result) => result.ok && result.value.ok)).toBe(true);
  });

  test.each([
    ['no JSON', 'reload a.test\n'],
    ['no object', '"reload"\n'],
    ['null', 'null\n'],
    ['no command', '{}\n'],
    ['an empty command', '{"command":[]}\n'],
    ['a text for a list', '{"command":"reload"}\n'],
    ['numbers', '{"command":[1]}\n'],
    ['deep nesting', `${'['.repeat(30_000)}\n`],
    ['no UTF-8', Uint8Array.of(0xc3, 0x28, 10)],
    ['zeros', new Uint8Array(100)],
    ['a line that is too long', `{"command":["${'x'.repeat(maxRequestOctets)}"]}\n`],
    ['a line without an end', 'x'.repeat(maxRequestOctets + 1)],
  ])(
    'that are none (%s) get an error, and the next client its answer',
    async (_, octets) => {
      await open();
      const answer = await send(octets, { end: octets.length <= maxRequestOctets });
      if (answer !== '')
        expect(JSON.parse(answer.split('\n')[0] ?? '')).toMatchObject({ ok: false, failure: 'syntax error' });
      expect(await ask('version')).toMatchObject({ ok: true });
      expect(target.done).toEqual([]);
    },
    2000,
  );

  test('a word that throws fails alone, and its reason is logged', async () => {
    await open();
    target.reload = () => Promise.reject(new Error('the loader thread has ended'));
    expect(await ask('reload')).toMatchObject({ value: { failure: 'failure', text: 'the loader thread has ended' } });
    expect(said.at(-1)).toBe("error control channel command 'reload' failed: the loader thread has ended");
  });

  test('a client that says nothing is left, and one that goes away leaves no trace', async () => {
    await open({ idleMs: 50 });
    expect(await Promise.race([send('', { end: false }).catch(() => ''), sleep(2000, 'late')])).toBe('');
    const socket = connect(path, () => socket.end('{"command":["reload"]}\n', () => socket.destroy()));
    while (target.done.length === 0) await sleep(5);
    expect(await ask('version')).toMatchObject({ ok: true });
  });
});

describe('the end', () => {
  test('who asked for the stop is told when it is done', async () => {
    await open();
    let isTold = false;
    const asked = ask('stop').then((result) => {
      isTold = true;
      return result;
    });
    while (target.done.length === 0) await sleep(5);
    channels[0]?.close();
    await sleep(20);
    expect(isTold).toBe(false);
    target.stopped.resolve();
    await channels[0]?.end();
    expect(await asked).toEqual({ ok: true, value: { ok: true, text: '' } });
  });

  test('who waits for something else hears that the server has ended', async () => {
    await open();
    target.reload = () => new Promise(() => undefined);
    const asked = ask('reload');
    while (said.length < 2) await sleep(5);
    await channels[0]?.end();
    expect(await asked).toMatchObject({ ok: false, error: { message: 'the server has ended before it answered' } });
  });
});

describe('without a server', () => {
  test('the client says what it found', async () => {
    expect(await ask('status')).toMatchObject({ error: { message: `no server at ${path}: no such socket` } });
    writeFileSync(path, '');
    expect(await ask('status')).toMatchObject({ error: { message: `${path} is no socket` } });
  });

  test('one that does not answer is given up', async () => {
    const silent = await listenSilently(path);
    const result = await askControl(path, { command: ['status'] }, 50);
    expect(result).toMatchObject({ error: { message: `the server at ${path} does not answer` } });
    silent.close();
  });

  test('another protocol is seen', async () => {
    const other = createServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
    await new Promise<void>((resolve) => other.listen(path, resolve));
    expect(await ask('status')).toMatchObject({ error: { message: `what answers at ${path} is no Ringzone` } });
    other.close();
  });
});
