/** What the operator's documents show must work, and every code must be explained. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { configCodes } from '../../../../src/control/config/codes.ts';
import { laterSettings, laterZoneSettings } from '../../../../src/control/config/later-settings.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { configSchema } from '../../../../src/control/config/schema.ts';

const root = join(import.meta.dirname, '../../../..');

function yamlBlocks(file: string): readonly (readonly [string, string])[] {
  const path = join(root, file);
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    return [`${file}:${line}`, match[1] ?? ''] as const;
  });
}

const blocks = [...yamlBlocks('docs/configuration.md'), ...yamlBlocks('README.md')];

describe('yaml blocks', () => {
  test.each(blocks)('%s', (_, text) => {
    const result = parseConfig(text, '/etc/ringzone/ringzone.yaml');
    expect(result.ok ? [] : result.error.map(formatDiagnostic)).toEqual([]);
  });

  test('are found', () => expect(blocks.length).toBeGreaterThan(4));
});

test('docs/configuration.md names every key', () => {
  const text = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
  const keys = [...Object.keys(configSchema.shape), ...Object.keys(laterSettings), ...Object.keys(laterZoneSettings)];
  expect(keys.filter((key) => !text.includes(`\`${key}`))).toEqual([]);
});

test('docs/diagnostics.md explains every code', () => {
  const text = readFileSync(join(root, 'docs/diagnostics.md'), 'utf8');
  const rows = Object.fromEntries(
    [...text.matchAll(/^\| (CF\d\d) \| ([^|]+) \|/gm)].map(([, code, what]) => [code, what?.trim()]),
  );
  expect(rows).toEqual(configCodes);
});
