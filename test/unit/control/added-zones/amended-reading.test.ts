import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { AmendedReading } from '../../../../src/control/added-zones/amended-reading.ts';
import type { Config } from '../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-amended-'));
  mkdirSync(join(folder, 'data'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is served, and what is told, of a configuration with these zones added. */
function read(text: string, added: string | undefined, options: { dataDir?: string; inForce?: Config } = {}) {
  if (added !== undefined) writeFileSync(join(folder, 'data', 'added-zones.yaml'), added);
  const reading = new AmendedReading(options.dataDir, options.inForce);
  const path = join(folder, 'ringzone.yaml');
  const config = reading.finish(
    parseConfig(text, path, { interfaces: {}, amend: (written) => reading.amend(written) }),
  );
  const told = config.ok ? config.value.warnings : config.error;
  return {
    zones: config.ok ? config.value.zones.map(({ name, view }) => `${name} ${view}`) : undefined,
    told: told.map((problem) => formatDiagnostic(problem).replaceAll(`${folder}/`, '').split('\n')[0]),
    config: config.ok ? config.value : undefined,
  };
}

const head = 'data-dir: data\nallow-new-zones: yes\n';
const one = 'zones: { a.test: { file: a } }\n';
const added = 'zones: { b.test: { file: b } }\n';

test('zones are added, with the acls and the folder of the configuration', () => {
  const { zones, told, config } = read(
    `${head}acl: { office: [10/8] }\n${one}`,
    'zones:\n  b.test: { file: b, allow-query: office }\n',
  );
  expect({ zones, told }).toEqual({ zones: ['a.test 0', 'b.test 0'], told: [] });
  expect(config?.zones[1]?.file).toBe(join(folder, 'b'));
  expect(config?.addedZones?.all.map(({ name }) => name)).toEqual(['b.test']);
  // What was written stays apart, for the next change.
  expect(config?.written?.value).not.toHaveProperty(['zones', 'b.test']);
});

test('none where there is no file; the folder of the command line, or of the server that runs, counts', () => {
  expect(read(`${head}${one}`, undefined)).toMatchObject({ zones: ['a.test 0'], told: [] });
  const elsewhere = `data-dir: nowhere\nallow-new-zones: yes\n${one}`;
  expect(read(elsewhere, added).zones).toEqual(['a.test 0']);
  expect(read(elsewhere, added, { dataDir: join(folder, 'data') }).zones).toEqual(['a.test 0', 'b.test 0']);
  const { config } = read(`${head}${one}`, added);
  expect(read(elsewhere, added, { inForce: config as Config }).zones).toEqual(['a.test 0', 'b.test 0']);
});

test('without allow-new-zones they are not served, and that is said', () => {
  expect(read(`data-dir: data\n${one}`, 'zones: { b.test: { file: b }, c.test: { file: c } }\n')).toMatchObject({
    zones: ['a.test 0'],
    told: [
      expect.stringMatching(
        /warning: zone b\.test and 1 more of .*not served, because allow-new-zones is off \[CF40\]$/,
      ),
    ],
  });
  expect(read(`data-dir: data\n${one}`, 'zones: [').told).toEqual([]);
});

test('a zone of a view that has gone is not served, and that is said', () => {
  const views = `${head}views: { in: { zones: { a.test: { file: a } } } }\n`;
  expect(read(views, `views: { in: { ${added.trim()} }, out: { ${added.trim()} } }\n`)).toMatchObject({
    zones: ['a.test 1', 'b.test 1'],
    told: [
      expect.stringMatching(
        /^data\/added-zones\.yaml:1:\d+: warning: zone b\.test is not served: .* no view out.* \[CF40\]$/,
      ),
    ],
  });
});

test.each([
  ['zones: [', /^data\/added-zones\.yaml:1:\d+: error: .* \[CF02\]$/],
  ['zones:\n  b.test: { file: 5 }\n', /^data\/added-zones\.yaml:2:19: error: zones\.b\.test\.file: .* \[CF05\]$/],
  [
    'zones:\n  b.test: { file: b, allow-query: [gone] }\n',
    /^data\/added-zones\.yaml:2:\d+: error: undefined acl "gone" \[CF20\]$/,
  ],
])('a fault is told where it stands: %j', (text, message) => {
  expect(read(`${head}${one}`, text)).toMatchObject({ zones: undefined, told: [expect.stringMatching(message)] });
});

test('faults of both files are told at once', () => {
  const { told } = read(`${head}lisen: 5\n${one}`, 'zones:\n  b.test: { fil: b }\n');
  expect(told.map((line) => line?.replace(/:.*/, '')).toSorted()).toEqual(['data/added-zones.yaml', 'ringzone.yaml']);
});
