import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HttpServer } from '../../../../src/control/http/http-server.ts';
import { readinessOf } from '../../../../src/control/http/readiness.ts';
import { routes } from '../../../../src/control/http/routes.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { readExposition } from '../metrics/exposition.ts';
import { secondaryOf } from '../metrics/scraped.ts';
import { FakeSource, zoneOf } from './fake-source.ts';

const log = { notice: () => undefined, warning: () => undefined, error: () => undefined } as unknown as Log;

let source: FakeSource;

beforeEach(() => {
  source = new FakeSource();
  source.zones = [zoneOf('a.test'), zoneOf('b.test')];
  publish(0);
});

function publish(index: number): void {
  const id = source.zones[index];
  if (id !== undefined) source.zoneFacts.published({ id, serial: 1, reason: 'load' });
}

describe('ready', () => {
  test('where a zone is served, though another is not', () => {
    expect(readinessOf(source)).toEqual({ isReady: true, reason: 'ready: 1 of 2 zones are served' });
  });

  test('not where none is', () => {
    source.zones = [zoneOf('c.test')];
    expect(readinessOf(source)).toEqual({ isReady: false, reason: 'not ready: none of 1 zones is served' });
  });

  test('not while it is about to end, nor without a worker', () => {
    source.health = { ...source.health, isLeaving: true };
    expect(readinessOf(source).reason).toBe('not ready: the server is about to end');
    source.health = { ...source.health, isLeaving: false, udpWorkers: 0 };
    expect(readinessOf(source).reason).toBe('not ready: no worker answers');
  });

  test('not before each secondary zone without a copy was tried for once', () => {
    source.zones = [...source.zones, zoneOf('s.test', { type: 'secondary' })];
    source.found = secondaryOf('s.test');
    expect(readinessOf(source).reason).toBe('not ready: 1 of 3 zones wait for their first transfer');
    source.found.failures = 1;
    expect(readinessOf(source).isReady).toBe(true);
  });

  test('still, when it gets a new secondary zone', () => {
    expect(readinessOf(source).isReady).toBe(true);
    source.zones = [...source.zones, zoneOf('s.test', { type: 'secondary' })];
    source.found = secondaryOf('s.test');
    expect(readinessOf(source)).toEqual({ isReady: true, reason: 'ready: 1 of 3 zones are served' });
  });

  test('an expired copy is not served', () => {
    source.zones = [zoneOf('s.test', { type: 'secondary' })];
    publish(0);
    source.found = secondaryOf('s.test', { isExpired: true, failures: 9 });
    expect(readinessOf(source).isReady).toBe(false);
  });
});

describe('over HTTP', () => {
  let server: HttpServer;
  let port = 0;

  beforeEach(async () => {
    server = new HttpServer(routes, source, log);
    const opened = await server.open({ address: { family: 4, address: '127.0.0.1', port: 0 }, allow: 0 });
    if (!opened.ok) throw new Error(opened.error.message);
    port = opened.value.port;
  });
  afterEach(() => server.close());

  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);

  test('the status says whether it is ready, the text why', async () => {
    const ready = await get('/readyz');
    expect([ready.status, await ready.text()]).toEqual([200, 'ready: 1 of 2 zones are served\n']);
    source.health = { ...source.health, isLeaving: true };
    const leaving = await get('/readyz');
    expect([leaving.status, await leaving.text()]).toEqual([503, 'not ready: the server is about to end\n']);
    expect((await get('/readyz', { method: 'HEAD' })).status).toBe(503);
    // Whoever restarts what is not healthy lets it end in peace.
    expect((await get('/healthz')).status).toBe(200);
  });

  test('/metrics has its type and the headers of every response', async () => {
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toMatch(/^ringzone_ready 1$/m);
  });

  test.each([
    ['gzip', true],
    ['deflate, gzip;q=0.5', true],
    ['GZIP , br', true],
    ['gzip;q=0', false],
    ['identity', false],
    ['gzipped', false],
  ])('/metrics for who accepts %s: packed %s, and the same', async (accepted, isPacked) => {
    const response = await get('/metrics', { headers: { 'accept-encoding': accepted } });
    expect(response.headers.get('content-encoding')).toBe(isPacked ? 'gzip' : null);
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    // fetch has unpacked it.
    expect(
      readExposition(await response.text())
        .get('ringzone_ready')
        ?.samples.get('ringzone_ready'),
    ).toBe(1);
  });

  test('ten thousand zones are packed to less than a quarter, and who goes away in the middle harms nobody', async () => {
    source.zones = Array.from({ length: 10_000 }, (_, i) => zoneOf(`customer${i}.phones.test`));
    for (const index of source.zones.keys()) publish(index);
    const gone = await get('/metrics', { headers: { 'accept-encoding': 'gzip' } });
    await gone.body?.cancel();
    const [packed, plain] = await Promise.all(
      ['gzip', 'identity'].map(
        (accepted) =>
          new Promise<number>((resolve, reject) => {
            request({ port, path: '/metrics', headers: { 'accept-encoding': accepted } }, (response) => {
              let octets = 0;
              response.on('data', (chunk: Buffer) => {
                octets += chunk.length;
              });
              response.on('end', () => resolve(octets));
            })
              .on('error', reject)
              .end();
          }),
      ),
    );
    expect(plain).toBeGreaterThan(1_000_000);
    expect(packed).toBeLessThan((plain ?? 0) / 4);
    expect((await get('/metrics', { method: 'HEAD' })).status).toBe(200);
  });
});
