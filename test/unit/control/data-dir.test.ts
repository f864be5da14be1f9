import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Config } from '../../../src/control/config/config.ts';
import { parseConfig } from '../../../src/control/config/read-config.ts';
import { openDataDir } from '../../../src/control/server/data-dir.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plain = 'a.test: { file: x }';
const secondary = 's.test: { type: secondary, primaries: [192.0.2.1] }';
const dynamic = 'd.test: { file: x, update-policy: ["grant * self * A"] }';
const publishing = 'p.test: { file: x, health: { publish: true } }';
const differing = 'i.test: { file: x, ixfr-from-differences: yes }';

/** As read, with the folder wished for in place of the default or the named one. */
function configOf(zone: string, dataDir: string, isDataDirNamed = false): Config {
  const parsed = parseConfig(`zones: { ${zone} }\n`, join(folder, 'ringzone.yaml'), { interfaces: {} });
  if (!parsed.ok) throw new Error('not a good configuration');
  return { ...parsed.value, dataDir, isDataDirNamed };
}

/** A place where no folder can be, whoever asks. */
function impossible(): string {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  return join(file, 'below');
}

describe('the data folder', () => {
  test.each([secondary, dynamic, differing])('is made where a zone wants it: %s', (zone) => {
    const path = join(mkdtempSync(join(folder, 'x-')), 'a/b');
    expect(openDataDir(configOf(zone, path), undefined)).toEqual({ ok: true, value: { path, warning: undefined } });
    expect(statSync(path).mode & 0o777).toBe(0o750);
  });

  test('is not made for nobody', () => {
    const path = join(folder, 'unused');
    expect(openDataDir(configOf(plain, path), undefined)).toMatchObject({ ok: true, value: { path: undefined } });
    expect(existsSync(path)).toBe(false);
  });

  test('is made where it is named', () => {
    const path = join(folder, 'named');
    expect(openDataDir(configOf(plain, path, true), undefined)).toMatchObject({ ok: true, value: { path } });
  });

  test.each([secondary, dynamic])('is an error where it cannot be had and is needed: %s', (zone) => {
    const opened = openDataDir(configOf(zone, impossible()), undefined);
    expect(opened.ok ? '' : opened.error).toMatch(/^data-dir .*file\/below: .*; zone [sd]\.test needs a data-dir/);
  });

  test('is an error where serials that secondaries get cannot be kept', () => {
    const opened = openDataDir(configOf(publishing, impossible()), undefined);
    expect(opened.ok ? '' : opened.error).toMatch(/zone p\.test has health with publish, and needs a data-dir/);
  });

  test('is had where serials are kept in it, though nothing is published any more', () => {
    const path = join(folder, 'marked');
    mkdirSync(path);
    expect(openDataDir(configOf(plain, path), undefined)).toMatchObject({ value: { path: undefined } });
    writeFileSync(join(path, 'published-zones'), '');
    expect(openDataDir(configOf(plain, path), undefined)).toMatchObject({ ok: true, value: { path } });
  });

  test('is a warning where it cannot be had and is only wanted', () => {
    const opened = openDataDir(configOf(differing, impossible()), undefined);
    expect(opened.ok && opened.value.path).toBeUndefined();
    expect(opened.ok && opened.value.warning).toMatch(/zone i\.test has ixfr-from-differences/);
  });

  test('is an error where it cannot be had and is named', () => {
    expect(openDataDir(configOf(plain, impossible(), true), undefined).ok).toBe(false);
    expect(openDataDir(configOf(plain, '/proc/nothing', true), undefined).ok).toBe(false);
    const file = join(impossible(), '..');
    expect(openDataDir(configOf(plain, file, true), undefined)).toEqual({
      ok: false,
      error: `data-dir ${file}: it is no folder`,
    });
  });
});
