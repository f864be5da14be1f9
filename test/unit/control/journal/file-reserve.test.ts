import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileReserve } from '../../../../src/control/journal/file-reserve.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-reserve-'));
  path = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the file grows by zeros, at least so far as is asked, and what is in it stays', () => {
  writeFileSync(path, 'abc');
  const reserve = new FileReserve(path);
  reserve.take(3);
  expect(statSync(path).size).toBe(3);
  reserve.take(10_000);
  const octets = readFileSync(path);
  expect(octets.length).toBeGreaterThanOrEqual(10_000);
  expect(octets.subarray(0, 3).toString()).toBe('abc');
  expect(octets.subarray(3).every((octet) => octet === 0)).toBe(true);
  // Others write to it, too: their octets are not overwritten.
  const before = octets.length;
  writeFileSync(path, 'def', { flag: 'a' });
  reserve.take(before + 100);
  expect(
    readFileSync(path)
      .subarray(before, before + 3)
      .toString(),
  ).toBe('def');
  reserve.close();
});

test('a full disk is an error, and no harm', ({ skip }) => {
  const small = join(folder, 'small');
  mkdirSync(small);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', small]);
  if (mounted.status !== 0) skip('needs root, to mount a small tmpfs');
  try {
    const file = join(small, 'data');
    writeFileSync(file, 'abc');
    const reserve = new FileReserve(file);
    expect(() => reserve.take(1 << 20)).toThrow('ENOSPC');
    expect(readFileSync(file).subarray(0, 3).toString()).toBe('abc');
    spawnSync('mount', ['-o', 'remount,size=4m', small]);
    reserve.take(1 << 20);
    expect(statSync(file).size).toBeGreaterThanOrEqual(1 << 20);
    reserve.close();
  } finally {
    spawnSync('umount', [small]);
  }
});
