import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import type { Config } from '../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { AccessList } from '../../../../src/plane/access/access-list-table.ts';
import { formatName } from '../../../../src/wire/name.ts';

function read(text: string): Config {
  const result = parseConfig(text, '/etc/ringzone/ringzone.yaml', { interfaces: {} });
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join('\n'));
  return result.value;
}

function said(text: string): string {
  const result = parseConfig(text, '/etc/ringzone/ringzone.yaml', { interfaces: {} });
  return (result.ok ? result.value.warnings : result.error).map(formatDiagnostic).join('\n');
}

const zone = (config: Config, name: string) => config.zones.find((one) => one.name === name);

test('a catalog that is made here is for those who may transfer it', () => {
  const config = read('allow-transfer: [192.0.2.7]\nzones:\n  c.test: { type: catalog }\n');
  const made = zone(config, 'c.test');
  expect(made).toMatchObject({ type: 'primary', file: undefined, isGenerated: true, notify: 'explicit', watch: false });
  expect(made?.allowTransfer).toBeGreaterThan(AccessList.none);
  expect(made?.allowQuery).toBe(made?.allowTransfer);
  expect(zone(read('zones:\n  c.test: { type: catalog }\n'), 'c.test')?.allowQuery).toBe(AccessList.none);
  expect(zone(read('zones:\n  c.test: { type: catalog, allow-query: any }\n'), 'c.test')?.allowQuery).toBe(
    AccessList.any,
  );
  expect(zone(read('notify: no\nzones:\n  c.test: { type: catalog }\n'), 'c.test')?.notify).toBe('no');
});

test('zones name their catalog and groups', () => {
  const text = `zones:
  c.test: { type: catalog }
  a.test: { file: a, catalog: C.Test., catalog-group: g }
  b.test: { type: secondary, primaries: [192.0.2.1], catalog: c.test, catalog-group: [g, h] }
  d.test: { file: d }\n`;
  const config = read(text);
  const entries = config.zones.map(({ catalog }) =>
    catalog === undefined ? 'none' : `${formatName(catalog.apex)} ${catalog.groups.join(' ')}`,
  );
  expect(entries).toEqual(['none', 'C.Test. g', 'c.test. g h', 'none']);
});

test("members are secondaries of the catalog's primaries, groups are like members", () => {
  const text = `max-records: 5
zones:
  c.test: { type: secondary, primaries: [192.0.2.1], max-records: 6 }
catalogs:
  C.test:
    members: { max-ixfr-ratio: 50%, zonemd-verify: no }
    groups:
      g: { max-records: 7 }
      h: { primaries: [192.0.2.2], zonemd-verify: yes }\n`;
  const [catalog] = read(text).catalogs;
  expect(catalog).toMatchObject({ name: 'c.test' });
  const primary = (address: string) => [{ address, port: 53, key: undefined, tls: undefined }];
  const common = { type: 'secondary', file: undefined, maxIxfrRatio: 50 };
  expect(catalog?.members).toMatchObject({
    ...common,
    primaries: primary('192.0.2.1'),
    limits: { maxRecords: 5 },
    zonemdVerify: false,
  });
  expect(catalog?.groups.get('g')).toMatchObject({
    ...common,
    primaries: primary('192.0.2.1'),
    limits: { maxRecords: 7 },
    zonemdVerify: false,
  });
  expect(catalog?.groups.get('h')).toMatchObject({ ...common, primaries: primary('192.0.2.2'), zonemdVerify: true });
});

test('members may be listed in a catalog that is made here, but a made one has no members', () => {
  const zones = 'zones:\n  c.test: { type: secondary, primaries: [192.0.2.1] }\n  m.test: { type: catalog }\n';
  const [catalog] = read(
    `${zones}catalogs: { c.test: { members: { catalog: m.test }, groups: { g: {} } } }\n`,
  ).catalogs;
  expect(formatName(catalog?.groups.get('g')?.catalog?.apex as Uint8Array)).toBe('m.test.');
  expect(said(`${zones}catalogs: { m.test: {} }\n`)).toMatch(/catalog m\.test is made here.*\[CF28\]/);
});

test('faults of catalogs are told where they stand', () => {
  const zones = 'zones:\n  c.test: { type: secondary, primaries: [192.0.2.1] }\n  made.test: { type: catalog }\n';
  expect(said(`${zones}  a.test: { file: a, catalog: mad.test }\n`)).toMatch(
    /:4:\d+: .*undefined catalog.*\n(.*\n)*.*made\.test/,
  );
  expect(said(`${zones}catalogs: { c.test: { members: { file: x } } }\n`)).toMatch(/unknown key "file"/);
  expect(said(`${zones}catalogs: { c.test: { members: { allow-update: any } } }\n`)).toMatch(
    /updates go to its primary/,
  );
  expect(said(`${zones}  a.test: { file: a, catalog: made.test, catalog-group: 7 }\n`)).toMatch(/7 is not a group/);
});
