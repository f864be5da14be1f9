/** A zone as text: its canonical form, which read again gives the same zone. */
import { u16At } from '../base/octets.ts';
import { NodeFlag, type NodeRef, type RrsetRef, type VersionRef, type ZoneReader } from '../store/zone-reader.ts';
import { walkNodesInOrder } from '../store/zone-walk.ts';
import { Type } from '../wire/codes.ts';
import { printRecord } from '../zonefile/print-record.ts';

/**
 * Give the zone to `write` in pieces, one record a line: `owner TTL class type rdata`, absolute names, single spaces.
 * Owners come in canonical order (RFC 4034 §6.1), the SOA first, as named-compilezone prints them.
 */
export function printZone(reader: ZoneReader, version: VersionRef, write: (text: string) => void): void {
  const zoneClass = reader.versionClass(version);
  let text = '';
  const printSet = (node: NodeRef, set: RrsetRef): void => {
    const { octets } = reader;
    const owner = reader.nodeOriginalNameOffset(node);
    const type = reader.rrsetType(set);
    const ttl = reader.rrsetTtl(set);
    let at = reader.rrsetDataOffset(set);
    const end = at + reader.rrsetDataOctets(set);
    for (; at < end; at += 2 + u16At(octets, at)) {
      text += `${printRecord(octets, owner, ttl, zoneClass, type, octets, at + 2, u16At(octets, at))}\n`;
    }
  };
  walkNodesInOrder(reader, version, (node) => {
    const isApex = (reader.nodeFlags(node) & NodeFlag.apex) !== 0;
    if (isApex) forEachSet(reader, node, (set) => belongsToSoa(reader, set) && printSet(node, set));
    forEachSet(reader, node, (set) => (isApex && belongsToSoa(reader, set)) || printSet(node, set));
    if (text.length < pieceCharacters) return;
    write(text);
    text = '';
  });
  if (text !== '') write(text);
}

/** Pieces are about this long. */
const pieceCharacters = 65_536;

function forEachSet(reader: ZoneReader, node: NodeRef, take: (set: RrsetRef) => unknown): void {
  for (let set = reader.firstRrset(node); set !== 0; set = reader.nextRrset(node, set)) take(set);
}

function belongsToSoa(reader: ZoneReader, set: RrsetRef): boolean {
  return reader.rrsetType(set) === Type.soa || reader.rrsetCovered(set) === Type.soa;
}
