import { readFileSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, Folder, ServeProcess, serialOf, zoneText } from './serve-process.ts';

let folder: Folder;
const started: ServeProcess[] = [];
beforeEach(() => {
  folder = new Folder();
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

function serve(args: readonly string[], options: ConstructorParameters<typeof ServeProcess>[1] = {}): ServeProcess {
  const server = new ServeProcess(args, { cwd: folder.path, ...options });
  started.push(server);
  return server;
}

const oneListener = ['--listen', '127.0.0.1:0', '--workers', '1'];

function serveZone(serial = 1, more: readonly string[] = []): ServeProcess {
  const file = folder.write('a.zone', zoneText(serial));
  return serve([...oneListener, '--zone', `a.test=${file}`, ...more]);
}

describe('without a configuration', () => {
  test('the packaged zones are served over UDP and TCP, a dig line is printed, SIGTERM ends with 0', async () => {
    const server = serve(oneListener);
    const port = await server.ready();
    expect(server.stdout).toBe(`try: dig @127.0.0.1 -p ${port} _sip._udp.rapidtech.phones SRV\n`);
    for (const transport of ['udp', 'tcp'] as const) {
      const reply = await ask(port, '_sip._udp.rapidtech.phones', 'SRV', transport);
      expect(reply.header).toMatchObject({ rcode: 0, aa: 1 });
      expect(reply.answers.map(({ priority, weight, target }) => [priority, weight, target]).toSorted()).toEqual([
        [0, 40, 'sipserver1.rapidtech.phones'],
        [0, 60, 'sipserver2.rapidtech.phones'],
        [1, 5, 'sipserverbackup.rapidtech.phones'],
      ]);
      const addresses = reply.additionals.map(({ address }) => address).filter((address) => address !== undefined);
      expect(addresses.toSorted()).toEqual(['192.0.2.11', '192.0.2.12', '192.0.2.13']);
    }
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(server.log.at(-1)?.msg).toBe('exiting');
  });
});

test('that nobody reads what it prints does not stop it', async () => {
  const log = folder.write('rz.log', '');
  const server = serve(oneListener, { wrapper: ['sh', '-c', `exec "$@" 2>${log}`, 'sh'] });
  server.child.stdout?.destroy();
  await expect.poll(() => readFileSync(log, 'utf8')).toMatch(/"ready"/);
  const [, port = ''] = /"127\.0\.0\.1:(\d+)"/.exec(readFileSync(log, 'utf8')) ?? [];
  await sleep(50);
  expect((await ask(Number(port), 'rapidtech.phones', 'SOA')).header.rcode).toBe(0);
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

describe('SIGHUP', () => {
  test('a good zone is taken, a bad one leaves the old in service and says why', async () => {
    const server = serveZone(1);
    const port = await server.ready();
    expect(await serialOf(port)).toBe(1);
    expect((await server.waitFor(/loaded serial/)).msg).toBe('zone a.test/IN: loaded serial 1');

    folder.write('a.zone', zoneText(2));
    server.kill('SIGHUP');
    await server.waitFor(/^reloading zones succeeded$/);
    expect(await serialOf(port)).toBe(2);

    folder.write('a.zone', `${zoneText(3)}bad IN A 192.0.2.999\n`);
    server.kill('SIGHUP');
    await server.waitFor(/^reloading zones: 1 refused/);
    expect(await serialOf(port)).toBe(2);
    const messages = server.log.map(({ msg }) => msg);
    expect(messages).toContainEqual(expect.stringMatching(/a\.zone:6:\d+: error: .* \[ZF\d\d\]$/));
    expect(messages).toContainEqual(
      expect.stringMatching(/^zone a\.test\/IN: loading from master file .*a\.zone failed: bad dotted quad$/),
    );
    expect(messages).toContain('zone a.test/IN: not loaded due to errors.');
    expect(messages).toContain('zone a.test/IN: serial 2, loaded before, stays in service');

    folder.write('a.zone', zoneText(1));
    server.kill('SIGHUP');
    await server.waitFor(/has gone backwards/);
    await server.waitFor(/^reloading zones succeeded$/, 2);
    expect(server.log.map(({ msg }) => msg)).toContain('zone a.test/IN: zone serial (1/2) has gone backwards');
    expect(await serialOf(port)).toBe(1);
    expect((await server.stop()).code).toBe(0);
  });

  test('zones come and go with the configuration; a bad configuration changes nothing', async () => {
    const config = (zones: string) => `listen: ["127.0.0.1:0"]\nworkers: 1\nzones: { ${zones} }\n`;
    folder.write('a.zone', zoneText(1));
    folder.write('b.zone', zoneText(7).replaceAll('a.test', 'b.test'));
    folder.write('ringzone.yaml', config('a.test: { file: a.zone }'));
    const server = serve([]);
    const port = await server.ready();
    expect((await ask(port, 'b.test', 'SOA')).header.rcode).toBe(5);

    folder.write('ringzone.yaml', config('b.test: { file: b.zone }'));
    server.kill('SIGHUP');
    await server.waitFor(/^reloading zones succeeded$/);
    expect(await serialOf(port, 'b.test')).toBe(7);
    expect((await ask(port, 'a.test', 'SOA')).header.rcode).toBe(5);

    folder.write('ringzone.yaml', config('b.test: { fiel: b.zone }'));
    server.kill('SIGHUP');
    await server.waitFor(/^reloading configuration failed/);
    expect(server.log.map(({ msg }) => msg)).toContainEqual(
      expect.stringMatching(/ringzone\.yaml:3:20: error: unknown key "fiel"/),
    );
    expect(await serialOf(port, 'b.test')).toBe(7);

    folder.write(
      'ringzone.yaml',
      `server-id: here\n${config('b.test: { file: b.zone }')}`.replace('workers: 1', 'workers: 2'),
    );
    server.kill('SIGHUP');
    await server.waitFor(/^workers changed: takes effect at the next restart$/);
    expect((await server.stop()).code).toBe(0);
  });
});

test('watch: a quiet file with a raised serial is taken by itself, one without is not', async () => {
  folder.write('a.zone', zoneText(5));
  folder.write(
    'ringzone.yaml',
    'listen: ["127.0.0.1:0"]\nworkers: 1\nzones: { a.test: { file: a.zone, watch: true } }\n',
  );
  const server = serve([]);
  const port = await server.ready();
  folder.write('a.zone', zoneText(4));
  const refused = await server.waitFor(/is not newer/);
  expect(refused.msg).toMatch(/file changed, but its serial 4 is not newer than the served 5/);
  expect(await serialOf(port)).toBe(5);
  renameSync(folder.write('a.new', zoneText(6)), `${folder.path}/a.zone`);
  await server.waitFor(/loaded serial 6$/);
  expect(await serialOf(port)).toBe(6);
  await server.stop();
});

describe('what does not start', () => {
  test('a configuration with problems: all are listed, nothing is opened, exit 1', async () => {
    folder.write('ringzone.yaml', 'lisen: ["127.0.0.1:0"]\nworkers: none\nzones: { a.test: {} }\n');
    const server = serve([]);
    expect((await server.exit).code).toBe(1);
    expect(server.stderr).toMatch(/^ringzone\.yaml:1:1: error: unknown key "lisen" \[CF04\]$/m);
    expect(server.stderr).toMatch(/^ringzone\.yaml:2:10: error: .*\[CF06\]$/m);
    expect(server.stderr).toMatch(/^ringzone\.yaml:3:10: error: zone a\.test has no file \[CF09\]$/m);
  });

  test('no zone loaded: every reason, exit 1', async () => {
    const server = serve([
      ...oneListener,
      '--zone',
      `a.test=${folder.write('a.zone', `${zoneText(1)}x IN A\ny IN A\n`)}`,
    ]);
    expect((await server.exit).code).toBe(1);
    expect(server.stderr).toMatch(/a\.zone:6:/);
    expect(server.stderr).toMatch(/a\.zone:7:/);
    expect(server.log.map(({ msg }) => msg)).toContain('none of 1 zones could be loaded');
    expect(server.log.some(({ msg }) => msg === 'ready')).toBe(false);
  });

  test('one of two zones bad: the other is served, the bad one gets SERVFAIL; with --strict exit 1', async () => {
    const args = [
      ...oneListener,
      '--zone',
      `a.test=${folder.write('a.zone', zoneText(1))}`,
      '--zone',
      `b.test=${folder.path}/none`,
    ];
    const server = serve(args);
    const port = await server.ready();
    expect(await serialOf(port)).toBe(1);
    expect((await ask(port, 'b.test', 'SOA')).header.rcode).toBe(2);
    await server.stop();
    const strict = serve([...args, '--strict']);
    expect((await strict.exit).code).toBe(1);
    expect(strict.log.map(({ msg }) => msg)).toContain('1 of 2 zones refused, and strict is set');
  });

  test('wrong usage: exit 2', async () => {
    const server = serve(['--listen', 'localhost:53']);
    expect((await server.exit).code).toBe(2);
    expect(server.stderr).toMatch(/--listen: "localhost:53" is not an address to listen on/);
  });

  test('a user that does not exist and a log file that cannot be opened: both are said', async () => {
    folder.write('a.zone', zoneText(1));
    folder.write(
      'ringzone.yaml',
      `listen: ["127.0.0.1:0"]
user: nobody-of-that-name
zones: { a.test: { file: a.zone } }
logging: { channels: { q: { file: no/such/folder/q.log } }, categories: { queries: [q] } }
`,
    );
    const server = serve([]);
    expect((await server.exit).code).toBe(1);
    expect(server.stderr).toMatch(/user nobody-of-that-name: there is no such user/);
    expect(server.stderr).toMatch(/logging channel q: cannot open .*its folder does not exist/);
  });
});

describe('a second instance', () => {
  test('is refused, and joins with --takeover', async () => {
    const first = serveZone(1);
    const port = await first.ready();
    const args = ['--listen', `127.0.0.1:${port}`, '--workers', '1', '--zone', `a.test=${folder.path}/a.zone`];
    const second = serve(args);
    expect((await second.exit).code).toBe(1);
    expect(second.stderr).toMatch(/EADDRINUSE/);
    expect(await serialOf(port)).toBe(1);

    folder.write('a.zone', zoneText(2));
    const third = serve([...args, '--takeover']);
    expect(await third.ready()).toBe(port);
    expect((await first.stop()).code).toBe(0);
    expect(await serialOf(port)).toBe(2);
    expect((await third.stop()).code).toBe(0);
  });
});

test('a second signal while stopping ends as well', async () => {
  const server = serveZone(1);
  await server.ready();
  server.kill('SIGINT');
  await sleep(5);
  server.kill('SIGINT');
  expect((await server.exit).code).toBe(0);
});

test('a signal before it is ready ends it with 0 and leaves no port taken', async () => {
  for (const delayMs of [0, 60, 150, 300]) {
    const server = serveZone(1);
    await server.waitFor(/starting$/);
    await sleep(delayMs);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(server.log.filter(({ level }) => level === 'error')).toEqual([]);
  }
});
