/** Health, readiness and metrics of a server as its user starts it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, Folder, ServeProcess, serialOf, zoneText } from './serve-process.ts';

let folder: Folder;
const servers: ServeProcess[] = [];

beforeEach(() => {
  folder = new Folder();
  folder.write('a.zone', zoneText(7));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

async function serve(lines: string): Promise<{ server: ServeProcess; port: number; http: number }> {
  const zones = 'zones: { a.test: { file: a.zone } }';
  const yaml = `listen: ["127.0.0.1:0"]\nhttp: 127.0.0.1:0\nworkers: 1\ncontrol: false\ndata-dir: data\n${lines}\n${zones}\n`;
  folder.write('ringzone.yaml', yaml);
  const server = new ServeProcess([], { cwd: folder.path });
  servers.push(server);
  const port = await server.ready();
  const { msg } = await server.waitFor(/^statistics channel listening on 127\.0\.0\.1#\d+$/);
  return { server, port, http: Number(msg.split('#').at(-1)) };
}

const get = (http: number, path: string) => fetch(`http://127.0.0.1:${http}${path}`);

async function metric(http: number, series: string): Promise<number> {
  const text = await (await get(http, '/metrics')).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  if (line === undefined) throw new Error(`no ${series} in ${text}`);
  return Number(line.slice(series.length + 1));
}

test('is ready when it answers, and tells of its answers', async () => {
  const { port, http } = await serve('');
  expect((await get(http, '/healthz')).status).toBe(200);
  const ready = await get(http, '/readyz');
  expect([ready.status, await ready.text()]).toEqual([200, 'ready: 1 of 1 zones are served\n']);
  // The response cache keeps what is asked for the second time, and gives it the third time.
  for (let i = 0; i < 3; i++) await ask(port, 'www.a.test', 'A');
  await ask(port, 'www.a.test', 'A', 'tcp');
  await ask(port, 'none.a.test', 'SRV');
  const udp = 'ringzone_requests_total{transport="udp",family="ipv4"}';
  // Counted before the response leaves; the time of its batch just behind.
  expect(await metric(http, udp)).toBe(4);
  await expect.poll(() => metric(http, 'ringzone_answer_duration_seconds_count{transport="udp"}')).toBe(4);
  await expect.poll(() => metric(http, 'ringzone_answer_duration_seconds_count{transport="tcp"}')).toBe(1);
  expect(await metric(http, 'ringzone_queries_total{type="A"}')).toBe(4);
  expect(await metric(http, 'ringzone_responses_total{rcode="NXDOMAIN"}')).toBe(1);
  expect(await metric(http, 'ringzone_response_cache_hits_total')).toBe(1);
  expect(await metric(http, 'ringzone_zone_serial{zone="a.test"}')).toBe(7);
  expect(await metric(http, 'ringzone_workers{transport="udp"}')).toBe(1);
  expect(await metric(http, 'ringzone_ready')).toBe(1);
});

test('a lame duck is not ready, and answers until its time is over', async () => {
  const { server, port, http } = await serve('lame-duck: 3s');
  server.kill('SIGTERM');
  await server.waitFor(/^lame duck: not ready from now on, answering for another 3 s$/);
  const ready = await get(http, '/readyz');
  expect([ready.status, await ready.text()]).toEqual([503, 'not ready: the server is about to end\n']);
  expect(await serialOf(port)).toBe(7);
  expect((await server.exit).code).toBe(0);
});

test('a second signal hurries a lame duck', async () => {
  const { server } = await serve('lame-duck: 10m');
  server.kill('SIGTERM');
  await server.waitFor(/^lame duck/);
  server.kill('SIGTERM');
  expect((await server.exit).code).toBe(0);
});

test('without a time it ends at once', async () => {
  const { server } = await serve('');
  expect((await server.stop()).code).toBe(0);
  expect(server.stderr).not.toContain('lame duck');
});
