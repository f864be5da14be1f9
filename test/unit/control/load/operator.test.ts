/** What the control channel asks of the loader: one zone's reload, its description, its journal. */
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ZoneCommand } from '../../../../src/control/loader-messages.ts';
import { deltaKey } from '../../../../src/transfer/journal/journal-keys.ts';
import { journalFolder, lmdbOptions } from '../../../../src/transfer/journal/lmdb-options.ts';
import { LoaderHarness, soa } from './loader-harness.ts';

let harness: LoaderHarness;
beforeEach(() => {
  harness = new LoaderHarness();
});
afterEach(() => harness.end());

const idOf = (name: string) => harness.zone(name).id;
const reload = async (name: string) => (await harness.loader.reload(idOf(name))).kind;
const run = async (command: ZoneCommand, name: string) =>
  (await harness.loader.command(command, idOf(name), false))[0]?.problem;

test('one zone is read again, and no other', async () => {
  const zones = [harness.static('a.test'), harness.static('b.test')] as const;
  for (const name of ['a.test', 'b.test']) harness.write(name, soa(1));
  await harness.load(...zones);
  expect(await reload('a.test')).toBe('left');
  for (const name of ['a.test', 'b.test']) harness.write(name, soa(2));
  expect(await reload('a.test')).toBe('loaded');
  expect([harness.zone('a.test').serial, harness.zone('b.test').serial]).toEqual([2, 1]);
  harness.write('a.test', 'garbage\n');
  expect(await reload('a.test')).toBe('refused');
  expect(await harness.loader.reload({ ...idOf('a.test'), class: 3 })).toEqual({ kind: 'unknown' });
});

test('a frozen zone takes what was edited, and stays frozen', async () => {
  harness.write('d.test', soa(1));
  await harness.load(harness.dynamic('d.test'));
  expect(await run('freeze', 'd.test')).toBeUndefined();
  harness.write('d.test', soa(5));
  expect(await reload('d.test')).toBe('loaded');
  expect(harness.zone('d.test')).toMatchObject({ serial: 5, frozen: true });
});

test('reconfig loads what is new and leaves what has changed', async () => {
  for (const name of ['a.test', 'b.test', 'c.test']) harness.write(name, name === 'b.test' ? 'garbage\n' : soa(1));
  await harness.load(harness.static('a.test'), harness.static('b.test'));
  for (const name of ['a.test', 'b.test']) harness.write(name, soa(2));
  const zones = ['a.test', 'b.test', 'c.test'].map((name) => harness.static(name));
  await harness.loader.load(zones, { strict: false, newOnly: true });
  // The one that was refused is not served yet: it counts as new.
  expect(zones.map(({ name }) => harness.zone(name).serial)).toEqual([1, 2, 1]);
});

test('a description has what is known', async () => {
  harness.write('d.test', soa(1));
  await harness.load(harness.dynamic('d.test'), harness.secondary('s.test'));
  const before = harness.loader.describe(idOf('d.test'));
  expect(before).toMatchObject({
    title: 'd.test/IN',
    type: 'primary',
    files: [harness.path('d.test')],
    serial: 1,
    nodes: 2,
    records: 3,
    isDynamic: true,
    isFrozen: false,
    journal: { oldestSerial: 1, newestSerial: 1, octets: 0 },
  });
  expect(Date.now() - (before?.loadedAtMs ?? 0)).toBeLessThan(60_000);
  await harness.change('d.test', '', 'a A 192.0.2.5');
  expect(harness.loader.describe(idOf('d.test'))).toMatchObject({
    nodes: 3,
    loadedAtMs: before?.loadedAtMs,
    journal: { oldestSerial: 1, newestSerial: 2 },
  });
  expect(harness.loader.describe(idOf('s.test'))).toMatchObject({ type: 'secondary', serial: undefined, nodes: 0 });
  expect(harness.loader.describe({ ...idOf('s.test'), class: 3 })).toBeUndefined();
});

describe('journals', () => {
  async function damage(name: string, serial: number): Promise<void> {
    const id = idOf(name);
    await harness.loader.stop();
    const database = open<Buffer, Buffer>(lmdbOptions(journalFolder(harness.dataDir)));
    await database.remove(deltaKey(id, serial));
    await database.close();
  }

  test('that are good, empty, or not there', async () => {
    for (const name of ['d.test', 'a.test']) harness.write(name, soa(1));
    await harness.load(harness.dynamic('d.test'), harness.static('a.test'), harness.secondary('s.test'));
    await harness.change('d.test', '', 'a A 192.0.2.5');
    expect(await run('check-journal', 'd.test')).toBeUndefined();
    expect(await run('check-journal', 'a.test')).toBe('the zone has no journal');
    expect(await run('check-journal', 's.test')).toBe('nothing is kept of it');
    expect(await run('reset-journal', 'a.test')).toBe('the zone has no journal');
  });

  test('a change for secondaries that is lost: found, and mended by a new beginning', async () => {
    harness.write('a.test', soa(1));
    const zone = harness.static('a.test', { ixfrFromDifferences: true });
    await harness.load(zone);
    for (const serial of [2, 3]) {
      harness.write('a.test', soa(serial, `h${serial} A 192.0.2.7\n`));
      await harness.load(zone);
    }
    await damage('a.test', 1);
    await harness.restart(zone);
    expect(await run('check-journal', 'a.test')).toBe('the change from serial 1 is missing');
    expect(await run('reset-journal', 'a.test')).toBeUndefined();
    expect(await run('check-journal', 'a.test')).toBeUndefined();
    expect(harness.loader.describe(idOf('a.test'))?.journal).toEqual({ oldestSerial: 3, newestSerial: 3, octets: 0 });
    await harness.restart(zone);
    expect(harness.zone('a.test').serial).toBe(3);
  });

  test('of a dynamic zone that is out of step: the serial goes on behind what is lost', async () => {
    harness.write('d.test', soa(5));
    await harness.load(harness.dynamic('d.test'));
    await harness.change('d.test', '', 'a A 192.0.2.5');
    await harness.crash();
    harness.write('d.test', soa(3));
    await harness.restart(harness.dynamic('d.test'));
    expect(await run('check-journal', 'd.test')).toMatch(/^journal out of sync with zone/);
    expect(await run('reset-journal', 'd.test')).toBeUndefined();
    expect(harness.zone('d.test')).toMatchObject({ serial: 7, trouble: undefined });
    expect(await run('check-journal', 'd.test')).toBeUndefined();
    await harness.change('d.test', '', 'b A 192.0.2.6');
  });

  test('of a secondary: its copy is written anew and outlives a restart', async () => {
    await harness.load(harness.secondary('s.test'));
    await harness.replace('s.test', soa(5, 'a A 192.0.2.7\n'));
    await harness.change('s.test', '', 'b A 192.0.2.8', 'transfer');
    const served = harness.records('s.test');
    expect(await run('reset-journal', 's.test')).toBeUndefined();
    expect(await run('check-journal', 's.test')).toBeUndefined();
    await harness.restart(harness.secondary('s.test'));
    expect(harness.records('s.test')).toEqual(served);
    expect(harness.zone('s.test').serial).toBe(6);
  });
});
