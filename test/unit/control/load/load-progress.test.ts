/** What is logged of a load and of a transfer that take long. */
import { afterEach, expect, test, vi } from 'vitest';
import type { Remote } from '../../../../src/control/config/config.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { TransferLog } from '../../../../src/control/secondary/transfer-log.ts';
import { LoaderHarness, soa } from './loader-harness.ts';

afterEach(() => vi.restoreAllMocks());

/** A clock that goes on by `stepMs` at each look. */
function slowDown(stepMs: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += stepMs));
}

async function linesOfLoad(stepMs: number): Promise<readonly string[]> {
  const harness = new LoaderHarness();
  harness.write('big.test', soa(1, `${';'.repeat(100)}\n`.repeat(20_000)));
  slowDown(stepMs);
  await harness.load(harness.static('big.test'));
  vi.restoreAllMocks();
  await harness.end();
  return harness.lines.map(({ category, severity, message }) => `${category} ${severity} ${message}`);
}

test('a load says every five seconds how far it is', async () => {
  const lines = await linesOfLoad(1000);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines[0]).toMatch(/^zoneload info zone big\.test\/IN: loading: \d+ % of 2\.0 MB$/);
  const percents = lines.flatMap((line) => / (\d+) %/.exec(line)?.[1] ?? []).map(Number);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
});

test('a quick one says nothing', async () => {
  expect(await linesOfLoad(1)).toEqual([]);
});

test('so does a transfer that comes in', () => {
  const said: string[] = [];
  const log = { info: (category: string, text: string) => said.push(`${category} ${text}`) } as unknown as Log;
  slowDown(2000);
  const transfer = new TransferLog(log, 'big.test/IN', { address: '192.0.2.1', port: 53 } as Remote, undefined);
  for (let i = 1; i <= 7; i++) transfer.going(100_000 * i, 8_000_000 * i);
  expect(said).toEqual([
    "xfer-in transfer of 'big.test/IN' from 192.0.2.1#53: 300,000 records, 24 MB received",
    "xfer-in transfer of 'big.test/IN' from 192.0.2.1#53: 600,000 records, 48 MB received",
  ]);
});
