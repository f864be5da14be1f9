import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DnstapFile } from '../../../../src/control/dnstap/dnstap-config.ts';
import { TapFile } from '../../../../src/control/dnstap/tap-file.ts';
import { splitFrames } from './decode-tap.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-tap-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name = 'a.tap') => join(folder, name);

function file(more: Partial<DnstapFile> = {}): TapFile {
  return new TapFile({
    kind: 'file',
    path: path(),
    sizeOctets: Number.POSITIVE_INFINITY,
    versions: undefined,
    suffix: 'increment',
    ...more,
  });
}

/** One data frame of so many octets. */
function frame(text: string): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(text.length);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** What a reader finds: whole streams alone. */
function read(name = 'a.tap'): string[] {
  const { controls, data } = splitFrames(readFileSync(path(name)));
  expect(controls).toEqual([
    [2, 0],
    [3, data.length],
  ]);
  return data.map(String);
}

describe('a file of dnstap', () => {
  test('is one stream, from START to STOP', async () => {
    const tap = file();
    expect(tap.open()).toBeUndefined();
    tap.write(frame('one'));
    tap.write(Buffer.concat([frame('two'), frame('three')]));
    await tap.close();
    expect(read()).toEqual(['one', 'two', 'three']);
    expect(tap.takeTroubles(0)).toEqual([]);
  });

  test('takes the place of one that is there, as with BIND', async () => {
    writeFileSync(path(), 'old');
    const tap = file();
    tap.open();
    await tap.close();
    expect(read()).toEqual([]);
    expect(readdirSync(folder)).toEqual(['a.tap']);
  });

  test('with versions one that is there is put away', async () => {
    for (const text of ['first', 'second', 'third', 'fourth']) {
      const tap = file({ versions: 2 });
      tap.open();
      tap.write(frame(text));
      await tap.close();
    }
    expect(readdirSync(folder).sort()).toEqual(['a.tap', 'a.tap.0', 'a.tap.1']);
    expect([read(), read('a.tap.0'), read('a.tap.1')]).toEqual([['fourth'], ['third'], ['second']]);
  });

  test('begins anew when it has reached its size; none of it is lost, and so many old ones are kept', async () => {
    const tap = file({ sizeOctets: 100, versions: 3 });
    tap.open();
    const texts = Array.from({ length: 11 }, (_, i) => `${i}`.padStart(20, '.'));
    for (const text of texts) tap.write(frame(text));
    await tap.close();
    // 42 octets of START, 24 a frame: three pass 100.
    expect(readdirSync(folder).sort()).toEqual(['a.tap', 'a.tap.0', 'a.tap.1', 'a.tap.2']);
    expect(['a.tap.2', 'a.tap.1', 'a.tap.0', 'a.tap'].flatMap(read)).toEqual(texts);
  });

  test('names old ones by the time', async () => {
    const tap = file({ versions: 2, suffix: 'timestamp' });
    tap.open();
    for (const second of [1, 2, 3]) {
      tap.write(frame(`${second}`));
      expect(tap.reopen(2, Date.UTC(2026, 10, 22, 20, 46, second, 615))).toBeUndefined();
    }
    await tap.close();
    expect(readdirSync(folder).sort()).toEqual(['a.tap', 'a.tap.20261122204602615', 'a.tap.20261122204603615']);
  });

  test('is closed and opened again under its name when somebody has renamed it', async () => {
    const tap = file();
    tap.open();
    tap.write(frame('before'));
    renameSync(path(), path('renamed'));
    expect(tap.reopen(undefined)).toBeUndefined();
    tap.write(frame('after'));
    await tap.close();
    expect([read('renamed'), read()]).toEqual([['before'], ['after']]);
  });

  test('that has no folder is told, and written when it has one', async () => {
    const tap = file({ path: path('later/a.tap') });
    expect(tap.open()).toBe(`dnstap file ${path('later/a.tap')}: its folder does not exist [ENOENT]`);
    expect(tap.isReady).toBe(false);
    expect(tap.takeTroubles(100_000)).toMatchObject([{ severity: 'error' }]);
    tap.retry();
    expect(tap.isReady).toBe(false);
    mkdirSync(path('later'));
    tap.retry();
    expect(tap.isReady).toBe(true);
    tap.write(frame('x'));
    await tap.close();
    expect(read('later/a.tap')).toEqual(['x']);
    expect(tap.takeTroubles(100_001)).toMatchObject([{ severity: 'notice', message: /writing again$/ }]);
  });

  test.skipIf(!existsSync('/dev/full'))('nothing that is no file is opened, a FIFO or a device', () => {
    expect(file({ path: '/dev/full' }).open()).toMatch(/not a regular file$/);
    expect(file({ path: folder }).open()).toMatch(/not a regular file$/);
  });

  test('where old ones cannot be renamed the stream goes on in a file that grows', async () => {
    // A folder that stands in the way, with something in it.
    mkdirSync(path('a.tap.0/x'), { recursive: true });
    const tap = file({ sizeOctets: 50, versions: 1 });
    tap.open();
    for (const text of ['one', 'two', 'three', 'four']) tap.write(frame(text));
    expect(tap.takeTroubles(0)).toMatchObject([{ message: /cannot be rolled, so it grows/ }]);
    await tap.close();
    expect(read()).toEqual(['one', 'two', 'three', 'four']);
  });
});
