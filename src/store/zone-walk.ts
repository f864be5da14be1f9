/** All nodes of a version, for printing, transfer and checks: work of the control plane. */

import type { NodeRef, VersionRef } from './image/image-types.ts';
import { VersionWord } from './image/version-layout.ts';
import { sortNodes } from './index/ordered-tree.ts';
import { walkTrie } from './index/trie.ts';
import { packRef, unpackRef, wordAt } from './memory/ref.ts';
import type { ZoneReader } from './zone-reader.ts';

/**
 * Visit each node once, empty non-terminals and hashed owners (NodeFlag.hashedOwner) included, in the order of the index,
 * which is that of hashes. The version must be held (`enter`) or not yet published.
 */
export function walkNodes(reader: ZoneReader, version: VersionRef, visit: (node: NodeRef) => void): void {
  const { words } = reader;
  const at = version >>> 2;
  const visitLeaf = (leaf: number) => visit(unpackRef(leaf) as NodeRef);
  walkTrie(words, wordAt(words, at + VersionWord.names), visitLeaf);
  walkTrie(words, wordAt(words, at + VersionWord.hashedOwners), visitLeaf);
}

/**
 * The same in the order in which the nodes lie in memory: for a zone just built mostly that of the file. Takes four octets
 * per node and a sort, and is quicker than `walkNodes` where each node is looked at.
 */
export function walkNodesAsTheyLie(reader: ZoneReader, version: VersionRef, visit: (node: NodeRef) => void): void {
  visitNodes(collectNodes(reader, version).sort(), visit);
}

/** The same in canonical order (RFC 4034 §6.1): takes four octets per node, and a sort. */
export function walkNodesInOrder(reader: ZoneReader, version: VersionRef, visit: (node: NodeRef) => void): void {
  const nodes = collectNodes(reader, version);
  sortNodes(reader.octets, nodes);
  visitNodes(nodes, visit);
}

/** Visit nodes given as packed refs. */
export function visitNodes(nodes: Int32Array, visit: (node: NodeRef) => void): void {
  for (let i = 0; i < nodes.length; i++) visit(unpackRef(wordAt(nodes, i)) as NodeRef);
}

/** All nodes as packed refs. */
function collectNodes(reader: ZoneReader, version: VersionRef): Int32Array {
  const nodes = new Int32Array(reader.versionNodeCount(version));
  let count = 0;
  walkNodes(reader, version, (node) => {
    nodes[count++] = packRef(node);
  });
  return nodes;
}
