/**
 * A version that is being derived from another one: its roots and counts, moved on node by node. Keeps empty non-terminals,
 * the flags of parents, the index and the signed order in step with the nodes.
 */
import { octetAt, putU32 } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import { findNamed } from '../index/find-named.ts';
import { LookupName } from '../index/lookup-name.ts';
import { buildOrderedTree, NameKey } from '../index/ordered-tree.ts';
import { OrderedTreeEditor, releaseOrderedTree } from '../index/ordered-tree-change.ts';
import { walkTrie } from '../index/trie.ts';
import { TrieEditor } from '../index/trie-change.ts';
import type { ChangeMemory } from '../memory/change-memory.ts';
import { packRef, Tag, unpackRef, wordAt } from '../memory/ref.ts';
import type { VersionRef } from './image-types.ts';
import { NodeFlag } from './image-types.ts';
import type { NodeDraft } from './node-draft.ts';
import * as layout from './node-layout.ts';
import { readVersion, writeVersion } from './version-seal.ts';
import type { Nsec3Params } from './zone-facts.ts';
import { isInChain, isSameChain, nsec3ParamsOf } from './zone-facts.ts';

export class VersionDraft {
  private readonly memory: ChangeMemory;
  private readonly base: VersionRef;
  /** Of the base version, in whose apex its parameters lie. */
  private readonly baseParams: Nsec3Params | undefined;
  private readonly zoneClass: number;
  private apex: number;
  private names: number;
  private hashedOwners: number;
  private nsecTree: number;
  private nsec3Tree: number;
  private nodeCount: number;
  private recordCount: number;
  private cutCount: number;
  private readonly name = new LookupName();
  private readonly otherName = new LookupName();
  private readonly key = new NameKey();
  private readonly trie: TrieEditor;
  private readonly tree: OrderedTreeEditor;

  constructor(memory: ChangeMemory, base: VersionRef) {
    this.memory = memory;
    this.base = base;
    const parts = readVersion(memory.arena.words, base);
    this.zoneClass = parts.zoneClass;
    this.apex = parts.apex;
    this.names = parts.names;
    this.hashedOwners = parts.hashedOwners;
    this.nsecTree = parts.nsecTree;
    this.nsec3Tree = parts.nsec3Tree;
    this.nodeCount = parts.nodeCount;
    this.recordCount = parts.recordCount;
    this.cutCount = parts.cutCount;
    this.baseParams = parts.nsec3Params;
    this.trie = new TrieEditor(memory, (leaf) => this.hashOf(leaf));
    this.tree = new OrderedTreeEditor(memory);
  }

  /** Fill the drafts with what is at the owner now, which stay as they are where nothing is. */
  readNodes(owner: Uint8Array, draft: NodeDraft, hashedDraft: NodeDraft): void {
    const { octets } = this.memory.arena;
    this.name.assign(owner, 0);
    const node = this.findIn(this.names, this.name.labelCount);
    if (node !== 0) draft.beginWith(octets, node);
    const hashed = this.findIn(this.hashedOwners, this.name.labelCount);
    if (hashed !== 0) hashedDraft.beginWith(octets, hashed);
  }

  /** Make the draft the node of its owner. */
  putNode(draft: NodeDraft): void {
    this.name.assign(draft.owner, 0);
    const { octets } = this.memory.arena;
    const labels = this.name.labelCount;
    const before = this.findIn(this.names, labels);
    const inherited = before === 0 ? 0 : octetAt(octets, before) & (NodeFlag.apex | NodeFlag.wildcardChild);
    const childCount = before === 0 ? 0 : layout.childCountOf(octets, before);
    if (draft.count === 0 && childCount === 0 && (inherited & NodeFlag.apex) === 0) {
      if (before !== 0) this.removeName(labels, before);
      return;
    }
    const after = this.writeNode(draft, inherited, childCount);
    this.replaceName(labels, before, after);
    if (before === 0) this.addToParent(labels);
  }

  /** Make the draft the node of its hashed owner. */
  putHashedNode(draft: NodeDraft): void {
    this.name.assign(draft.owner, 0);
    const before = this.findIn(this.hashedOwners, this.name.labelCount);
    const after = draft.count === 0 ? 0 : this.writeNode(draft, NodeFlag.hashedOwner, 0);
    if (before === 0 && after === 0) return;
    const { labelCount } = this.name;
    this.hashedOwners = this.editTrie(this.hashedOwners, labelCount, before, after);
    const params = this.baseParams;
    if (params !== undefined) {
      const { octets } = this.memory.arena;
      const inChain = (node: number) => node !== 0 && isInChain(octets, node, params);
      this.nsec3Tree = this.editTree(this.nsec3Tree, labelCount, inChain(before), inChain(after) ? after : 0);
    }
    this.finishReplacement(before, after);
  }

  /** Write the version's record. */
  write(): VersionRef {
    const nsec3Params = this.settleChain();
    const { zoneClass, apex, names, hashedOwners, nsecTree, nsec3Tree, nodeCount, recordCount, cutCount } = this;
    const counts = { nodeCount, recordCount, cutCount };
    const roots = { apex, names, hashedOwners, nsecTree, nsec3Tree };
    this.memory.release(this.base);
    return writeVersion(this.memory, { zoneClass, ...roots, ...counts, nsec3Params });
  }

  private writeNode(draft: NodeDraft, inherited: number, childCount: number): number {
    draft.arrange();
    const node = this.memory.alloc(draft.nodeOctets());
    draft.write(this.memory.arena.octets, node, inherited, childCount);
    return node;
  }

  private removeName(labels: number, node: number): void {
    this.replaceName(labels, node, 0);
    this.removeFromParent(labels);
  }

