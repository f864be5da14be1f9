import type { ZoneStore } from '../../store/zone-store.ts';
import type { StoredZone } from '../../transfer/journal/stored-zone.ts';
import type { ZoneDescription } from '../loader-messages.ts';
import { isSignedVersion } from './signed-version.ts';
import type { ZonePlace } from './zone-place.ts';

/** What is known of a zone, for the operator. */
export function describePlace(store: ZoneStore, place: ZonePlace): ZoneDescription {
  const { title, files, serial, records, loadedAtMs, isDynamic, isExpired, trouble, stored } = place;
  const { name, type } = place.config;
  return {
    name,
    title,
    type,
    files,
    serial,
    records,
    loadedAtMs,
    isDynamic,
    isFrozen: place.frozen,
    isExpired,
    trouble,
    published: publicationOf(place),
    journal: journalOf(place.published?.stored ?? stored),
    ...versionOf(store, place),
  };
}

function journalOf(stored: StoredZone | undefined): ZoneDescription['journal'] {
  if (stored === undefined) return undefined;
  const { oldest, newest } = stored;
  return { oldestSerial: oldest.serial, newestSerial: newest.serial, octets: newest.mark - oldest.mark };
}

function publicationOf({ published }: ZonePlace): ZoneDescription['published'] {
  if (published === undefined) return undefined;
  const { fileSerial, overlay, trouble, isWanted } = published;
  return { fileSerial, degradedSets: overlay.sets.size, trouble: isWanted ? trouble : 'publish is off' };
}

function versionOf(store: ZoneStore, place: ZonePlace): Pick<ZoneDescription, 'nodes' | 'isSigned'> {
  if (place.serial === undefined) return { nodes: 0, isSigned: false };
  const { reader } = store;
  reader.renew();
  const version = store.currentVersion(place.number);
  return { nodes: reader.versionNodeCount(version), isSigned: isSignedVersion(reader, version) };
}
