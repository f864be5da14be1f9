/**
 * Changes an ordered tree by copying the path to what changes. A block that becomes empty goes; blocks with few entries are
 * not joined, which keeps the order right and costs some room after many removals.
 */

import type { ChangeMemory } from '../memory/change-memory.ts';
import { unpackRef, wordAt } from '../memory/ref.ts';
import type { OrderedKey } from './ordered-tree.ts';
import { blockCapacity, positionOf, writeBlock } from './ordered-tree.ts';

/** Entries of a block: nodes, and for inner blocks the children that begin with them. */
interface Entries {
  readonly firsts: number[];
  readonly children: number[] | undefined;
}

export class OrderedTreeEditor {
  private readonly memory: ChangeMemory;

  constructor(memory: ChangeMemory) {
    this.memory = memory;
  }

  /** The root after the node with this key has become `node` (a packed ref): put in, replaced, or with 0 taken out. */
  edit(root: number, key: OrderedKey, node: number): number {
    if (root === 0) return node === 0 ? 0 : writeBlock(this.memory, [node], undefined, 0, 1);
    let blocks = this.editBlock(root, key, node);
    while (blocks.length > 1)
      blocks = this.writeBlocks({ firsts: blocks.map((b) => this.firstOf(b)), children: blocks });
    return this.withoutLoneParents(blocks[0] ?? 0);
  }

  /** The blocks that take a block's place: none, one, or two. */
  private editBlock(block: number, key: OrderedKey, node: number): number[] {
    const { octets, words } = this.memory.arena;
    const at = block >>> 1;
    const head = wordAt(words, at);
    const entries = this.readEntries(block);
    const position = positionOf(octets, words, at, head, key);
    if (entries.children === undefined) {
      const isThere = position >= 0 && key.compareNode(octets, unpackRef(entries.firsts[position] as number)) === 0;
      if (!isThere && node === 0) return [block];
      entries.firsts.splice(isThere ? position : position + 1, isThere ? 1 : 0, ...(node === 0 ? [] : [node]));
    } else {
      const child = Math.max(position, 0);
      const changed = this.editBlock(entries.children[child] as number, key, node);
      entries.children.splice(child, 1, ...changed);
      entries.firsts.splice(child, 1, ...changed.map((b) => this.firstOf(b)));
    }
    const rewritten = this.writeBlocks(entries);
    this.memory.release(unpackRef(block));
    return rewritten;
  }

  private readEntries(block: number): Entries {
    const { words } = this.memory.arena;
    const at = block >>> 1;
    const head = wordAt(words, at);
    const isInner = (head & 1) === 1;
    const stride = isInner ? 2 : 1;
    const firsts: number[] = [];
    const children: number[] = [];
    for (let i = 0; i < head >>> 1; i++) {
      firsts.push(wordAt(words, at + 1 + stride * i));
      if (isInner) children.push(wordAt(words, at + 2 + stride * i));
    }
    return { firsts, children: isInner ? children : undefined };
  }

  private writeBlocks({ firsts, children }: Entries): number[] {
    const count = firsts.length;
    if (count === 0) return [];
    if (count <= blockCapacity) return [writeBlock(this.memory, firsts, children, 0, count)];
    const half = count >>> 1;
    return [writeBlock(this.memory, firsts, children, 0, half), writeBlock(this.memory, firsts, children, half, count)];
  }

  private firstOf(block: number): number {
    return wordAt(this.memory.arena.words, (block >>> 1) + 1);
  }

  /** Below inner blocks with a single child, which a tree that shrinks leaves at its top. */
  private withoutLoneParents(root: number): number {
    let block = root;
    while (block !== 0 && wordAt(this.memory.arena.words, block >>> 1) === 3) {
      const child = wordAt(this.memory.arena.words, (block >>> 1) + 2);
      this.memory.release(unpackRef(block));
      block = child;
    }
    return block;
  }
}

/** Release all blocks of a tree. */
export function releaseOrderedTree(memory: ChangeMemory, root: number): void {
  if (root === 0) return;
  const { words } = memory.arena;
  const at = root >>> 1;
  const head = wordAt(words, at);
  if ((head & 1) === 1) {
    for (let i = 0; i < head >>> 1; i++) releaseOrderedTree(memory, wordAt(words, at + 2 + 2 * i));
  }
  memory.release(unpackRef(root));
}
