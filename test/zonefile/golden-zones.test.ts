/**
 * Each NN-topic.zone is parsed; NN-topic.out holds its records in canonical form, NN-topic.err what is said about it. Where
 * one of them is missing nothing may come. `UPDATE_GOLDEN=1` writes them anew: read the difference before you keep it.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { zoneFileCodes } from '../../src/zonefile/codes.ts';
import { type OpenSource, openFromMemory } from '../../src/zonefile/zone-source.ts';
import { apexOfGolden, goldenFolder, parseToText } from './parse-to-text.ts';

const update = process.env.UPDATE_GOLDEN === '1';
const provokedCodes = new Set<string>();

/** Inputs that are too large to keep as files. */
const madeInputs: Readonly<Record<string, OpenSource>> = {
  '14-entry-too-long': openFromMemory(
    new Map([
      [
        '14-entry-too-long.zone',
        `$TTL 300\n${'x'.repeat(1_100_000)} A 192.0.2.1\na A 192.0.2\nb TXT (\n${' "x"\n'.repeat(300_000)}c A 192.0.2\n`,
      ],
    ]),
  ),
  '25-include-too-deep': openFromMemory(
    new Map(
      Array.from({ length: 40 }, (_, i) => [
        i === 0 ? '25-include-too-deep.zone' : `${i}.inc`,
        `$INCLUDE ${i + 1}.inc\n`,
      ]),
    ),
  ),
};

const fileNames = readdirSync(goldenFolder).filter((name) => name.endsWith('.zone'));
const topics = [...fileNames.map((name) => name.replace(/\.zone$/, '')), ...Object.keys(madeInputs)].sort();

describe('golden zone files', () => {
  test.each(topics)('%s', (topic) => {
    const { records, diagnostics, codes } = parseToText(`${topic}.zone`, madeInputs[topic]);
    for (const code of codes) provokedCodes.add(code);
    expectGolden(`${topic}.out`, codes.some((code) => isErrorCode(code)) ? '' : records);
    expectGolden(`${topic}.err`, diagnostics);
    expect(apexOfGolden(topic)).toMatch(/\.$/);
  });

  afterAll(() => {
    const missing = Object.keys(zoneFileCodes).filter((code) => !provokedCodes.has(code));
    expect(missing, 'codes that no golden file provokes').toEqual([]);
  });
});

function expectGolden(name: string, actual: string): void {
  const path = join(goldenFolder, name);
  if (update && actual === '') rmSync(path, { force: true });
  if (update && actual !== '') writeFileSync(path, actual);
  expect(actual).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '');
}

/** Warnings have the codes from ZF30 on. */
function isErrorCode(code: string): boolean {
  return code < 'ZF30';
}