  private replaceName(labels: number, before: number, after: number): void {
    this.names = this.editTrie(this.names, labels, before, after);
    const hadNsec = this.hasNsec(before);
    const hasNsec = this.hasNsec(after);
    if (hadNsec || hasNsec) this.nsecTree = this.editTree(this.nsecTree, labels, hadNsec, hasNsec ? after : 0);
    if (before === this.apex) this.apex = after;
    this.finishReplacement(before, after);
  }

  private finishReplacement(before: number, after: number): void {
    const { octets } = this.memory.arena;
    for (const [node, sign] of [[before, -1] as const, [after, 1] as const]) {
      if (node === 0) continue;
      this.nodeCount += sign;
      this.recordCount += sign * layout.recordCountOf(octets, node);
      if ((octetAt(octets, node) & (NodeFlag.zoneCut | NodeFlag.dname)) !== 0) this.cutCount += sign;
    }
    if (before !== 0) this.memory.release(before);
  }

  /** A name of `labels` labels has appeared: its parent has one child more, and exists. */
  private addToParent(labels: number): void {
    const wildcardFlag = this.isWildcard(labels) ? NodeFlag.wildcardChild : 0;
    const parent = this.findIn(this.names, labels - 1);
    if (parent !== 0) {
      const { octets } = this.memory.arena;
      this.updateParent(
        labels - 1,
        parent,
        layout.childCountOf(octets, parent) + 1,
        octetAt(octets, parent) | wildcardFlag,
      );
      return;
    }
    this.replaceName(labels - 1, 0, this.writeEmptyNode(labels - 1, NodeFlag.emptyNonTerminal | wildcardFlag, 1));
    this.addToParent(labels - 1);
  }

  /** A name has vanished: its parent has one child less, and vanishes with it where it had nothing else. */
  private removeFromParent(labels: number): void {
    const parent = this.findIn(this.names, labels - 1);
    const { octets } = this.memory.arena;
    const flags = octetAt(octets, parent) & ~(this.isWildcard(labels) ? NodeFlag.wildcardChild : 0);
    const childCount = layout.childCountOf(octets, parent) - 1;
    if (childCount === 0 && (flags & NodeFlag.emptyNonTerminal) !== 0) this.removeName(labels - 1, parent);
    else this.updateParent(labels - 1, parent, childCount, flags);
  }

  private updateParent(labels: number, parent: number, childCount: number, flags: number): void {
    let node = parent;
    if (!this.memory.isFresh(parent)) {
      const length = layout.nodeOctetsOf(this.memory.arena.octets, parent);
      node = this.memory.alloc(length);
      this.memory.arena.octets.copyWithin(node, parent, parent + length);
    }
    const { octets } = this.memory.arena;
    octets[node] = flags;
    putU32(octets, node + 2, childCount);
    if (node !== parent) this.replaceName(labels, parent, node);
  }

  private writeEmptyNode(labels: number, flags: number, childCount: number): number {
    const offset = this.name.suffixOffset(labels);
    const length = this.name.length - offset;
    const node = this.memory.alloc(layout.nodeHeaderOctets + length + 2);
    layout.writeEmptyNode(this.memory.arena.octets, node, flags, childCount, this.name.octets, offset, length);
    return node;
  }

  private editTrie(root: number, labels: number, before: number, after: number): number {
    const hash = wordAt(this.name.suffixHashes, labels);
    return this.trie.edit(root, hash, leafOf(before), leafOf(after));
  }

  private editTree(root: number, labels: number, wasIn: boolean, after: number): number {
    if (!wasIn && after === 0) return root;
    this.key.octets = this.name.octets;
    this.key.offset = this.name.suffixOffset(labels);
    return this.tree.edit(root, this.key, packRef(after));
  }

  private findIn(root: number, labels: number): number {
    const { octets, words } = this.memory.arena;
    return findNamed(octets, words, root, wordAt(this.name.suffixHashes, labels), this.name, labels, 0);
  }

  private hasNsec(node: number): boolean {
    return node !== 0 && layout.findSet(this.memory.arena.octets, node, 2 * Type.nsec) !== 0;
  }

  private isWildcard(labels: number): boolean {
    const at = this.name.suffixOffset(labels);
    return this.name.octets[at] === 1 && this.name.octets[at + 1] === 0x2a;
  }

  private hashOf(leaf: number): number {
    this.otherName.assign(this.memory.arena.octets, layout.nameOffsetOf(unpackRef(leaf)));
    return wordAt(this.otherName.suffixHashes, this.otherName.labelCount);
  }

  /** See that the tree of hashed owners is that of the chain in use; it is built anew where another chain comes into use. */
  private settleChain(): Nsec3Params | undefined {
    const { octets } = this.memory.arena;
    const candidates = nsec3ParamsOf(octets, this.apex);
    const first = candidates[0];
    if (first !== undefined && this.nsec3Tree !== 0 && this.baseParams !== undefined) {
      if (isSameChain(octets, first, this.baseParams)) return first;
    }
    releaseOrderedTree(this.memory, this.nsec3Tree);
    this.nsec3Tree = 0;
    for (const params of candidates) {
      const owners = this.hashedOwnersOf(params);
      if (owners.length === 0) continue;
      this.nsec3Tree = buildOrderedTree(this.memory, owners);
      return params;
    }
    return undefined;
  }

  private hashedOwnersOf(params: Nsec3Params): Int32Array {
    const { octets, words } = this.memory.arena;
    const owners: number[] = [];
    walkTrie(words, this.hashedOwners, (leaf) => {
      if (isInChain(octets, unpackRef(leaf), params)) owners.push(packRef(unpackRef(leaf)));
    });
    return Int32Array.from(owners);
  }
}

function leafOf(node: number): number {
  return node === 0 ? 0 : packRef(node, Tag.leaf);
}
