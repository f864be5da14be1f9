/** Loads whose zones have a journal that can't be written: the loader must outlive them, for nothing can be loaded without it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JournalDatabase } from '../../../../src/control/journal/journal-database.ts';
import type { ZoneToLoad } from '../../../../src/control/loader-messages.ts';
import { LoaderHarness, soa } from './loader-harness.ts';

let harness: LoaderHarness;
beforeEach(() => {
  harness = new LoaderHarness();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await harness.end();
});

function fillDisk() {
  return vi
    .spyOn(JournalDatabase.prototype, 'write')
    .mockImplementation(() => Promise.reject(new Error('no space left on the disk')));
}

const outcomes = () => harness.outcomes.splice(0).map(({ name, kind }) => `${name} ${kind}`);
const lines = () => harness.lines.splice(0).map(({ severity, message }) => `${severity} ${message}`);
const published = {
  steering: { policy: undefined, health: { publish: true }, owners: [] },
} as unknown as Partial<ZoneToLoad>;

test('a dynamic zone that is new is served, and takes no changes', async () => {
  harness.write('a.test', soa(7));
  harness.write('d.test', soa(7));
  await harness.load(harness.dynamic('a.test'));
  outcomes();
  const disk = fillDisk();
  await harness.load(harness.dynamic('a.test'), harness.dynamic('d.test'));
  expect(outcomes()).toEqual(['d.test loaded']);
  expect(lines()[0]).toContain("error zone d.test/IN: journal rollforward failed: it can't be written: no space left");
  disk.mockRestore();
  // Who has made room says so.
  await expect(harness.change('d.test', '', 'x A 192.0.2.2')).rejects.toThrow("it can't be written");
  const id = harness.zone('d.test').id;
  expect(await harness.loader.command('thaw', id, false)).toEqual([{ title: 'd.test/IN', problem: undefined }]);
  await harness.change('d.test', '', 'x A 192.0.2.2');
  const serial = harness.zone('d.test').serial;
  await harness.restart(harness.dynamic('a.test'), harness.dynamic('d.test'));
  expect(harness.zone('d.test').serial).toBe(serial);
});

test.each<[string, Partial<ZoneToLoad>, Partial<ZoneToLoad>]>([
  ['takes updates from now on', {}, { update: { kind: 'list', list: 0 } }],
  ['takes none any more', { update: { kind: 'list', list: 0 } }, {}],
  ['keeps differences from now on', {}, { ixfrFromDifferences: true }],
  ['is published from now on', {}, published],
  ['is published, and takes updates from now on', published, { ...published, update: { kind: 'list', list: 0 } }],
])('a zone that %s stays as it is, and later loads succeed', async (_, before, after) => {
  harness.write('a.test', soa(7));
  harness.write('b.test', soa(7));
  const other = harness.dynamic('b.test');
  await harness.load(other, harness.static('a.test', before));
  const disk = fillDisk();
  await harness.load(other, harness.static('a.test', after));
  expect(harness.zone('a.test').serial).toBe(7);
  disk.mockRestore();
  harness.write('a.test', soa(9));
  outcomes();
  await harness.load(other, harness.static('a.test', after));
  expect(outcomes()).toEqual(['a.test loaded']);
  expect(harness.zone('a.test').serial).toBe(9);
});

test('at a start with a file that is noted otherwise the zone is served', async () => {
  harness.write('d.test', soa(7));
  await harness.load(harness.dynamic('d.test'));
  await harness.change('d.test', '', 'x A 192.0.2.2');
  await harness.crash();
  harness.write('d.test', `; a remark\n${soa(7)}`);
  const disk = fillDisk();
  await harness.load(harness.dynamic('d.test'));
  expect(harness.zone('d.test').serial).toBe(8);
  disk.mockRestore();
  await harness.change('d.test', '', 'y A 192.0.2.3');
});
