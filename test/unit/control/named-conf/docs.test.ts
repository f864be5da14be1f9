import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statementTable } from './statement-table.ts';

test('docs/named-conf.md has what becomes of every statement', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/named-conf.md'), 'utf8');
  expect(text.slice(text.indexOf('| statements |'))).toBe(statementTable());
});
