import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { type LoadedZoneFile, loadZoneFile } from '../../../../src/store/load-zone.ts';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { openFromMemory } from '../../../../src/zonefile/zone-source.ts';

/** Lines 1 to 4 of most test zones, which are good alone. */
export const goodHead = ['$TTL 300', '@ SOA ns hm 1 3600 600 604800 300', '@ NS ns', 'ns A 192.0.2.1'];

/** Load these lines as the zone z.test; `others` are files to include. */
export function loadText(
  lines: readonly string[],
  options: { strict?: boolean; store?: ZoneStore; others?: Readonly<Record<string, string>> } = {},
): LoadedZoneFile {
  const files = new Map(Object.entries({ ...options.others, zone: `${lines.join('\n')}\n` }));
  return loadZoneFile(options.store ?? ZoneStore.create(), {
    file: 'zone',
    apex: wireNameFrom('z.test.'),
    zoneClass: 1,
    strict: options.strict ?? false,
    open: openFromMemory(files),
  });
}

/** `line:column severity code` of each diagnostic. */
export function placesOf(loaded: LoadedZoneFile): string[] {
  return loaded.diagnostics.map(
    ({ line, column, severity, code }) => `${line ?? '-'}:${column ?? '-'} ${severity} ${code}`,
  );
}

export function textOf(loaded: LoadedZoneFile): string {
  return loaded.diagnostics.map(formatDiagnostic).join('\n');
}
