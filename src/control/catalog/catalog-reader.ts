import { LookupName } from '../../store/index/lookup-name.ts';
import { ZoneReader } from '../../store/zone-reader.ts';
import { type CatalogContent, readCatalog } from '../../transfer/catalog/read-catalog.ts';
import { Class } from '../../wire/codes.ts';
import type { WireName } from '../../wire/name.ts';
import { mainReaderIndex } from '../notify/served-zones.ts';

/** What a catalog says now. */
export type ServedCatalog = CatalogContent & { readonly serial: number };

/** Reads the catalogs that are served, on the main thread. */
export class CatalogReader {
  /** Shares its place with main's other reader: each is inside only within one call. */
  private readonly reader: ZoneReader;
  private readonly name = new LookupName();

  constructor(arena: SharedArrayBuffer) {
    this.reader = new ZoneReader(arena, mainReaderIndex);
  }

  /** `undefined`: it is not there, or expired (RFC 9432 §5.1: nothing is done then). */
  read(view: number, apex: WireName): ServedCatalog | undefined {
    const { reader, name } = this;
    reader.enter();
    try {
      name.assign(apex, 0);
      const zone = reader.findZone(view, Class.in, name);
      if (zone === 0 || reader.zoneLabels(zone) !== name.labelCount) return undefined;
      const version = reader.takeVersion(zone);
      return version === 0 ? undefined : { ...readCatalog(reader, version), serial: reader.versionSerial(version) };
    } finally {
      reader.leave();
    }
  }
}
