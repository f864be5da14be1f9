/** Zones that go while work on all of them is under way: whoever comes to them then must not end the loader. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LoaderHarness, soa } from './loader-harness.ts';

let harness: LoaderHarness;
beforeEach(async () => {
  harness = new LoaderHarness();
  for (const name of ['a.test', 'b.test']) harness.write(name, soa(7));
  await harness.load(harness.dynamic('a.test'), harness.dynamic('b.test'));
  for (const name of ['a.test', 'b.test']) await harness.change(name, '', 'x A 192.0.2.2');
});
afterEach(() => harness.end());

/** While somebody works on the first zone, `begin` comes to it, and the second one goes. */
async function whileSecondGoes<T>(begin: () => Promise<T>): Promise<T> {
  const { promise: worked, resolve: end } = Promise.withResolvers<void>();
  const { writer } = harness.loader;
  const busy = writer.inTurn(harness.zone('a.test'), () => worked);
  const begun = begin();
  await harness.load(harness.dynamic('a.test'));
  end();
  await busy;
  return await begun;
}

test('a command for all zones', async () => {
  const results = await whileSecondGoes(() => harness.loader.command('sync', undefined, false));
  expect(results).toEqual([{ title: 'a.test/IN', problem: undefined }]);
});

test('the look at files that are watched, or behind', async () => {
  await harness.load(harness.dynamic('a.test'), harness.static('b.test', { watch: true, ixfrFromDifferences: true }));
  harness.write('b.test', soa(20));
  await harness.loader.pollWatched(0);
  await harness.change('a.test', '', 'y A 192.0.2.3');
  await whileSecondGoes(() => harness.loader.pollWatched(performance.now() + 3_600_000));
  expect(harness.read('a.test')).toContain('y');
});

test('the same at a stop', async () => {
  const looked = harness.loader.pollWatched(performance.now() + 3_600_000);
  await Promise.all([harness.loader.stop(), looked]);
  for (const name of ['a.test', 'b.test']) expect(harness.read(name)).toContain('x');
});
