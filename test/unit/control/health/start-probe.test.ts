/** Probes against servers of this test, over real sockets. */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultHealthSettings, type HealthSettings } from '../../../../src/control/health/health-plan.ts';
import type { ProbeOutcome } from '../../../../src/control/health/outcome.ts';
import type { ProbeTask } from '../../../../src/control/health/probe.ts';
import { createTokens, startProbe } from '../../../../src/control/health/start-probe.ts';
import { startTimeline } from '../../../../src/control/health/timeline.ts';
import { hasOpenssl, makeCertificate } from '../../../e2e/certificates.ts';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

type Replies = (request: string) => readonly (string | Uint8Array)[];

/** What a server makes of a request. */
function replyTo(request: string, status = '200 OK', change: (text: string) => string = (text) => text): string {
  const copied = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
  return change([`SIP/2.0 ${status}`, ...copied, 'Content-Length: 0', '', ''].join('\r\n'));
}

async function udpServer(replies: Replies, address = '127.0.0.1', from?: UdpSocket): Promise<number> {
  const server = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  open.push(server);
  server.on('message', (octets: Buffer, remote: RemoteInfo) => {
    for (const reply of replies(octets.toString('latin1'))) (from ?? server).send(reply, remote.port, remote.address);
  });
  server.bind(0, address);
  await once(server, 'listening');
  return server.address().port;
}

