/** Each client's share under `shape` is that of the zone's weights; under BIND it is not. bench/calls.ts measures the same with more calls. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type AskedServer, bind, ringzoneWith } from '../../../bench/calls/asked-server.ts';
import { fiveExpected, howToWeights, howToZone, writeFiveZone } from '../../../bench/calls/phones-zone.ts';
import { listShares, playZone, shareClients } from '../../../bench/calls/share.ts';
import type { JudgeZone } from '../lib/judge.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-calls-'));
const calls = 2000;
/** Five standard deviations of the share of a server with the weight 40 of 100. */
const chancePoints = 500 * Math.sqrt((0.4 * 0.6) / calls);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** By client, the largest error of a server in percentage points; `undefined` where the server is not installed. */
async function errorsOf(
  server: AskedServer,
  zone: JudgeZone = howToZone,
  weights: readonly string[] = howToWeights,
): Promise<Map<string, number> | undefined> {
  const judge = await server.start([zone]);
  if (judge === undefined) return undefined;
  const settings = { calls, seed: 20_261_123, clients: shareClients, folder, note: () => undefined };
  try {
    const run = await playZone(server, judge.port, zone.name, weights, settings);
    return new Map(listShares([run]).map(({ client, worstPoints }) => [client, worstPoints]));
  } finally {
    await judge.stop();
  }
}

it('shape: every client within chance of the weights', async () => {
  expectNear(await errorsOf(ringzoneWith('shape')));
}, 90_000);

it('shape, five servers of one priority: the same', async () => {
  expectNear(await errorsOf(ringzoneWith('shape'), writeFiveZone(folder), fiveExpected));
}, 90_000);

function expectNear(errors: Map<string, number> | undefined): void {
  expect([...(errors?.keys() ?? [])]).toEqual(shareClients);
  for (const [client, points] of errors ?? []) expect(points, client).toBeLessThan(chancePoints);
}

it('sticky: a population of addresses splits by the weights, but for who takes the highest', async () => {
  const errors = await errorsOf(ringzoneWith('sticky'));
  for (const client of ['naive', 'rfc', 'sofia', 'snom', 'pjsip'])
    expect(errors?.get(client), client).toBeLessThan(chancePoints);
  expect(errors?.get('yealink')).toBe(40);
}, 90_000);

it('BIND: who ranks is wrong by 40 points, who takes the first record by 30', async ({ skip }) => {
  const errors = await errorsOf(bind);
  if (errors === undefined) return skip();
  expect(errors.get('yealink')).toBe(40);
  expect(errors.get('cisco')).toBe(40);
  expect(errors.get('naive')).toBeGreaterThan(33.3 - chancePoints);
  for (const client of ['rfc', 'sofia', 'snom', 'pjsip']) expect(errors.get(client), client).toBeLessThan(chancePoints);
}, 90_000);
