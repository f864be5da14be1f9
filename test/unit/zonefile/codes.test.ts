import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { zoneFileCodes } from '../../../src/zonefile/codes.ts';

test('docs/diagnostics.md explains each code under the words of the table', () => {
  const text = readFileSync(new URL('../../../docs/diagnostics.md', import.meta.url), 'utf8');
  const headings = [...text.matchAll(/^### (ZF\d\d): (.*)$/gm)].map(([, code, meaning]) => [code, meaning]);
  expect(Object.fromEntries(headings)).toEqual(zoneFileCodes);
});
