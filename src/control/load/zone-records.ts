/** The records of a version, one by one. */
import { copyOctets, u16At } from '../../base/octets.ts';
import { diffVersions } from '../../store/zone-diff.ts';
import type { NodeRef, RrsetRef, VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { walkNodesAsTheyLie } from '../../store/zone-walk.ts';
import { DeltaWriter } from '../../transfer/journal/delta.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';

/** In the order of memory. A record's fields hold until the call returns; the version must be held or not yet published. */
export function visitRecords(reader: ZoneReader, version: VersionRef, visit: (record: ParsedRecord) => void): void {
  const record = {
    owner: new Uint8Array(256),
    ownerOctets: 0,
    type: 0,
    class: 0,
    ttlSeconds: 0,
    rdata: reader.octets,
    rdataOctets: 0,
  };
  record.class = reader.versionClass(version);
  walkNodesAsTheyLie(reader, version, (node) => {
    record.ownerOctets = reader.nodeNameOctets(node);
    copyOctets(reader.octets, reader.nodeOriginalNameOffset(node), record.owner, 0, record.ownerOctets);
    visitSets(reader, node, (set) => {
      record.type = reader.rrsetType(set);
      record.ttlSeconds = reader.rrsetTtl(set);
      const end = reader.rrsetDataOffset(set) + reader.rrsetDataOctets(set);
      for (let at = reader.rrsetDataOffset(set); at < end; at += 2 + record.rdataOctets) {
        record.rdataOctets = u16At(reader.octets, at);
        record.rdata = reader.octets.subarray(at + 2, at + 2 + record.rdataOctets);
        visit(record);
      }
    });
  });
}

export function visitSets(reader: ZoneReader, node: NodeRef, visit: (set: RrsetRef) => void): void {
  for (let set = reader.firstRrset(node); set !== 0; set = reader.nextRrset(node, set)) visit(set);
}

/** What leads from one version to another, whatever their serials. */
export function deltaBetween(reader: ZoneReader, from: VersionRef, to: VersionRef): DeltaWriter {
  reader.renew();
  const writer = new DeltaWriter();
  diffVersions(reader, from, to, writer);
  return writer;
}

/** How many records differ between two versions. */
export function countDifferences(reader: ZoneReader, from: VersionRef, to: VersionRef): number {
  let count = 0;
  const add = () => count++;
  reader.renew();
  diffVersions(reader, from, to, { removeRecord: add, addRecord: add });
  return count;
}
