import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpLimits, HttpServer } from '../../../../src/control/http/http-server.ts';
import type { Route } from '../../../../src/control/http/route.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import type { ListenAddress } from '../../../../src/plane/messages.ts';
import { FakeSource } from './fake-source.ts';

const localhost: ListenAddress = { family: 4, address: '127.0.0.1', port: 0 };
const lines: string[] = [];
const write = (_category: string, message: string) => void lines.push(message);
const log = { notice: write, warning: write, error: write } as unknown as Log;

/** Long responses that ended before their end. */
let abandoned = 0;

function* manyParts(): Generator<string> {
  let isWhole = false;
  try {
    for (let i = 0; i < 5000; i++) yield `${'x'.repeat(1000)}\n`;
    isWhole = true;
  } finally {
    if (!isWhole) abandoned++;
  }
}

const routes = new Map<string, Route>([
  ['/short', { contentType: 'application/json', body: () => '{"a":1}' }],
  [
    '/long',
    { contentType: 'text/plain', headers: { 'Content-Security-Policy': "default-src 'self'" }, body: manyParts },
  ],
  [
    '/bug',
    {
      contentType: 'text/plain',
      body: () => {
        throw new Error('a bug');
      },
    },
  ],
]);

let source: FakeSource;
let server: HttpServer;
let port = 0;
const sockets: Socket[] = [];

async function start(limits: Partial<HttpLimits> = {}, allow = 0): Promise<void> {
  server = new HttpServer(routes, source, log, limits);
  const opened = await server.open({ address: localhost, allow });
  if (!opened.ok) throw new Error(opened.error.message);
  port = opened.value.port;
}

beforeEach(() => {
  lines.length = 0;
  source = new FakeSource();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, init);
}

async function dial(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Also by a reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** All that comes until the server closes. */
async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  await closed(socket);
  return text;
}

async function sendRaw(text: string): Promise<string> {
  const socket = await dial();
  const answer = readAll(socket);
  socket.write(text);
  return await answer;
}

describe('requests', () => {
  beforeEach(() => start());

  test('GET gives the resource, not to be kept, framed or guessed at', async () => {
    const response = await get('/short?x=1');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-length': '7',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(await response.text()).toBe('{"a":1}');
  });

  test('HEAD gives its headers', async () => {
    const response = await get('/short', { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '7', '']);
    expect((await get('/long', { method: 'HEAD' })).status).toBe(200);
  });

  test('a long one comes in parts, with headers of its own', async () => {
    const response = await get('/long');
    expect(response.headers.get('content-security-policy')).toBe("default-src 'self'");
    expect((await response.text()).length).toBe(5_005_000);
  });

  test.each(['/', '/none', '/short/', '/../short', '/..%2fshort', '/%2e%2e/etc/passwd', '//short', '/SHORT'])(
    '%s is not found',
    async (path) => {
      const answer = await sendRaw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
      expect(answer).toContain('There are: /short /long /bug');
    },
  );

  test('XML is not had, and where JSON is is said', async () => {
    const response = await get('/xml/v3/server');
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('ask for /json/v1')]);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s is not possible', async (method) => {
    const answer = await sendRaw(`${method} /short HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12345`);
    expect(answer).toMatch(/^HTTP\/1\.1 405 [\s\S]*\r\nAllow: GET, HEAD\r\n/);
  });

  test.each(['Content-Length: 5\r\n\r\n12345', 'Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n'])(
    'a body is refused, and the connection ends',
    async (rest) => {
      expect(await sendRaw(`GET /short HTTP/1.1\r\nHost: localhost\r\n${rest}`)).toMatch(/^HTTP\/1\.1 413 /);
    },
  );

  test.each<[string, string, number]>([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['no Host', 'GET /short HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'both lengths',
      'GET /short HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['a long header', `GET /short HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(9000)}\r\n\r\n`, 431],
    ['a long path', `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
  ])('%s is refused', async (_name, text, status) => {
    expect(await sendRaw(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test('a bug is told of in the log, not to the client', async () => {
    const response = await get('/bug');
    expect([response.status, await response.text()]).toEqual([500, 'Internal error: see the log.\n']);
    expect(lines).toContain('HTTP: Error: a bug');
    expect((await get('/short')).status).toBe(200);
  });
});

describe('clients', () => {
  test('that the list does not have are turned away unread, and the log says so once', async () => {
    await start({}, 1);
    for (let i = 0; i < 3; i++) expect(await sendRaw('GET /short HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe('');
    expect(lines.filter((line) => line.startsWith('rejected statistics connection from 127.0.0.1#'))).toHaveLength(1);
  });

  test('are looked up in the list in force', async () => {
    await start({}, 1);
    source.http = { isNamed: true, listen: [{ address: localhost, allow: 0 }] };
    expect((await get('/short')).status).toBe(200);
  });

  test('that send their head too slowly are sent away', async () => {
    await start({ headMs: 200 });
    const socket = await dial();
    const answer = readAll(socket);
    socket.write('GET /short HTTP/1.1\r\n');
    const drip = setInterval(() => socket.write('X: y\r\n'), 50);
    try {
      expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
    } finally {
      clearInterval(drip);
    }
  });

  test('that send nothing are sent away', async () => {
    await start({ headMs: 200 });
    expect(await readAll(await dial())).toMatch(/^(HTTP\/1\.1 408 [\s\S]*)?$/);
  });

  test('that do not read what they asked for are parted from', async () => {
    await start({ idleMs: 200 });
    const socket = await dial();
    socket.pause();
    for (let i = 0; i < 20; i++) socket.write('GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await expect.poll(() => abandoned).toBeGreaterThan(0);
    // What the system had taken is read now; then comes the end, long before the 100 MB that were asked for.
    let octets = 0;
    socket.on('data', (chunk) => {
      octets += chunk.length;
    });
    socket.resume();
    await closed(socket);
    expect(octets).toBeLessThan(50_000_000);
  });

  test('are at most so many', async () => {
    await start({ connections: 3 });
    await Promise.all([dial(), dial(), dial()]);
    expect(await readAll(await dial())).toBe('');
    sockets[0]?.destroy();
    await expect
      .poll(
        () =>
          get('/short').then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 10_000 },
      )
      .toBe(200);
  });

  test('have nothing more when it is closed', async () => {
    await start();
    const socket = await dial();
    const ended = readAll(socket);
    await server.close();
    expect(await ended).toBe('');
    await expect(get('/short')).rejects.toThrow();
  });
});

test('an address that is taken is a sentence', async () => {
  await start();
  const again = await new HttpServer(routes, source, log).open({ address: { ...localhost, port }, allow: 0 });
  expect(again).toMatchObject({ ok: false, error: { code: 'EADDRINUSE' } });
});
