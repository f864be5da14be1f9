/** What the apex of a version says, for who keeps a copy of the zone. */
import { maxNsec3Iterations } from '../../base/limits.ts';
import type { VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { Type } from '../../wire/codes.ts';

/**
 * Why a version that was transferred can't be served, in BIND's words; `undefined`: it can. As in BIND much passes here that a
 * primary would refuse: who can mend it is there.
 */
export function checkApexSets(reader: ZoneReader, version: VersionRef): string | undefined {
  const apex = reader.apexNode(version);
  const soa = reader.findRrset(apex, Type.soa);
  if (soa === 0 || reader.rrsetCount(soa) !== 1) return `has ${soa === 0 ? 0 : reader.rrsetCount(soa)} SOA records`;
  if (reader.findRrset(apex, Type.ns) === 0) return 'has no NS records';
  // A denial of existence would take this server longer than it may.
  const iterations = reader.nsec3Iterations(version);
  if (iterations > maxNsec3Iterations) return `has ${iterations} NSEC3 iterations, more than ${maxNsec3Iterations}`;
  return undefined;
}
