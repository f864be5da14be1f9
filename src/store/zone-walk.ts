/** All nodes of a version, for printing, transfer and checks: work of the control plane. */

import type { NodeRef, VersionRef } from './image-types.ts';
import { sortNodes } from './ordered-tree.ts';
import { packRef, unpackRef, wordAt } from './ref.ts';
import { walkTrie } from './trie.ts';
import { VersionWord } from './version-layout.ts';
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

/** The same in canonical order (RFC 4034 §6.1): takes four octets per node, and a sort. */
export function walkNodesInOrder(reader: ZoneReader, version: VersionRef, visit: (node: NodeRef) => void): void {
  const nodes = new Int32Array(reader.versionNodeCount(version));
  let count = 0;
  walkNodes(reader, version, (node) => {
    nodes[count++] = packRef(node);
  });
  sortNodes(reader.octets, nodes);
  for (let i = 0; i < count; i++) visit(unpackRef(wordAt(nodes, i)) as NodeRef);
}
