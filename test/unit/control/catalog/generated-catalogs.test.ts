import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { generateCatalog, listedZones } from '../../../../src/control/catalog/generated-catalogs.ts';
import { defaultZone } from '../../../../src/control/config/default-zone.ts';
import { readCatalogSerial } from '../../../../src/transfer/catalog/write-catalog.ts';
import { formatName, wireNameFrom } from '../../../../src/wire/name.ts';

const catalog = { ...defaultZone({ name: 'C.test', apex: wireNameFrom('C.test.'), class: 1 }), isGenerated: true };
const listed = (...names: string[]) => names.map((name) => ({ apex: wireNameFrom(name), groups: [] }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-generated-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function serialAfter(nowSeconds: number, ...names: string[]): Promise<number | undefined> {
  const { zone, problem } = await generateCatalog(folder, catalog, listed(...names), nowSeconds);
  expect(problem).toBeUndefined();
  expect(zone).toMatchObject({ name: 'C.test', file: join(folder, 'c.test.catalog') });
  return readCatalogSerial(readFileSync(join(folder, 'c.test.catalog'), 'latin1'));
}

it('has a new serial when its zones change, and only then', async () => {
  expect(await serialAfter(1000, 'a.')).toBe(1000);
  expect(await serialAfter(2000, 'a.')).toBe(1000);
  expect(await serialAfter(2000, 'a.', 'b.')).toBe(2000);
  // Twice in a second, or after the clock went back.
  expect(await serialAfter(2000, 'b.')).toBe(2001);
  expect(await serialAfter(1500)).toBe(2002);
  expect(readdirSync(folder)).toEqual(['c.test.catalog']);
});

it('goes on after the serial of before where the clock is behind it', async () => {
  writeFileSync(join(folder, 'c.test.catalog'), '@ 0 IN SOA invalid. invalid. 4294967295 3600 600 2147483646 0\n');
  expect(await serialAfter(4_294_967_000, 'a.')).toBe(0);
});

it('says why it can not be written', async () => {
  const { problem } = await generateCatalog(join(folder, 'none'), catalog, [], 1);
  expect(problem).toMatch(/ENOENT/);
});

it('finds the zones of each catalog, in whatever case they name it', () => {
  const zone = (name: string, of?: string) => ({
    ...defaultZone({ name, apex: wireNameFrom(name), class: 1 }),
    catalog: of === undefined ? undefined : { apex: wireNameFrom(of), groups: [name] },
  });
  const found = listedZones([zone('a.', 'c.test.'), zone('b.'), zone('d.', 'C.Test.'), zone('e.', 'other.')]);
  const texts = [...found].map(([key, zones]) => [key, zones.map(({ apex, groups }) => [formatName(apex), ...groups])]);
  expect(texts).toEqual([
    [
      'c.test.',
      [
        ['a.', 'a.'],
        ['d.', 'd.'],
      ],
    ],
    ['other.', [['e.', 'e.']]],
  ]);
});
