/** EDNS EXPIRE (RFC 7314) down a chain: who copies a copy keeps it no longer than that one lasts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findCommand, type Judge } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';
import { bindSecondary, knotSecondary, nsdSecondary, type SecondaryProgram } from '../transfer-out/secondaries.ts';
import { run } from '../update/nsupdate.ts';
import { startRingzoneSecondary } from './plain-secondary.ts';

const zone = 'expire.test';
const expireSeconds = 1000;
/** The first copy is so old when it is copied. */
const ageSeconds = 4;

/** What the server at the port says, in seconds; all that dig prints where it does not say any. */
async function askExpire(port: number): Promise<number | string> {
  const output = await run('dig', ['@127.0.0.1', '-p', `${port}`, '+expire', '+norec', zone, 'SOA']);
  const [, seconds] = /; EXPIRE: (\d+)/.exec(output) ?? [];
  return seconds === undefined ? output : Number(seconds);
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
    // It knows how long its copy lasts a moment after it serves it.
    const isOld = async () => Number(await askExpire(first?.port ?? 0)) <= expireSeconds - ageSeconds;
    await vi.waitUntil(isOld, { timeout: 30_000, interval: 200 });
  });

  /** A copy of the copy ends with it; one that goes by its SOA alone would last some seconds longer. */
  async function expectLearnt(judge: Judge | undefined): Promise<void> {
    const later = async () =>
      Math.abs(Number(await askExpire(judge?.port ?? 0)) - Number(await askExpire(first?.port ?? 0)));
    // A second may begin between one of them and the other.
    await expect.poll(later).toBeLessThanOrEqual(2);
  }

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
      await expectLearnt(second);
    } finally {
      await second?.stop();
    }
  });

  test('is there at once after a restart without the primary', async () => {
    const second = await startRingzoneSecondary(zone, first?.port ?? 0, join(folder, 'third'));
    await expectLearnt(second);
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
      const isAsOld = async () => Number(await askExpire(secondary.port)) <= expireSeconds - ageSeconds;
      await vi.waitUntil(isAsOld, { timeout: 20_000, interval: 200 });
      await run('dig', ['@127.0.0.1', '-p', `${secondary.port}`, '+opcode=notify', zone, 'SOA']);
      await expect.poll(() => secondary.log()).toContain('received notify');
      // It does not tell when it has looked.
      await sleep(500);
      // Without the option its copy would be as good as new.
      expect(await isAsOld()).toBe(true);
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
      if (program.name === 'NSD' && typeof left === 'string') return;
      expect(left).toBeLessThanOrEqual(expireSeconds - ageSeconds);
    } finally {
      await secondary.stop();
    }
  });
});
