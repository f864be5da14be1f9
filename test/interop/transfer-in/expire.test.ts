/** EDNS EXPIRE (RFC 7314) down a chain: who copies a copy keeps it no longer than that one lasts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCommand, type Judge } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';
import { bindSecondary, knotSecondary, nsdSecondary, type SecondaryProgram } from '../transfer-out/secondaries.ts';
import { run } from '../update/nsupdate.ts';
import { startRingzoneSecondary } from './plain-secondary.ts';

const zone = 'expire.test';
const expireSeconds = 1000;
/** The first copy is so old when it is copied. */
const ageSeconds = 4;

/** What the server at the port says, in seconds; `undefined`: nothing. */
async function askExpire(port: number): Promise<number | undefined> {
  const output = await run('dig', ['@127.0.0.1', '-p', `${port}`, '+expire', '+norec', zone, 'SOA']);
  const [, seconds] = /; EXPIRE: (\d+)/.exec(output) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

describe.skipIf(findCommand('dig') === undefined)('EXPIRE', () => {
  let folder: string;
  let primary: Judge | undefined;
  let first: Judge | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ringzone-expire-'));
    const file = join(folder, 'zone');
    writeFileSync(file, `$TTL 300\n@ SOA ns host 1 600 300 ${expireSeconds} 300\n@ NS ns\nns A 192.0.2.1\n`);
    const extra = 'allow-transfer: [127.0.0.1]\nnotify: no\nhttp: false';
    primary = await startRingzone([{ name: zone, file }], { extra });
    first = await startRingzoneSecondary(zone, primary?.port ?? 0, join(folder, 'first'));
    await sleep(ageSeconds * 1000);
  });

  afterAll(async () => {
    await first?.stop();
    await primary?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('of a primary is that of the SOA, of a secondary what is left', async () => {
    expect(await askExpire(primary?.port ?? 0)).toBe(expireSeconds);
    const left = await askExpire(first?.port ?? 0);
    expect(left).toBeLessThanOrEqual(expireSeconds - ageSeconds);
    expect(left).toBeGreaterThan(expireSeconds - 60);
  });

  test('is what a secondary of the secondary goes by', async () => {
    const second = await startRingzoneSecondary(zone, first?.port ?? 0, join(folder, 'second'));
    try {
      const [left, leftOfFirst] = [await askExpire(second?.port ?? 0), await askExpire(first?.port ?? 0)];
      expect(leftOfFirst).toBeLessThanOrEqual(expireSeconds - ageSeconds);
      // A second may begin between one of them and the other.
      expect(Math.abs((left ?? 0) - (leftOfFirst ?? 0))).toBeLessThanOrEqual(2);
    } finally {
      await second?.stop();
    }
  });

  test('is there at once after a restart without the primary', async () => {
    const second = await startRingzoneSecondary(zone, first?.port ?? 0, join(folder, 'third'));
    await second?.stop();
    const again = await startRingzoneSecondary(zone, 9, join(folder, 'third'));
    try {
      expect(again?.notLoaded, again?.log()).toEqual([]);
      expect(await askExpire(again?.port ?? 0)).toBeLessThanOrEqual(expireSeconds - ageSeconds);
    } finally {
      await again?.stop();
    }
  });

  test('is learnt by BIND, which up to 9.18 heeds it where the zone is current', async () => {
    const secondary = await bindSecondary.start({ zones: [zone], primaryPort: first?.port ?? 0 });
    if (secondary === undefined) return;
    try {
      await sleep(ageSeconds * 1000);
      await run('dig', ['@127.0.0.1', '-p', `${secondary.port}`, '+opcode=notify', zone, 'SOA']);
      await expect.poll(() => secondary.log()).toContain('received notify');
      await sleep(500);
      // Without the option its copy would be as good as new.
      expect(await askExpire(secondary.port)).toBeLessThanOrEqual(expireSeconds - ageSeconds);
    } finally {
      await secondary.stop();
    }
  });

  test.each<SecondaryProgram>([knotSecondary, nsdSecondary])('is learnt by $name', async (program) => {
    const secondary = await program.start({ zones: [zone], primaryPort: first?.port ?? 0 }, { readyMs: 20_000 });
    if (secondary === undefined) return;
    try {
      expect(secondary.notLoaded, secondary.log()).toEqual([]);
      const left = await askExpire(secondary.port);
      // NSD doesn't speak of it.
      if (program.name === 'NSD' && left === undefined) return;
      expect(left).toBeLessThanOrEqual(expireSeconds - ageSeconds);
    } finally {
      await secondary.stop();
    }
  });
});
