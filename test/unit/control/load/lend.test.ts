/** The journal in the hands of another server, and back. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LoaderHarness, soa } from './loader-harness.ts';

let harness: LoaderHarness;
let other: LoaderHarness;
beforeEach(() => {
  harness = new LoaderHarness();
  // Another server's loader, of the same folder.
  other = new LoaderHarness(harness.folder);
});
afterEach(async () => {
  await harness.loader.stop();
  await other.end();
});

const zone = () => harness.dynamic('d.test');
const lines = (of: LoaderHarness) => of.lines.map(({ severity, message }) => `${severity} ${message}`);
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

test('all is written before it is lent; changes wait until it is back, and are done then', async () => {
  harness.write('d.test', soa(7));
  await harness.load(zone());
  await harness.change('d.test', '', 'before A 192.0.2.1');
  await harness.loader.lend();
  expect(harness.read('d.test')).toContain('before');
  let isDone = false;
  const waiting = harness.change('d.test', '', 'meanwhile A 192.0.2.2').then(() => {
    isDone = true;
  });
  // The other one can have the journal, and finds all there.
  await other.load(zone());
  expect(other.zone('d.test').serial).toBe(8);
  expect(lines(other)).toEqual([]);
  expect(isDone).toBe(false);
  await other.loader.stop();
  await harness.loader.takeBack();
  await waiting;
  expect(harness.zone('d.test').serial).toBe(9);
  expect(lines(harness)).toEqual([]);
  await harness.restart(zone());
  expect(harness.records('d.test').join('\n')).toContain('meanwhile');
});

test('loads wait too', async () => {
  harness.write('d.test', soa(7));
  await harness.load(zone());
  await harness.loader.lend();
  let isDone = false;
  const loading = harness.load(zone()).then(() => {
    isDone = true;
  });
  await turn();
  expect(isDone).toBe(false);
  await harness.loader.takeBack();
  await loading;
});

test('a zone that the other one has changed is served as it is, and not changed any more', async () => {
  for (const name of ['d.test', 'e.test']) harness.write(name, soa(7));
  const zones = [zone(), harness.dynamic('e.test')];
  await harness.load(...zones);
  await harness.loader.lend();
  await other.load(...zones);
  await other.change('d.test', '', 'theirs A 192.0.2.3');
  await other.loader.stop();
  await harness.loader.takeBack();
  expect(lines(harness)).toEqual([
    expect.stringMatching(/^error zone d\.test\/IN: its journal was changed by another server/),
  ]);
  await expect(harness.change('d.test', '', 'ours A 192.0.2.4')).rejects.toThrow(/changed by another server/);
  expect(harness.zone('d.test').serial).toBe(7);
  await harness.change('e.test', '', 'ours A 192.0.2.4');
  await harness.restart(...zones);
  expect(harness.records('d.test').join('\n')).toContain('theirs');
  expect(harness.records('e.test').join('\n')).toContain('ours');
});

test('it is waited for where the other one has not closed it yet', async () => {
  harness.write('d.test', soa(7));
  await harness.load(zone());
  await harness.loader.lend();
  await other.load(zone());
  // It is back when the other one has closed it, though a moment after it has said that it goes.
  const back = harness.loader.takeBack();
  await turn();
  await other.loader.stop();
  await back;
  await harness.change('d.test', '', 'ours A 192.0.2.4');
  expect(lines(harness)).toEqual([]);
});
