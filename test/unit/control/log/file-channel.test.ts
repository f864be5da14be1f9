import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeFileError, FileChannel } from '../../../../src/control/log/file-channel.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-log-'));
  path = join(folder, 'f');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function channel(versions: number | undefined, sizeOctets: number | undefined): FileChannel {
  const made = new FileChannel({ kind: 'file', path, versions, sizeOctets });
  made.open();
  return made;
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
/** A line of `octets` octets, its end included, that begins with its number. */
const line = (number: number, octets: number) => String(number).padEnd(octets - 1, '.');

describe('rotation', () => {
  test('the line that crosses the size is written whole; the next one rotates', () => {
    const log = channel(3, 100);
    log.write(line(1, 60));
    log.write(line(2, 60));
    log.flush();
    expect(readdirSync(folder)).toEqual(['f']);
    expect(read('f')).toHaveLength(120);
    log.write(line(3, 60));
    log.close();
    expect(readdirSync(folder).toSorted()).toEqual(['f', 'f.0']);
    expect(read('f')).toMatch(/^3\.+\n$/);
    expect(read('f.0')).toHaveLength(120);
  });

  test('a file of exactly the size takes one more line', () => {
    const log = channel(3, 100);
    log.write(line(1, 100));
    log.write(line(2, 10));
    log.flush();
    expect(readdirSync(folder)).toEqual(['f']);
    log.close();
  });

  test('at most f and three old files; .0 is the newest', () => {
    const log = channel(3, 50);
    for (let i = 1; i <= 6; i++) log.write(line(i, 60));
    log.close();
    expect(readdirSync(folder).toSorted()).toEqual(['f', 'f.0', 'f.1', 'f.2']);
    expect(['f', 'f.0', 'f.1', 'f.2'].map((name) => read(name).charAt(0))).toEqual(['6', '5', '4', '3']);
  });

  test('versions unlimited keeps all', () => {
    const log = channel(Number.POSITIVE_INFINITY, 50);
    for (let i = 1; i <= 6; i++) log.write(line(i, 60));
    log.close();
    expect(readdirSync(folder).toSorted()).toEqual(['f', 'f.0', 'f.1', 'f.2', 'f.3', 'f.4']);
    expect(read('f.4').charAt(0)).toBe('1');
  });

  test('versions 0 begins anew', () => {
    const log = channel(0, 50);
    log.write(line(1, 60));
    log.write(line(2, 60));
    log.close();
    expect(readdirSync(folder)).toEqual(['f']);
    expect(read('f').charAt(0)).toBe('2');
  });

  test('versions without size rotates at every open', () => {
    writeFileSync(path, 'old\n');
    const log = channel(2, undefined);
    log.write('new');
    log.close();
    expect([read('f'), read('f.0')]).toEqual(['new\n', 'old\n']);
  });

  test('what an earlier run left counts', () => {
    writeFileSync(path, line(1, 200));
    const log = channel(1, 100);
    log.write('2');
    log.close();
    expect(read('f')).toBe('2\n');
  });

  test('neither: appended for ever', () => {
    writeFileSync(path, 'old\n');
    const log = channel(undefined, undefined);
    log.write('new');
    log.close();
    expect(read('f')).toBe('old\nnew\n');
  });
});

describe('size without versions', () => {
  test('stops, says so once, and goes on when the file was truncated', () => {
    const log = channel(undefined, 50);
    log.write(line(1, 60));
    log.write('lost');
    log.flush();
    expect(read('f')).toHaveLength(60);
    expect(log.takeTrouble(0)?.message).toMatch(/reached its size .*; 1 line lost so far/);
    expect(log.takeTrouble(1000)).toBeUndefined();
    truncateSync(path);
    log.flush();
    log.write('again');
    log.close();
    expect(read('f')).toBe('again\n');
  });

  test('goes on when the file was removed', () => {
    const log = channel(undefined, 50);
    log.write(line(1, 60));
    log.flush();
    rmSync(path);
    log.flush();
    log.write('again');
    log.close();
    expect(read('f')).toBe('again\n');
  });
});

test('where rotation fails, the file grows and it is told once', () => {
  const log = channel(1, 50);
  // A folder in the way of the first old file: the rename fails, for root too.
  mkdirSync(join(folder, 'f.0', 'in-the-way'), { recursive: true });
  for (let i = 1; i <= 3; i++) log.write(line(i, 60));
  log.flush();
  expect(read('f')).toHaveLength(180);
  expect(log.takeTrouble(0)?.message).toMatch(/cannot rotate, so it grows/);
  log.write(line(4, 60));
  log.flush();
  expect(log.takeTrouble(1000)).toBeUndefined();
  log.close();
  expect(read('f')).toHaveLength(240);
});

test('after an external mv the moved file is written until the channel is opened again', () => {
  const log = channel(undefined, undefined);
  log.write('1');
  log.flush();
  renameSync(path, `${path}.moved`);
  log.write('2');
  log.close();
  expect(read('f.moved')).toBe('1\n2\n');
  expect(existsSync(path)).toBe(false);
});

test('what was removed is made again; a removed folder is told, and its lines come when it is back', () => {
  const inner = join(folder, 'log');
  mkdirSync(inner);
  const log = new FileChannel({ kind: 'file', path: join(inner, 'f'), versions: 2, sizeOctets: 1000 });
  log.open();
  log.write('1');
  log.flush();
  rmSync(join(inner, 'f'));
  log.write('2');
  log.flush();
  expect(read('log/f')).toBe('2\n');
  expect(log.takeTrouble(0)).toBeUndefined();
  rmSync(inner, { recursive: true });
  log.write('3');
  log.flush();
  expect(log.takeTrouble(0)?.message).toMatch(/its folder does not exist \[ENOENT\]; answers go on/);
  log.write('4');
  log.flush();
  mkdirSync(inner);
  log.flush();
  expect(read('log/f')).toBe('3\n4\n');
  expect(log.takeTrouble(0)).toMatchObject({
    severity: 'notice',
    message: expect.stringMatching(/: writing again, 0 lines lost$/),
  });
  log.close();
});

test('a buffered file is written in blocks, the rest after a second and at the end', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const log = new FileChannel({ kind: 'file', path, versions: undefined, sizeOctets: undefined }, undefined, true);
    log.open();
    vi.advanceTimersByTime(5000);
    log.write('1');
    log.flush();
    log.write('2');
    vi.advanceTimersByTime(900);
    log.flush();
    expect(read('f')).toBe('1\n');
    vi.advanceTimersByTime(100);
    log.flush();
    expect(read('f')).toBe('1\n2\n');
    log.write(line(3, 4096));
    log.flush();
    expect(read('f')).toHaveLength(4 + 4096);
    log.write('4');
    log.close();
    expect(read('f')).toMatch(/\n4\n$/);
  } finally {
    vi.useRealTimers();
  }
});

