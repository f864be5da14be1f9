/** Catalogs made here (RFC 9432): master files in the data folder, which are then loaded like others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNewerSerial } from '../../base/serial.ts';
import { type ListedZone, readCatalogSerial, withSerial, writeCatalog } from '../../transfer/catalog/write-catalog.ts';
import { formatName } from '../../wire/name.ts';
import type { ZoneConfig } from '../config/config.ts';
import { writeAtomically } from '../load/write-atomically.ts';
import { nameKey } from './member-table.ts';

/** A zone's file, and why it could not be brought up to date. */
export interface GeneratedCatalog {
  readonly zone: ZoneConfig;
  readonly problem: string | undefined;
}

/** Of all zones of a view, the ones that are listed in each catalog. */
export function listedZones(zones: readonly ZoneConfig[]): ReadonlyMap<string, readonly ListedZone[]> {
  const byCatalog = new Map<string, ListedZone[]>();
  for (const { apex, catalog } of zones) {
    if (catalog === undefined) continue;
    const key = nameKey(catalog.apex);
    const listed = byCatalog.get(key) ?? [];
    listed.push({ apex, groups: catalog.groups });
    byCatalog.set(key, listed);
  }
  return byCatalog;
}

/**
 * Give a generated catalog its file, written where the zones are others than before. The serial is the time, or the next one
 * where that is not newer: it rises also when the data folder was lost.
 */
export async function generateCatalog(
  dataDir: string,
  catalog: ZoneConfig,
  listed: readonly ListedZone[],
  nowSeconds: number,
): Promise<GeneratedCatalog> {
  const file = join(dataDir, `${fileNameOf(catalog)}.catalog`);
  const zone = { ...catalog, file };
  const before = readText(file);
  const serial = before === undefined ? undefined : readCatalogSerial(before);
  const text = writeCatalog(serial ?? nowSeconds, listed);
  if (text === before) return { zone, problem: undefined };
  const next = serial === undefined || isNewerSerial(nowSeconds, serial) ? nowSeconds : (serial + 1) >>> 0;
  try {
    await writeAtomically(file, async (write) => write(withSerial(text, next)));
    return { zone, problem: undefined };
  } catch (error) {
    return { zone, problem: error instanceof Error ? error.message : String(error) };
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

/** A name may have a slash. */
function fileNameOf({ apex, viewName }: ZoneConfig): string {
  const name = encodeURIComponent(formatName(apex).toLowerCase().slice(0, -1));
  return viewName === undefined ? name : `${encodeURIComponent(viewName)}@${name}`;
}
