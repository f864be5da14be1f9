import type { ZoneStore } from '../../store/zone-store.ts';
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
    journal:
      stored === undefined
        ? undefined
        : {
            oldestSerial: stored.oldest.serial,
            newestSerial: stored.newest.serial,
            octets: stored.newest.mark - stored.oldest.mark,
          },
    ...versionOf(store, place),
  };
}

function versionOf(store: ZoneStore, place: ZonePlace): Pick<ZoneDescription, 'nodes' | 'isSigned'> {
  if (place.serial === undefined) return { nodes: 0, isSigned: false };
  const { reader } = store;
  reader.renew();
  const version = store.currentVersion(place.number);
  return { nodes: reader.versionNodeCount(version), isSigned: isSignedVersion(reader, version) };
}
