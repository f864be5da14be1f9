import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rotate } from '../../../../src/control/log/rotate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-rotate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Make files that contain their names. */
function given(...names: readonly string[]): void {
  for (const name of names) writeFileSync(join(folder, name), name);
}

/** `name: what it was called before`. */
function found(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder)
      .toSorted()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

const nowMs = Date.UTC(2026, 10, 22, 20, 46, 40, 614);

function rotated(versions: number, suffix: 'increment' | 'timestamp' = 'increment') {
  rotate(join(folder, 'f'), { versions, suffix, nowMs });
  return found();
}

describe('by number', () => {
  test('the oldest beyond the count goes', () => {
    given('f', 'f.0', 'f.1');
    expect(rotated(2)).toEqual({ 'f.0': 'f', 'f.1': 'f.0' });
  });

  test('so do those of a time when more were kept, and those named by time', () => {
    given('f', 'f.0', 'f.1', 'f.2', 'f.3', 'f.10', 'f.20261122204640614');
    expect(rotated(2)).toEqual({ 'f.0': 'f', 'f.1': 'f.0' });
  });

  test('a gap moves with the others, as in BIND', () => {
    given('f', 'f.0', 'f.2');
    expect(rotated(5)).toEqual({ 'f.0': 'f', 'f.1': 'f.0', 'f.3': 'f.2' });
  });

  test('unlimited: up to the first gap', () => {
    given('f', 'f.0', 'f.2', 'f.20261122204640614');
    expect(rotated(Number.POSITIVE_INFINITY)).toEqual({
      'f.0': 'f',
      'f.1': 'f.0',
      'f.2': 'f.2',
      'f.20261122204640614': 'f.20261122204640614',
    });
  });

  test('what only looks like an old file stays', () => {
    given('f', 'f.0', 'f.1.gz', 'f.01', 'f.', 'f.x', 'ff.7');
    expect(Object.keys(rotated(1))).toEqual(['f.', 'f.0', 'f.01', 'f.1.gz', 'f.x', 'ff.7']);
  });
});

describe('by time', () => {
  test('the name is the time in UTC, with milliseconds', () => {
    given('f');
    expect(rotated(3, 'timestamp')).toEqual({ 'f.20261122204640614': 'f' });
  });

  test('the oldest beyond the count go, those by number first', () => {
    given('f', 'f.0', 'f.7', 'f.20261122204640611', 'f.20261122204640612', 'f.20261122204640613');
    expect(Object.keys(rotated(3, 'timestamp'))).toEqual([
      'f.20261122204640612',
      'f.20261122204640613',
      'f.20261122204640614',
    ]);
  });

  test('two in one millisecond are both kept', () => {
    given('f', 'f.20261122204640614');
    expect(rotated(Number.POSITIVE_INFINITY, 'timestamp')).toEqual({
      'f.20261122204640614': 'f.20261122204640614',
      'f.20261122204640615': 'f',
    });
  });
});

test.each(['increment', 'timestamp'] as const)('versions 0 keeps none: %s', (suffix) => {
  given('f');
  expect(rotated(0, suffix)).toEqual({});
});
