/** The filter for fail2ban finds who is refused, in the lines of every kind of log, and nobody else. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, test } from 'vitest';
import { findCommand } from '../../interop/lib/judge.ts';

const root = resolve(import.meta.dirname, '../../..');
const filter = join(root, 'deploy/fail2ban/filter.d/ringzone-refused.conf');

/** After the 22nd of November, which fail2ban takes away first. */
const samples: readonly (readonly [what: string, date: string, line: string, host: string | undefined])[] = [
  [
    'a file',
    '22-Nov-2026 20:41:36.795',
    'query-errors: info: client @0x7f1feac21098 198.51.100.7#33241 (www.example.com): query failed (REFUSED) for www.example.com/IN/A',
    '198.51.100.7',
  ],
  [
    'a view, and neither category nor severity',
    '22-Nov-2026 20:41:36.795',
    'client @0x7f1feac21098 198.51.100.8#33241 (www.example.com): view outside: query failed (REFUSED) for www.example.com/IN/A',
    '198.51.100.8',
  ],
  [
    'IPv6',
    '2026-11-22T20:41:36.795Z',
    'query-errors: info: client @0x7f1feac21098 2001:db8::7#33241 (.): query failed (REFUSED) for ./IN/NS',
    '2001:db8::7',
  ],
  [
    "BIND's place in its source, by syslog",
    'Nov 22 20:41:36',
    'dns1 named[4711]: query-errors: info: client @0x7f1feac21098 198.51.100.9#33241 (www.example.com): query failed (REFUSED) for www.example.com/IN/A at query.c:5708',
    '198.51.100.9',
  ],
  [
    'syslog under our own name',
    'Nov 22 20:41:36',
    'dns1 ringzone[4711]: client @0x7f1feac21098 198.51.100.10#33241 (a.test): query failed (REFUSED) for a.test/IN/A',
    '198.51.100.10',
  ],
  [
    'another failure',
    '22-Nov-2026 20:41:36.795',
    'query-errors: info: client @0x7f1feac21098 203.0.113.1#33241 (a.test): query failed (zone not loaded) for a.test/IN/SOA',
    undefined,
  ],
  [
    'somebody with a key',
    '22-Nov-2026 20:41:36.795',
    'query-errors: info: client @0x7f1feac21098 203.0.113.2#33241/key k (a.test): query failed (REFUSED) for a.test/IN/A',
    undefined,
  ],
  [
    'a name that looks like the line',
    '22-Nov-2026 20:41:36.795',
    String.raw`queries: info: client @0x7f1feac21098 203.0.113.3#33241 (client\032203.0.113.9#1:\032query\032failed\032\(REFUSED\)\032for\032a): query: client\032203.0.113.9#1:\032query\032failed\032\(REFUSED\)\032for\032a IN A +E(0)K (192.0.2.1)`,
    undefined,
  ],
];

/** As fail2ban reads the file: `%(name)s` stands for a value, `<HOST>` for an address. */
function readPattern(): RegExp {
  const values = new Map(
    [...readFileSync(filter, 'utf8').matchAll(/^(\w+) *= *(.*)$/gm)].map(([, name, value]) => [name, value] as const),
  );
  const pattern = (values.get('failregex') ?? '').replace(/%\((\w+)\)s/g, (_, name) => values.get(name) ?? '');
  return new RegExp(pattern.replace('<HOST>', String.raw`(?<host>[\d.]+|[\da-f:]+)`));
}

test.each(samples)('%s', (_, _date, line, host) => {
  // A blank is left where the time was.
  expect(readPattern().exec(` ${line}`)?.groups?.host).toBe(host);
});

it('finds what BIND 9.18 writes', () => {
  const golden = readFileSync(join(root, 'test/interop/log-lines/bind-9.18.49.log'), 'utf8')
    .replaceAll('#PORT', '#33241')
    .replaceAll('OBJECT', '7f1feac21098');
  const refused = golden.split('\n').filter((line) => line.includes('query failed (REFUSED)'));
  expect(refused.length).toBeGreaterThan(1);
  const pattern = readPattern();
  expect(refused.filter((line) => !line.includes('/key ') && !pattern.test(line))).toEqual([]);
});

const fail2ban = findCommand('fail2ban-regex');

test.skipIf(fail2ban === undefined)('fail2ban itself finds the same (skipped where it is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-fail2ban-'));
  const log = join(folder, 'log');
  writeFileSync(log, samples.map(([, date, line]) => `${date} ${line}\n`).join(''));
  const { stdout } = spawnSync(fail2ban as string, [log, filter], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const found = samples.filter(([, , , host]) => host !== undefined).length;
  expect(stdout).toContain(`${samples.length} lines, 0 ignored, ${found} matched, ${samples.length - found} missed`);
});
