/**
 * A SIP server falls silent under calls by Kamailio (which never tries a second server) and sofia-sip: once the answers and the cache
 * before them have changed, not one call goes to it; and calls come back to it. bench/calls.ts measures how long that takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { missingForFailover, runInNamespace } from '../../../bench/calls/failover/namespace.ts';
import type { SilenceRun } from './silence.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-failover-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const times = {
  intervalSeconds: 0.5,
  timeoutSeconds: 0.3,
  fall: 3,
  rise: 2,
  ttlSeconds: 2,
  degradedTtlSeconds: 1,
};

it('no call goes to a server that is silent, and calls come back', async ({ skip }) => {
  const missing = missingForFailover(['sip-options']);
  if (missing !== undefined) {
    console.warn(`skipped: failover of calls: ${missing}`);
    return skip();
  }
  const script = fileURLToPath(new URL('./silence.ts', import.meta.url));
  const run = (await runInNamespace(script, folder, times, () => undefined)) as SilenceRun;
  expect(run.whileSilent).toEqual(['0 sip1', '1 backup', '2 sip2']);
  expect(run.clients.length).toBeGreaterThan(0);
  for (const { client, calls, toSilent, lost, back } of run.clients) {
    expect(calls, client).toBeGreaterThanOrEqual(10);
    expect({ client, toSilent, lost }).toEqual({ client, toSilent: 0, lost: 0 });
    expect(back, client).toBeGreaterThan(0);
  }
}, 180_000);