async function streamServer(server: Server, replies: Replies): Promise<number> {
  const sockets = new Set<Socket>();
  open.push({
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  const isTls = 'setSecureContext' in server;
  server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (octets) => {
      for (const reply of replies(octets.toString('latin1'))) socket.write(reply);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function probe(
  port: number,
  more: Partial<ProbeTask> = {},
  settings: Partial<HealthSettings> = {},
): Promise<ProbeOutcome> {
  const { timeline, stop } = startTimeline();
  open.push({ close: stop });
  const task: ProbeTask = {
    address: '127.0.0.1',
    port,
    transport: 'udp',
    serverName: 'sip1.example.com',
    ...more,
    settings: { ...defaultHealthSettings, timeoutMs: 5000, ...settings },
  };
  const { promise, resolve } = Promise.withResolvers<ProbeOutcome>();
  startProbe(task, { timeline, nextToken: createTokens() }, resolve);
  return promise;
}

/** A server on a thread of its own. */
const threadedServer = `
  const server = require('node:dgram').createSocket('udp4');
  server.on('message', (octets, { port, address }) => {
    const copied = octets.toString('latin1').split('\\r\\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
    server.send(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\\r\\n'), port, address);
  });
  server.bind(0, '127.0.0.1', () => require('node:worker_threads').parentPort.postMessage(server.address().port));
`;

/** Tries with more time where a loaded machine has not made it in less. */
async function expectFailure(port: number, reason: string, more: Partial<ProbeTask> = {}): Promise<void> {
  for (const timeoutMs of [200, 1000]) {
    const outcome = await probe(port, more, { timeoutMs });
    if (outcome.kind === 'failed' && outcome.reason === reason.replace('TIME', `${timeoutMs} ms`)) return;
  }
  expect(await probe(port, more, { timeoutMs: 5000 })).toEqual({
    kind: 'failed',
    reason: reason.replace('TIME', '5 s'),
  });
}

describe('over UDP', () => {
  it.each([
    ['127.0.0.1', '200 OK'],
    ['::1', '404 Not here'],
  ])('finds a server at %s that says %s', async (address, status) => {
    let request = '';
    const port = await udpServer((text) => {
      request = text;
      return [replyTo(text, '100 Trying'), replyTo(text, status)];
    }, address);
    expect(await probe(port, { address })).toMatchObject({ kind: 'alive', reply: status });
    const host = address.includes(':') ? `[${address}]` : address;
    expect(request).toMatch(new RegExp(`^OPTIONS sip:${host.replace(/[[\].]/g, '\\$&')}:${port} SIP/2\\.0\r\n`));
  });

  it('asks again after 500 ms', async () => {
    let count = 0;
    const port = await udpServer((text) => (++count < 2 ? [] : [replyTo(text)]));
    const outcome = await probe(port);
    expect(outcome).toMatchObject({ kind: 'alive' });
    expect(outcome.kind === 'alive' && outcome.latencyMs).toBeGreaterThanOrEqual(490);
  });

  it('fails at once where nobody has the port', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    const startMs = performance.now();
    expect(await probe(port, {}, { timeoutMs: 60_000 })).toEqual({ kind: 'failed', reason: 'port unreachable' });
    expect(performance.now() - startMs).toBeLessThan(30_000);
  });

  it.each<[string, (request: string) => string | Uint8Array]>([
    ['something that is not SIP', () => Buffer.alloc(60_000, 0xff)],
    ['a header section without its end', () => ''],
    [
      'a reply with another Call-ID',
      (request) => replyTo(request, '200 OK', (text) => text.replace(/Call-ID: ./, 'Call-ID: x')),
    ],
    [
      'a reply with another branch',
      (request) => replyTo(request, '200 OK', (text) => text.replace('z9hG4bK', 'z9hG4bKx')),
    ],
    ['a request, not a reply', (request) => request],
    ['no reply within TIME', (request) => replyTo(request, '100 Trying')],
  ])('fails with the reason: %s', async (reason, reply) => {
    const port = await udpServer((request) => [reply(request)]);
    await expectFailure(port, reason);
  });

  it('passes over noise before the reply', async () => {
    const port = await udpServer((request) => [
      'noise',
      replyTo(request).replace('1 OPTIONS', '2 OPTIONS'),
      replyTo(request),
    ]);
    expect(await probe(port)).toMatchObject({ kind: 'alive' });
  });

  it('does not hear another address', async () => {
    const other = createSocket('udp4');
    open.push(other);
    other.bind(0, '127.0.0.1');
    await once(other, 'listening');
    const port = await udpServer((request) => [replyTo(request)], '127.0.0.1', other);
    await expectFailure(port, 'no reply within TIME');
  });

  it('takes 503 for a wish to be left alone, and 408 for no reply', async () => {
    const port = await udpServer((request) => [
      replyTo(request, '503 Stopping', (text) => text.replace('Content', 'Retry-After: 30\r\nContent')),
    ]);
    expect(await probe(port)).toMatchObject({ kind: 'draining', reply: '503 Stopping', retryAfterSeconds: 30 });
    const failing = await udpServer((request) => [replyTo(request, '408 Timeout')]);
    expect(await probe(failing)).toMatchObject({ kind: 'failed', reason: 'reply 408 Timeout' });
    const configured = { drainCodes: [], failCodes: [{ from: 500, to: 599 }] };
    expect(await probe(port, {}, configured)).toMatchObject({ kind: 'failed', reason: 'reply 503 Stopping' });
  });

  it('concludes nothing when this thread stood still', async () => {
    const port = await udpServer(() => []);
    const outcome = probe(port, {}, { timeoutMs: 100 });
    const endMs = performance.now() + 500;
    while (performance.now() < endMs);
    expect(await outcome).toMatchObject({
      kind: 'none',
      reason: expect.stringMatching(/^this server stood still for \d+ ms$/),
    });
  });

  it('hears a reply that came in time, though the thread was busy till after the deadline', async () => {
    const server = new Worker(threadedServer, { eval: true });
    open.push({ close: () => void server.terminate() });
    const [port] = (await once(server, 'message')) as [number];
    const outcome = probe(port, {}, { timeoutMs: 100 });
    // The request leaves in the next turns of the event loop; then all stands still until it is too late by less than 250 ms.
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
    const endMs = performance.now() + 200;
    while (performance.now() < endMs);
    // Where the machine stands still too, nothing is concluded.
    expect((await outcome).kind).not.toBe('failed');
  });
});

describe('over TCP', () => {
  it('finds a server, however its reply is cut', async () => {
    const port = await streamServer(createServer(), (request) => {
      const text = `${replyTo(request, '100 Trying')}\r\n\r\n${replyTo(request)}`;
      return [text.slice(0, 70), text.slice(70, 400), text.slice(400)];
    });
    expect(await probe(port, { transport: 'tcp' })).toMatchObject({ kind: 'alive', reply: '200 OK' });
  });

  it.each<[string, Replies]>([
    ['something that is not SIP', () => [Buffer.alloc(1_000_000, 'x')]],
    ['a header section that is too long', () => ['SIP/2.0 200 OK\r\n', Buffer.alloc(1_000_000, 'X: y\r\n')]],
    ['no Content-Length, which a stream needs', (request) => [replyTo(request).replace('Content-Length: 0\r\n', '')]],
    ['a reply with another Call-ID', (request) => [replyTo(request).replace(/Call-ID: ./, 'Call-ID: x')]],
    ['no reply within TIME', () => []],
  ])('fails with the reason: %s', async (reason, replies) => {
    const port = await streamServer(createServer(), replies);
    await expectFailure(port, reason, { transport: 'tcp' });
  });

  it('fails at once where the connection is refused, or ends', async () => {
    const closing = createServer((socket) => socket.end());
    const port = await streamServer(closing, () => []);
    expect(await probe(port, { transport: 'tcp' }, { timeoutMs: 60_000 })).toEqual({
      kind: 'failed',
      reason: 'connection closed',
    });
    closing.close();
    await once(closing, 'close');
    expect(await probe(port, { transport: 'tcp' }, { timeoutMs: 60_000 })).toEqual({
      kind: 'failed',
      reason: 'port unreachable',
    });
  });

  it('asks for a connection alone where that is wanted, whatever the transport', async () => {
    const port = await streamServer(createServer(), () => []);
    for (const transport of ['udp', 'tcp', 'tls'] as const)
      expect(await probe(port, { transport }, { probe: 'tcp-connect' })).toMatchObject({
        kind: 'alive',
        reply: 'connected',
      });
  });
});

describe.skipIf(!hasOpenssl)('over TLS', () => {
  it('finds a server, and verifies its certificate only where that is wanted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'probe-'));
    open.push({ close: () => rmSync(folder, { recursive: true }) });
    const { keyFile, certFile } = makeCertificate(folder, 'server');
    const [key, cert] = [readFileSync(keyFile), readFileSync(certFile)];
    let name: unknown;
    const server = createTlsServer({
      key,
      cert,
      SNICallback: (asked, done) => {
        name = asked;
        done(null);
      },
    });
    server.on('tlsClientError', () => undefined);
    const port = await streamServer(server, (request) => [replyTo(request)]);
    expect(await probe(port, { transport: 'tls' })).toMatchObject({ kind: 'alive', reply: '200 OK' });
    expect(name).toBe('sip1.example.com');
    expect(await probe(port, { transport: 'tls' }, { tlsVerify: true })).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/certificate/),
    });
  });
});
