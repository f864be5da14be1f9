/** Find a name in a zone: step 3 of RFC 1034 §4.3.2, as RFC 4592 §3.3.1 and RFC 6672 §3.2 tell it. */
import type { LookupName } from '../store/index/lookup-name.ts';
import { NodeFlag, type NodeRef, VersionFlag, type VersionRef, type ZoneReader } from '../store/zone-reader.ts';

export const Match = {
  /** The name exists; the node is its own. */
  exact: 0,
  /** A zone cut at the name or above it; the node is the cut's. */
  cut: 1,
  /** A DNAME above the name; the node is its owner's. */
  dname: 2,
  /** The name doesn't exist, but its source of synthesis does; the node is the wildcard's. */
  wildcard: 3,
  none: 4,
} as const;
export type Match = (typeof Match)[keyof typeof Match];

/** Where `findName` ended. */
export class FoundName {
  node: NodeRef = 0 as NodeRef;
  /** Labels of `node`'s name; of the closest encloser where the match is `wildcard` or `none`. */
  labels = 0;
}

/** Find `name`, which lies in the zone of `version` whose apex has `zoneLabels` labels. */
export function findName(
  reader: ZoneReader,
  version: VersionRef,
  zoneLabels: number,
  name: LookupName,
  found: FoundName,
): Match {
  if ((reader.versionFlags(version) & VersionFlag.cutsOrDnames) === 0) {
    const node = reader.findNode(version, name, name.labelCount);
    if (node !== 0) return setFound(found, Match.exact, node, name.labelCount);
  }
  let node = reader.apexNode(version);
  for (let labels = zoneLabels; ; labels++) {
    const flags = reader.nodeFlags(node);
    if ((flags & NodeFlag.zoneCut) !== 0) return setFound(found, Match.cut, node, labels);
    if (labels === name.labelCount) return setFound(found, Match.exact, node, labels);
    if ((flags & NodeFlag.dname) !== 0) return setFound(found, Match.dname, node, labels);
    const below = reader.findNode(version, name, labels + 1);
    if (below === 0) return findSource(reader, version, name, labels, flags, found);
    node = below;
  }
}

/** RFC 4592 §3.3.1: the source of synthesis is the wildcard directly below the closest encloser, nothing further up. */
function findSource(
  reader: ZoneReader,
  version: VersionRef,
  name: LookupName,
  encloserLabels: number,
  encloserFlags: number,
  found: FoundName,
): Match {
  const source =
    (encloserFlags & NodeFlag.wildcardChild) === 0 ? 0 : reader.findWildcard(version, name, encloserLabels);
  return setFound(found, source === 0 ? Match.none : Match.wildcard, source as NodeRef, encloserLabels);
}

function setFound(found: FoundName, match: Match, node: NodeRef, labels: number): Match {
  found.node = node;
  found.labels = labels;
  return match;
}
