import { VersionFlag, type VersionRef, type ZoneReader } from '../../store/zone-reader.ts';

/** Whether negative answers of the version are proved: it was signed before it was loaded. */
export function isSignedVersion(reader: ZoneReader, version: VersionRef): boolean {
  reader.renew();
  return (reader.versionFlags(version) & (VersionFlag.nsec | VersionFlag.nsec3)) !== 0;
}
