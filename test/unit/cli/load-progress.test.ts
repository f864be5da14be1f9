import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LoadProgress } from '../../../src/cli/load-progress.ts';

let folder = '';
let file = '';
const restart = '\r\u001b[2K';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-progress-'));
  file = join(folder, 'big.test');
  writeFileSync(file, Buffer.alloc(2_000_000, ' '));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A load of four reads with `readMs` between them, and of the second reading that checks do. */
function load(isTTY: boolean, readMs: number): string {
  let now = 5000;
  const stream = Object.assign(new PassThrough(), { isTTY });
  const progress = new LoadProgress(stream, () => now);
  const open = progress.start(file);
  for (let pass = 0; pass < 2; pass++) {
    const opened = open?.(file);
    if (opened?.ok !== true) break;
    const into = new Uint8Array(500_000);
    for (let i = 0; i < 4; i++) {
      now += readMs;
      expect(opened.value.read(into, 0, into.length)).toBe(500_000);
    }
    opened.value.close();
  }
  progress.clear();
  return String(stream.read() ?? '').replaceAll(folder, '');
}

test('nothing within the first second, then how much is read, and that it is checked', () => {
  expect(load(true, 100)).toBe('');
  expect(load(true, 600)).toBe(
    [
      `${restart}/big.test: 50 % of 2.0 MB, 1 s`,
      `${restart}/big.test: 75 % of 2.0 MB, 2 s`,
      ...[2, 3, 4, 4, 5].map((seconds) => `${restart}/big.test: checking, ${seconds} s`),
      restart,
    ].join(''),
  );
});

test('not more often than can be read', () => {
  const drawn = load(true, 300).split(restart).length - 1;
  expect(drawn).toBe(6);
});

test('nothing where there is no terminal', () => {
  expect(load(false, 5000)).toBe('');
});

test('a file that is not there is not opened by it', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true });
  const missing = join(folder, 'none');
  expect(new LoadProgress(stream).start(missing)?.(missing)).toEqual({ ok: false, error: { message: 'no such file' } });
});
