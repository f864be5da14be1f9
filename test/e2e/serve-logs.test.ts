import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, Folder, ServeProcess, zoneText } from './serve-process.ts';

let folder: Folder;
const bin = join(import.meta.dirname, '../../bin/ringzone.js');
const started: ServeProcess[] = [];
beforeEach(() => {
  folder = new Folder();
  folder.write('a.zone', zoneText(1));
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

function serve(logging: string): ServeProcess {
  const text = `listen: ["127.0.0.1:0"]\nworkers: 1\nzones: { a.test: { file: a.zone } }\nlogging:\n${logging}`;
  const server = new ServeProcess(['-c', folder.write('ringzone.yaml', text)]);
  started.push(server);
  return server;
}

const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');

const howto = `  channels:
    log_file: { file: ringzone.log, versions: 3, size: 100M, severity: dynamic,
                print-time: true, print-severity: true, print-category: true, format: bind }
  categories:
    { queries: [log_file], xfer-in: [log_file], xfer-out: [log_file], statistics: [log_file], default: [log_file] }
`;

test("the how-to's logging block gives BIND's lines", async () => {
  const server = serve(howto);
  const port = await server.ready();
  await ask(port, 'WWW.a.test', 'A');
  await ask(port, 'www.a.test', 'A', 'tcp');
  await ask(port, 'www.example.com', 'A');
  await expect.poll(() => read('ringzone.log')).toMatch(/www\.example\.com IN A/);
  expect((await server.stop()).code).toBe(0);
  const lines = read('ringzone.log').split('\n');
  const time = String.raw`\d\d-[A-Z][a-z][a-z]-\d{4} \d\d:\d\d:\d\d\.\d{3}`;
  const client = String.raw`client @0x7f[0-9a-f]{10} 127\.0\.0\.1#\d+`;
  const shapes = [
    `^${time} zoneload: info: zone a\\.test/IN: loaded serial 1$`,
    `^${time} general: notice: ready$`,
    `^${time} queries: info: ${client} \\(WWW\\.a\\.test\\): query: WWW\\.a\\.test IN A \\+ \\(127\\.0\\.0\\.1\\)$`,
    `^${time} queries: info: ${client} \\(www\\.a\\.test\\): query: www\\.a\\.test IN A \\+T \\(127\\.0\\.0\\.1\\)$`,
    `^${time} queries: info: ${client} \\(www\\.example\\.com\\): query: www\\.example\\.com IN A \\+ \\(127\\.0\\.0\\.1\\)$`,
    `^${time} query-errors: info: ${client} \\(www\\.example\\.com\\): query failed \\(REFUSED\\) for www\\.example\\.com/IN/A$`,
    `^${time} statistics: info: up \\d+ s, requests 3 \\(UDP 2, TCP 1\\), `,
    `^${time} general: notice: exiting$`,
  ];
  for (const shape of shapes)
    expect(
      lines.filter((line) => new RegExp(shape).test(line)),
      shape,
    ).toHaveLength(1);
});

test('as in BIND, refused types are logged, and classes without a view are not', async () => {
  const server = serve(`  channels: { q: { file: q.log } }
  categories: { queries: [q], query-errors: [q] }
`);
  const port = await server.ready();
  const mailb = 253;
  const opt = 41;
  const questions = [
    [mailb, 1],
    [opt, 1],
    [1, 3],
    [1, 4],
    [1, 77],
    [1, 255],
  ] as const;
  for (const [qtype, qclass] of questions) await askOctets(port, qtype, qclass);
  await server.stop();
  const question = / (a\.test IN|a\.test CH|\(\w+\) for) .*/;
  const lines = read('q.log').split('\n');
  expect(lines.flatMap((line) => question.exec(line)?.[0].replace(/ \(127.*/, '') ?? [])).toEqual([
    ' a.test IN MAILB -',
    ' (NOTIMP) for a.test/IN/MAILB',
    ' a.test IN OPT -',
    ' (FORMERR) for a.test/IN/OPT',
    ' a.test CH A -',
    ' (REFUSED) for a.test/CH/A',
  ]);
  expect(lines).toHaveLength(7);
});

/** Ask for a.test, whatever the type and class, and wait for the answer. */
async function askOctets(port: number, qtype: number, qclass: number): Promise<void> {
  const socket = createSocket('udp4');
  const header = [0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  const qname = [1, 0x61, 4, 0x74, 0x65, 0x73, 0x74, 0];
  const answered = once(socket, 'message');
  socket.send(Uint8Array.of(...header, ...qname, 0, qtype, 0, qclass), port, '127.0.0.1');
  await answered;
  socket.close();
}

test('responses are logged where the configuration or ctl wants it, whatever is routed', async () => {
  const channel = '  channels: { r: { file: r.log } }\n  categories: { responses: [r] }\n';
  const text = `listen: ["127.0.0.1:0"]\nworkers: 1\ncontrol: c.sock\nresponselog: true\nzones: { a.test: { file: a.zone } }\nlogging:\n${channel}`;
  const server = new ServeProcess(['-c', folder.write('ringzone.yaml', text)]);
  started.push(server);
  const port = await server.ready();
  const ctl = (word: string) =>
    execFileSync(process.execPath, [bin, 'ctl', '--control', join(folder.path, 'c.sock'), 'responselog', word]);
  await ask(port, 'www.a.test', 'A');
  ctl('off');
  await ask(port, 'unseen.a.test', 'A');
  ctl('on');
  await ask(port, 'nope.a.test', 'A', 'tcp');
  expect((await server.stop()).code).toBe(0);
  const client = String.raw`^client @0x7f[0-9a-f]{10} 127\.0\.0\.1#\d+ \(\S+\): response: `;
  const lines = read('r.log').trimEnd().split('\n');
  expect(lines.map((line) => line.replace(new RegExp(client), ''))).toEqual([
    'www.a.test IN A NOERROR 1 0 0 + (127.0.0.1)',
    'nope.a.test IN A NXDOMAIN 0 1 0 +T (127.0.0.1)',
  ]);
  expect(server.log.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(['response logging is now off', 'response logging is now on']),
  );
});

test('without a query log, failed questions are told at the debug levels of BIND', async () => {
  folder.write('b.zone', 'garbage\n');
  const channels = `  channels:
    d3: { file: d3.log, severity: debug 3, print-severity: true }
    d1: { file: d1.log, severity: debug 1 }
    dynamic: { file: dynamic.log, severity: dynamic }
  categories: { query-errors: [d3, d1, dynamic] }
`;
  const text = `listen: ["127.0.0.1:0"]\nworkers: 1\nzones: { a.test: { file: a.zone }, b.test: { file: b.zone } }\nlogging:\n${channels}`;
  const server = new ServeProcess(['-c', folder.write('ringzone.yaml', text)]);
  started.push(server);
  const port = await server.ready();
  await ask(port, 'www.a.test', 'A');
  await ask(port, 'www.example.com', 'A');
  await ask(port, 'www.b.test', 'A');
  expect((await server.stop()).code).toBe(0);
  const linesOf = (name: string) =>
    read(name)
      .replace(/client \S+ \S+ /g, '')
      .trimEnd()
      .split('\n');
  const failed = '(www.b.test): query failed (zone not loaded) for www.b.test/IN/A';
  expect(linesOf('d3.log')).toEqual([
    'debug 3: (www.example.com): query failed (REFUSED) for www.example.com/IN/A',
    `debug 1: ${failed}`,
  ]);
  expect(linesOf('d1.log')).toEqual([failed]);
  expect(read('dynamic.log')).toBe('');
});

test('the file rotates by size and versions while questions come', async () => {
  const server = serve(`  channels: { q: { file: q.log, versions: 2, size: 1k } }
  categories: { queries: [q] }
`);
  const port = await server.ready();
  for (let i = 0; i < 60; i++) await ask(port, `n${String(i).padStart(2, '0')}.a.test`, 'A');
  await server.stop();
  const names = readdirSync(folder.path).filter((name) => name.startsWith('q.log'));
  expect(names.toSorted()).toEqual(['q.log', 'q.log.0', 'q.log.1']);
  for (const name of ['q.log.0', 'q.log.1']) {
    const text = read(name);
    expect(text.length).toBeGreaterThan(1024);
    expect(text.length - (text.trimEnd().split('\n').at(-1)?.length ?? 0) - 1).toBeLessThanOrEqual(1024);
  }
  const numbers = ['q.log.1', 'q.log.0', 'q.log'].flatMap((name) =>
    [...read(name).matchAll(/query: n(\d\d)/g)].map(([, n]) => Number(n)),
  );
  expect(numbers.at(-1)).toBe(59);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 60 - numbers.length + i));
});

test('SIGHUP opens the file again after an external mv, and takes new channels', async () => {
  const server = serve(howto);
  const port = await server.ready();
  renameSync(join(folder.path, 'ringzone.log'), join(folder.path, 'moved.log'));
  server.kill('SIGHUP');
  await server.waitFor(/^reloading zones succeeded$/);
  await ask(port, 'www.a.test', 'A');
  await server.stop();
  expect(read('moved.log')).toMatch(/ready/);
  expect(read('ringzone.log')).toMatch(/query: www\.a\.test IN A/);
});

describe('a full disk', () => {
  test.skipIf(!existsSync('/dev/full'))('answers go on, one message', async () => {
    symlinkSync('/dev/full', join(folder.path, 'q.log'));
    const server = serve(`  channels: { q: { file: q.log } }
  categories: { queries: [q] }
`);
    const port = await server.ready();
    for (let i = 0; i < 20; i++) expect((await ask(port, 'www.a.test', 'A')).header.rcode).toBe(0);
    await server.waitFor(/log file .*q\.log: the disk is full \[ENOSPC\].*answers go on/);
    await ask(port, 'www.a.test', 'A');
    expect(server.log.filter(({ msg }) => /disk is full/.test(msg))).toHaveLength(1);
    expect((await server.stop()).code).toBe(0);
  });

  test.skipIf(!canMount())('is noticed when it has room again', async () => {
    const disk = join(folder.path, 'disk');
    folder.write('disk/.keep', '');
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk]);
    try {
      const server = serve(`  channels: { q: { file: disk/q.log } }
  categories: { queries: [q] }
`);
      const port = await server.ready();
      const filler = 'x'.repeat(16_384);
      try {
        folder.write('disk/filler', filler);
      } catch {
        // It fills the disk, and that is what it is for.
      }
      for (let i = 0; i < 40; i++) expect((await ask(port, `n${i}.a.test`, 'A')).header.rcode).toBe(3);
      await server.waitFor(/disk is full/);
      execFileSync('rm', [join(disk, 'filler')]);
      await server.waitFor(/log file .*: writing again/);
      await ask(port, 'last.a.test', 'A');
      await server.stop();
      expect(readFileSync(join(disk, 'q.log'), 'utf8')).toMatch(/query: last\.a\.test IN A/);
    } finally {
      execFileSync('/usr/bin/umount', ['-l', disk]);
    }
  });
});

/** Root in a container often can't. */
function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('/usr/bin/unshare', ['-m', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
