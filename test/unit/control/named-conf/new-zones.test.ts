/** Zones of `rndc addzone`, in a file that BIND 9.18 wrote: 90 zones in pages of several levels, one whose settings have pages of their own. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readNewZones } from '../../../../src/control/named-conf/new-zones-database.ts';
import { diagnostics, good } from './parse.ts';

const database = join(import.meta.dirname, '../../../named-conf/new-zones/_default.nzd');
const folder = mkdtempSync(join(tmpdir(), 'ringzone-new-zones-'));
afterAll(() => rmSync(folder, { recursive: true }));
const options = (more: string) => `options { directory "${folder}"; recursion no; allow-transfer { none; }; ${more} };`;

describe('the database', () => {
  test('has all zones but the one that was deleted', () => {
    const zones = readNewZones(readFileSync(database)) ?? [];
    const names = ['big', ...Array.from({ length: 90 }, (_, i) => `z${i + 1}.example`)].map((name) => `${name}.test`);
    expect(zones.map(({ name }) => name)).toEqual(names.filter((name) => name !== 'z5.example.test').sort());
    expect(zones[0]?.settings).toMatch(
      /^\{ type primary; file "x\.db"; also-notify \{ 192\.0\.2\.1; .* 192\.0\.2\.150; \}; \}$/,
    );
    expect(zones[1]?.settings).toBe('{ type secondary; file "z1"; primaries { 192.0.2.1; }; }');
  });

  test('what is none, or broken, is not read', () => {
    const octets = readFileSync(database);
    expect(readNewZones(new Uint8Array())).toBeUndefined();
    expect(readNewZones(new TextEncoder().encode('zone "a" { };'.repeat(100)))).toBeUndefined();
    expect(readNewZones(octets.subarray(0, 4096))).toBeUndefined();
  });

  test('any damage ends', () => {
    const octets = readFileSync(database);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(octets.length - 1), fc.nat(255)), { maxLength: 20 }), (changes) => {
        const broken = Uint8Array.from(octets);
        for (const [at, octet] of changes) broken[at] = octet;
        const zones = readNewZones(broken);
        expect(zones === undefined || zones.length < 10_000).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('are served', () => {
  test('where allow-new-zones is on', () => {
    copyFileSync(database, join(folder, '_default.nzd'));
    expect(good(options('allow-new-zones yes;')).zones).toHaveLength(90);
    expect(good(options('allow-new-zones yes;')).allowNewZones).toBe(true);
    expect(good(options('allow-new-zones no;')).zones).toEqual([]);
    expect(good(options('')).zones).toEqual([]);
  });

  test('from new-zones-directory, as text too, in their views', () => {
    mkdirSync(join(folder, 'new'));
    writeFileSync(join(folder, 'new/in.nzf'), 'zone "added.test" { type primary; file "added"; };\n');
    const text = `${options('new-zones-directory "new"; allow-new-zones yes;')}
view in { match-clients { 10/8; }; zone "a.test" { type primary; file "a"; }; };
view out { zone "a.test" { type primary; file "b"; }; };`;
    expect(good(text).zones.map(({ viewName, name }) => [viewName, name])).toEqual([
      ['in', 'a.test'],
      ['in', 'added.test'],
      ['out', 'a.test'],
    ]);
  });

  test('and what cannot be read is an error', () => {
    writeFileSync(join(folder, 'v.nzd'), 'nonsense');
    const found = diagnostics(`${options('')} view v { allow-new-zones yes; };`);
    expect(found.filter(({ severity }) => severity === 'error')).toMatchObject([{ code: 'NC01', line: 1 }]);
  });
});
