import { u32At } from '../../base/octets.ts';
import {
  isEndOfRrsets,
  nameOctetsOf,
  rrsetDataOctetsOf,
  rrsetEndOf,
  rrsetsOffsetOf,
} from '../../store/image/node-layout.ts';
import { unpackRef } from '../../store/memory/ref.ts';
import type { VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { TrieWalk } from './trie-walk.ts';

/** So many nodes are looked at. They come in the order of their hashes, which is as good as drawn by lot. */
const sampleNodes = 1024;
/** TYPE, CLASS, TTL; RDLENGTH is counted with the data. */
const fixedOctets = 8;

/**
 * How many octets the zone's records take without compression, as the deltas of a journal count them: exact for a small zone, for a
 * larger one put up from a part of it. The version must be held.
 */
export function estimateZoneOctets(reader: ZoneReader, version: VersionRef): number {
  const walk = new TrieWalk(reader.words, version);
  let octets = 0;
  let nodes = 0;
  for (let leaf = walk.next(); leaf !== 0; leaf = walk.next()) {
    octets += nodeRecordOctets(reader, unpackRef(leaf));
    if (++nodes === sampleNodes) break;
  }
  return nodes === 0 ? 0 : Math.round((octets / nodes) * Math.max(nodes, reader.versionNodeCount(version)));
}

function nodeRecordOctets({ octets }: ZoneReader, node: number): number {
  const ownerOctets = nameOctetsOf(octets, node);
  let sum = 0;
  let rrset = rrsetsOffsetOf(octets, node);
  for (; !isEndOfRrsets(octets, rrset); rrset = rrsetEndOf(octets, rrset)) {
    sum += rrsetDataOctetsOf(octets, rrset) + u32At(octets, rrset + 6) * (ownerOctets + fixedOctets);
  }
  return sum;
}
