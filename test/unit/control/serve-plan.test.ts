import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  makePlan,
  parseServeOptions,
  type ServeOptions,
  type ServePlan,
} from '../../../src/control/server/serve-plan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function config(text: string): string {
  const path = join(folder, 'ringzone.yaml');
  writeFileSync(path, text);
  return path;
}

async function plan(options: ServeOptions): Promise<ServePlan> {
  const request = parseServeOptions(options);
  if (!request.ok) throw new Error(request.error.join('; '));
  const made = await makePlan(request.value);
  if (!made.ok) throw new Error(made.error.map(({ message }) => message).join('; '));
  return made.value;
}

test('without anything the packaged zones are served on 127.0.0.1:5300', async () => {
  const { source, config: made } = await plan({});
  expect(source.kind).toBe('examples');
  const names = made.zones.map(({ name }) => name);
  expect(names[0]).toBe('rapidtech.phones');
  expect(names).toEqual(expect.arrayContaining(['srv.example', 'naptr.example', 'websocket.example', 'turn.example']));
  expect(made.listen).toEqual([{ family: 4, address: '127.0.0.1', port: 5300 }]);
});

test('--zone and --listen make a configuration', async () => {
  const { source, config: made } = await plan({
    zone: ['a.test=/z/a', 'B.test.=/z/b=c'],
    listen: ['[::1]:5353'],
    workers: '2',
  });
  expect(source.kind).toBe('options');
  expect(made.zones.map(({ name, file }) => [name, file])).toEqual([
    ['a.test', '/z/a'],
    ['B.test', '/z/b=c'],
  ]);
  expect(made).toMatchObject({ listen: [{ family: 6, address: '::1', port: 5353 }], workers: 2 });
});

test('options go before the file', async () => {
  const file = config('listen: ["127.0.0.1:1"]\nworkers: 4\nzones: { a.test: { file: a } }\n');
  const { config: made } = await plan({
    config: file,
    listen: ['127.0.0.1:2'],
    workers: 1,
    strict: true,
    zone: ['b.test=/b'],
  });
  expect(made).toMatchObject({ listen: [{ port: 2 }], workers: 1, strict: true });
  expect(made.zones.map(({ name }) => name)).toEqual(['a.test', 'b.test']);
});

test('a zone in both places is refused', async () => {
  const file = config('zones: { a.test: { file: a } }\n');
  await expect(plan({ config: file, zone: ['A.TEST=/b'] })).rejects.toThrow(/--zone and in/);
});

describe('wrong usage', () => {
  test.each<[ServeOptions, RegExp]>([
    [{ zone: ['a.test'] }, /--zone: "a.test" is not NAME=FILE/],
    [{ zone: ['a.test=x', 'A.test.=y'] }, /--zone: A.test is given twice/],
    [{ zone: ['a..test=x'] }, /--zone: "a..test" is not a domain name/],
    [{ listen: ['localhost:53'] }, /--listen: "localhost:53" is not an address/],
    [{ listen: ['127.0.0.1:53', '[::1]:53', '127.0.0.1'] }, /^--listen: 127\.0\.0\.1:53 is given twice$/],
    [{ workers: '0' }, /--workers: "0" is not auto or a number from 1 to 56/],
  ])('%j', (options, message) => {
    const request = parseServeOptions(options);
    expect(request.ok ? '' : request.error.join()).toMatch(message);
  });
});

test('--data-dir and --control go before the file, and must be had then', async () => {
  const file = config('data-dir: d\ncontrol: c.sock\nzones: { a.test: { file: a } }\n');
  const named = { isDataDirNamed: true, isControlNamed: true };
  expect((await plan({ config: file })).config).toMatchObject({
    dataDir: join(folder, 'd'),
    control: join(folder, 'c.sock'),
    ...named,
  });
  expect((await plan({ config: file, dataDir: '/e', control: '/e/c' })).config).toMatchObject({
    dataDir: '/e',
    control: '/e/c',
    ...named,
  });
  expect((await plan({ config: file, control: 'false' })).config).toMatchObject({
    control: undefined,
    isControlNamed: false,
  });
  expect((await plan({ zone: ['a.test=a'] })).config).toMatchObject({
    dataDir: '/var/lib/ringzone',
    isDataDirNamed: false,
    control: '/run/ringzone/control.sock',
    isControlNamed: false,
  });
});

test('--http is an address, or false', async () => {
  expect((await plan({ zone: ['a.test=a'] })).config.http).toMatchObject({
    isNamed: false,
    listen: [{ address: { address: '127.0.0.1', port: 8053 } }],
  });
  expect((await plan({ zone: ['a.test=a'], http: '[::1]:80' })).config.http).toEqual({
    isNamed: true,
    listen: [{ address: { family: 6, address: '::1', port: 80 }, allow: 0 }],
  });
  expect((await plan({ zone: ['a.test=a'], http: 'false' })).config.http).toEqual({ isNamed: true, listen: [] });
  const wrong = parseServeOptions({ http: 'localhost' });
  expect(wrong.ok ? [] : wrong.error).toEqual([expect.stringContaining('--http: "localhost" is not an address')]);
});
