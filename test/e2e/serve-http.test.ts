/** Statistics over HTTP from a server as its user starts it. */
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Folder, ServeProcess, zoneText } from './serve-process.ts';

let folder: Folder;
const servers: ServeProcess[] = [];
let taken: Server | undefined;

beforeEach(() => {
  folder = new Folder();
  folder.write('a.zone', zoneText(7));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  taken?.close();
  taken = undefined;
  folder.remove();
});

function serve(...args: readonly string[]): ServeProcess {
  const server = new ServeProcess(args, { cwd: folder.path });
  servers.push(server);
  return server;
}

function configure(lines: string, zones = 'zones: { a.test: { file: a.zone } }'): void {
  folder.write(
    'ringzone.yaml',
    `listen: ["127.0.0.1:0"]\nworkers: 1\ncontrol: false\ndata-dir: data\n${lines}\n${zones}\n`,
  );
}

async function httpPort(server: ServeProcess): Promise<number> {
  const { msg } = await server.waitFor(/^statistics channel listening on 127\.0\.0\.1#\d+$/);
  return Number(msg.split('#').at(-1));
}

function get(port: number, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`);
}

async function zonesOf(port: number): Promise<unknown> {
  const { views } = (await (await get(port, '/json/v1/zones')).json()) as {
    views: Record<string, { zones: { name: string; serial?: number }[] }>;
  };
  const named = Object.entries(views).filter(([name]) => name !== '_bind');
  return Object.fromEntries(named.map(([name, { zones }]) => [name, zones.map((zone) => [zone.name, zone.serial])]));
}

/** A port that somebody else has until the test ends. */
async function takePort(): Promise<number> {
  const server = createServer();
  taken = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('by option: zones and their serials, also after a reload; closed at the end', async () => {
  const server = serve(
    '--zone',
    'a.test=a.zone',
    '--listen',
    '127.0.0.1:0',
    '--http',
    '127.0.0.1:0',
    '--control',
    'false',
  );
  await server.ready();
  const port = await httpPort(server);
  expect(await zonesOf(port)).toEqual({ _default: [['a.test', 7]] });
  folder.write('a.zone', zoneText(8));
  server.kill('SIGHUP');
  await server.waitFor(/loaded serial 8/);
  await expect.poll(() => zonesOf(port)).toEqual({ _default: [['a.test', 8]] });
  expect((await get(port, '/xml/v3')).status).toBe(404);
  expect((await server.stop()).code).toBe(0);
  await expect(get(port, '/json/v1')).rejects.toThrow();
});

test('each view has its zones', async () => {
  folder.write('b.zone', zoneText(9));
  const views =
    'views: { in: { match-clients: [127.0.0.1], zones: { a.test: { file: a.zone } } }, out: { zones: { a.test: { file: b.zone } } } }';
  configure('http: 127.0.0.1:0', views);
  const server = serve();
  await server.ready();
  expect(await zonesOf(await httpPort(server))).toEqual({ in: [['a.test', 7]], out: [['a.test', 9]] });
});

test('who may ask is said by a list, which a reload changes', async () => {
  configure('http: { listen: "127.0.0.1:0", allow: [192.0.2.1] }');
  const server = serve();
  await server.ready();
  const port = await httpPort(server);
  await expect(get(port, '/json/v1')).rejects.toThrow();
  await server.waitFor(/^rejected statistics connection from 127\.0\.0\.1#\d+$/);
  configure('http: { listen: "127.0.0.1:0", allow: [192.0.2.1, 127.0.0.1] }');
  server.kill('SIGHUP');
  await expect
    .poll(
      () =>
        get(port, '/json/v1/status').then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 20_000 },
    )
    .toBe(200);
});

test("a named.conf's statistics-channels", async () => {
  folder.write(
    'named.conf',
    `options { directory "${folder.path}"; listen-on port 0 { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; };
statistics-channels { inet 127.0.0.1 port 0 allow { localhost; }; };
zone "a.test" { type primary; file "a.zone"; };
`,
  );
  const server = serve('-c', 'named.conf', '--data-dir', 'data', '--control', 'false');
  await server.ready();
  expect(await zonesOf(await httpPort(server))).toEqual({ _default: [['a.test', 7]] });
});

test('an address that is named must be had', async () => {
  configure(`http: 127.0.0.1:${await takePort()}`);
  const server = serve();
  expect((await server.exit).code).toBe(1);
  expect(server.stderr).toMatch(/HTTP: cannot listen on 127\.0\.0\.1:\d+ \(TCP\): another program has it/);
});

test('with --takeover it is had when the server before lets go', async () => {
  const port = await takePort();
  taken?.close();
  configure(`http: 127.0.0.1:${port}`);
  const first = serve();
  await first.ready();
  await httpPort(first);
  const second = serve('--takeover');
  await second.ready();
  expect((await first.stop()).code).toBe(0);
  await httpPort(second);
  expect((await get(port, '/json/v1/status')).status).toBe(200);
});