test('a pipe that nobody reads does not hold up the log', () => {
  execFileSync('mkfifo', [path]);
  const log = new FileChannel({ kind: 'file', path, versions: 3, sizeOctets: 10 });
  expect(() => log.open()).toThrow(/ENXIO/);
  log.write('1');
  log.flush();
  expect(log.takeTrouble(0)?.message).toMatch(/it is a pipe that nobody reads \[ENXIO\]/);
  log.close();
});

test.skipIf(process.getuid?.() !== 0)(
  'a file that is made belongs to the user to come; one that was there stays',
  () => {
    const owner = { uid: 12_345, gid: 12_346 };
    const own = (file: string) => {
      const { uid, gid } = statSync(file);
      return { uid, gid };
    };
    const log = new FileChannel({ kind: 'file', path, versions: 1, sizeOctets: 10 }, owner);
    log.open();
    expect(own(path)).toEqual(owner);
    log.write(line(1, 20));
    log.write('2');
    log.close();
    expect([own(path), own(`${path}.0`)]).toEqual([owner, owner]);
    writeFileSync(join(folder, 'theirs'), '');
    symlinkSync(join(folder, 'theirs'), join(folder, 'link'));
    const linked = new FileChannel({ kind: 'file', path: join(folder, 'link'), versions: 1, sizeOctets: 10 }, owner);
    linked.open();
    linked.close();
    expect(own(join(folder, 'theirs'))).toEqual({ uid: 0, gid: 0 });
  },
);

describe('a full disk', () => {
  const hasFull = existsSync('/dev/full');

  test.skipIf(!hasFull)('nothing throws; told once a minute; what is lost is counted; recovery is told', () => {
    symlinkSync('/dev/full', path);
    const log = channel(undefined, undefined);
    log.write('1');
    log.flush();
    expect(log.takeTrouble(0)).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(/disk is full.*answers go on/),
    });
    for (let ms = 1000; ms < 60_000; ms += 1000) {
      log.write('more');
      log.flush();
      expect(log.takeTrouble(ms)).toBeUndefined();
    }
    expect(log.takeTrouble(60_000)?.severity).toBe('error');
    const long = line(1, 10_000);
    for (let i = 0; i < 200; i++) log.write(long);
    expect(log.takeTrouble(120_000)?.message).toMatch(/; 9\d lines lost so far/);
    log.close();
  });
});

test.each([
  ['no/f', 'its folder does not exist [ENOENT]'],
  ['.', 'it is a directory [EISDIR]'],
  ['file/f', 'its folder is a file [ENOTDIR]'],
])('what is wrong with the path is an error at open: %s', (name, reason) => {
  writeFileSync(join(folder, 'file'), '');
  const log = new FileChannel({ kind: 'file', path: join(folder, name), versions: undefined, sizeOctets: undefined });
  let error: unknown;
  try {
    log.open();
  } catch (thrown) {
    error = thrown;
  }
  expect(describeFileError(error)).toBe(reason);
});
