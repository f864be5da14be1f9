import { afterEach, beforeEach, expect, test } from 'vitest';
import { logOutcome } from '../../../../src/control/load/log-outcome.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { JournalReader } from '../../../../src/transfer/journal/journal-reader.ts';
import { journalFolder } from '../../../../src/transfer/journal/lmdb-options.ts';
import { forEachRecord } from '../../../../src/transfer/journal/record-octets.ts';
import { LoaderHarness, soa } from './loader-harness.ts';

let harness: LoaderHarness;
beforeEach(() => {
  harness = new LoaderHarness();
});
afterEach(() => harness.end());

/** What is logged of the loads since the last call. */
function logged(): readonly string[] {
  const said: string[] = [];
  const log = {
    event: (_: string, severity: string, message: string) => said.push(`${severity} ${message}`),
    error: (_: string, message: string) => said.push(`error ${message}`),
    info: (_: string, message: string) => said.push(`info ${message}`),
    warning: (_: string, message: string) => said.push(`warning ${message}`),
    notice: (_: string, message: string) => said.push(`notice ${message}`),
  };
  for (const outcome of harness.outcomes.splice(0)) logOutcome(log as unknown as Log, outcome);
  return said;
}

async function deltas(from: number, to: number): Promise<readonly string[] | undefined> {
  const reader = await JournalReader.open(journalFolder(harness.dataDir));
  try {
    const chain = reader.chain(harness.zone('p.test').id, from, to);
    if (chain === undefined) return undefined;
    const told: string[] = [];
    for (let delta = chain.next(); delta !== undefined; delta = chain.next()) {
      let records = 0;
      forEachRecord(delta.octets, () => records++);
      told.push(`${delta.fromSerial}>${delta.toSerial} ${records}`);
    }
    return told;
  } finally {
    await reader.close();
  }
}

const diffed = () => harness.static('p.test', { ixfrFromDifferences: true });

test('ixfr-from-differences: a raised serial gives a difference, also over a restart', async () => {
  harness.write('p.test', soa(1, 'a A 192.0.2.5\n'));
  await harness.load(diffed());
  harness.write('p.test', soa(2, 'b A 192.0.2.6\n'));
  await harness.load(diffed());
  await harness.restart(diffed());
  harness.write('p.test', soa(3, 'b A 192.0.2.6\nc A 192.0.2.6\n'));
  await harness.load(diffed());
  expect(await deltas(1, 3)).toEqual(['1>2 4', '2>3 3']);
  expect(logged().join()).not.toContain('error');
});

test('a file that changed while the server was down ends the journal', async () => {
  harness.write('p.test', soa(1, 'a A 192.0.2.5\n'));
  await harness.load(diffed());
  harness.write('p.test', soa(2, 'b A 192.0.2.6\n'));
  await harness.load(diffed());
  await harness.loader.stop();
  harness.write('p.test', soa(2, 'c A 192.0.2.6\n'));
  await harness.restart(diffed());
  expect(await deltas(1, 2)).toBeUndefined();
});

test.each([['static'], ['diffed']])(
  'a changed zone under the same serial is served, and that is said loudly (%s)',
  async (kind) => {
    const zone = kind === 'static' ? harness.static('p.test') : diffed();
    harness.write('p.test', soa(1, 'a A 192.0.2.5\n'));
    await harness.load(zone);
    harness.write('p.test', soa(1, 'a A 192.0.2.6\n'));
    await harness.load(zone);
    expect(logged()).toEqual([
      'info zone p.test/IN: loaded serial 1',
      'error zone p.test/IN: zone serial (1) unchanged. zone may fail to transfer to secondaries.',
      'info zone p.test/IN: loaded serial 1',
    ]);
    expect(harness.records('p.test')).toContain('a.p.test. 300 IN A 192.0.2.6');
    // Written again as it was: nothing to warn of.
    harness.write('p.test', `; touched\n${soa(1, 'a A 192.0.2.6\n')}`);
    await harness.load(zone);
    expect(logged()).toEqual(['info zone p.test/IN: loaded serial 1']);
    harness.write('p.test', soa(0));
    await harness.load(zone);
    expect(logged()[0]).toBe('error zone p.test/IN: zone serial (0/1) has gone backwards');
  },
);

test('a journal is not even opened where no zone needs one', async () => {
  harness.write('p.test', soa(1));
  await harness.load(harness.static('p.test'));
  await expect(JournalReader.open(journalFolder(harness.dataDir))).rejects.toThrow();
});
