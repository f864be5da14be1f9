import { loadZoneFile } from '../../../../src/store/load-zone.ts';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import { type CatalogContent, readCatalog } from '../../../../src/transfer/catalog/read-catalog.ts';
import { formatName, wireNameFrom } from '../../../../src/wire/name.ts';
import { openFromMemory } from '../../../../src/zonefile/zone-source.ts';

/** Read a catalog from the text of its master file. */
export function readText(text: string, apex = 'catz.invalid.', zoneClass = 1): CatalogContent {
  const store = ZoneStore.create();
  const open = openFromMemory(new Map([['zone', text]]));
  const { zone, refusal } = loadZoneFile(store, {
    file: 'zone',
    apex: wireNameFrom(apex),
    zoneClass,
    strict: false,
    open,
  });
  if (zone === undefined) throw new Error(refusal);
  store.reader.renew();
  return readCatalog(store.reader, zone.version);
}

/** `example.com. as unique-1, groups a b, to catalog2.invalid.`; or what is wrong. */
export function textsOf(content: CatalogContent): string | readonly string[] {
  if (content.kind === 'broken') return content.problem;
  return content.members.map(({ apex, label, groups, newCatalog }) =>
    [
      `${formatName(apex)} as ${label}`,
      ...(groups.length === 0 ? [] : [`groups ${groups.join(' ')}`]),
      ...(newCatalog === undefined ? [] : [`to ${formatName(newCatalog)}`]),
    ].join(', '),
  );
}
