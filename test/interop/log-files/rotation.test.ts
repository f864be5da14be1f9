/** The files that channels make, side by side with BIND's: the same names, and the same lines in each. */
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { askRaw, buildQuery } from '../lib/dns-client.ts';
import { findCommand } from '../lib/judge.ts';
import { FileServer, type Files, type Product } from './file-server.ts';

/** What a channel's `file` statement says behind the name. */
const channels: Readonly<Record<string, string>> = {
  increment: 'versions 3 size 1k',
  timestamp: 'versions 3 size 1k suffix timestamp',
  unlimited: 'versions unlimited size 500',
  'unlimited-timestamp': 'versions unlimited size 500 suffix timestamp',
  none: 'versions 0 size 1k',
  'none-timestamp': 'versions 0 size 1k suffix timestamp',
  every: 'versions 2 size 1',
  'no-size': 'versions 2',
  'size-0': 'versions 2 size 0',
  stopping: 'size 1k',
  plain: '',
};

/**
 * Where we differ from BIND 9.18 on purpose:
 *
 * - What a file's rotation at the start makes of it is there when the server is ready; BIND's comes with the first line.
 * - An empty file is not put away. BIND opens each file once while it reads the configuration, so `versions` without `size` costs an old
 *   version for an empty file at each start.
 * - Logging that has reached its `size` without `versions` stops as BIND's does, but that is told on stderr, and in a warning of `check`.
 * - Two rotations in one millisecond give two files with the suffix `timestamp`; BIND's second one is written over the first.
 * - A file that was removed is made anew. BIND goes on writing into it, where nobody can read it.
 * - `buffered yes` is written after a second at the latest; BIND's last lines wait for those that fill 4096 octets.
 */
function withoutEmptyOld(files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).filter(([name, lines]) => !/\.\d$/.test(name) || lines.some((line) => line !== '')),
  );
}

const block = Object.entries(channels)
  .map(([name, options]) => `  channel "${name}" { file "f-${name}" ${options}; };`)
  .join('\n');
const logging = `${block}
  channel unused { file "f-unused" versions 3 size 1k; };
  category queries { ${Object.keys(channels)
    .map((name) => `"${name}";`)
    .join(' ')} };`;

const started: FileServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

/** What differs from run to run. Both servers print 12 digits of an address, and the port has 5. */
function masked(files: Files): Files {
  const mask = (line: string) => line.replace(/@0x[0-9a-f]{12} 127\.0\.0\.1#\d{5} /, '@OBJECT CLIENT ');
  return Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, lines.map(mask)]));
}

async function ask(server: FileServer, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    await nextMillisecond();
    const name = `n${String(i).padStart(3, '0')}.a.test`;
    const answer = await askRaw(server.port, buildQuery({ name, type: 'A' }), { timeoutMs: 5000 });
    expect(answer, name).toBeDefined();
  }
  // The first and the last channel: when both have it, all have.
  const last = `n${String(to - 1).padStart(3, '0')}.a.test`;
  await server.until(() => ['f-increment', 'f-plain'].every((name) => server.read(name).includes(last)));
}

/** Lest BIND rotates twice in one. */
async function nextMillisecond(): Promise<void> {
  for (const before = Date.now(); Date.now() <= before; ) await setImmediate();
}

async function run(product: Product): Promise<readonly Files[]> {
  // What other runs left: too many, with a gap, and a full file.
  const before = {
    'f-increment': ['x'.repeat(2000), '\n'],
    'f-increment.0': ['0\n'],
    'f-increment.2': ['2\n'],
    'f-increment.7': ['7\n'],
    'f-no-size': ['old\n'],
    'f-plain': ['old\n'],
  };
  const server = await FileServer.start(product, logging, before);
  started.push(server);
  await ask(server, 0, 40);
  const files = [server.files()];
  await server.reload();
  await ask(server, 40, 45);
  files.push(server.files());
  return files.map((found) => withoutEmptyOld(masked(found)));
}

test('rotation gives the same files as with BIND, and the same lines in each', { timeout: 90_000 }, async ({
  skip,
}) => {
  if (findCommand('named') === undefined) skip('BIND is not installed');
  const [bind, ringzone] = [await run('BIND'), await run('Ringzone')];
  for (const moment of [0, 1]) {
    const names = Object.keys(ringzone[moment] ?? {});
    expect(names, `names at ${moment}`).toEqual(Object.keys(bind[moment] ?? {}));
    expect(ringzone[moment], `lines at ${moment}`).toEqual(bind[moment]);
  }
  // Not that both have done nothing.
  expect(Object.keys(ringzone[1] ?? {}).length).toBeGreaterThan(30);
});
