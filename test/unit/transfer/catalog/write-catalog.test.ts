import { expect, it } from 'vitest';
import { memberLabel, readCatalogSerial, writeCatalog } from '../../../../src/transfer/catalog/write-catalog.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { readText, textsOf } from './catalog-zone.ts';

const zone = (name: string, ...groups: string[]) => ({ apex: wireNameFrom(name), groups });

it('writes what a consumer reads', () => {
  const zones = [zone('b.test.', 'two "quoted"', 'one'), zone('Sub\\.x.a.test.'), zone('.')];
  const content = textsOf(readText(writeCatalog(7, zones)));
  const labels = zones.map(({ apex }) => memberLabel(apex)) as [string, string, string];
  expect([...content].sort()).toEqual(
    [`b.test. as ${labels[0]}, groups one two "quoted"`, `Sub\\.x.a.test. as ${labels[1]}`, `. as ${labels[2]}`].sort(),
  );
});

it('has SOA, NS and version as RFC 9432 §4 and §4.2.1 want them', () => {
  expect(writeCatalog(4_000_000_000, []).split('\n').slice(1)).toEqual([
    '@ 0 IN SOA invalid. invalid. 4000000000 3600 600 2147483646 0',
    '@ 0 IN NS invalid.',
    'version 0 IN TXT "2"',
    '',
  ]);
  expect(textsOf(readText(writeCatalog(1, [])))).toEqual([]);
});

it('is the same text for the same zones', () => {
  const zones = [zone('a.test.', 'x', 'y', 'x'), zone('b.test.')];
  expect(writeCatalog(1, zones.toReversed())).toBe(writeCatalog(1, [zone('a.test.', 'y', 'x'), zone('b.test.')]));
});

it('keeps labels whatever the case', () => {
  expect(memberLabel(wireNameFrom('A.Test.'))).toBe(memberLabel(wireNameFrom('a.test.')));
  expect(memberLabel(wireNameFrom('b.test.'))).not.toBe(memberLabel(wireNameFrom('a.test.')));
  expect(memberLabel(wireNameFrom('a.test.'))).toMatch(/^[0-9a-f]{32}$/);
});

it('finds its serial again', () => {
  expect(readCatalogSerial(writeCatalog(4_294_967_295, []))).toBe(4_294_967_295);
  expect(readCatalogSerial('')).toBeUndefined();
});
