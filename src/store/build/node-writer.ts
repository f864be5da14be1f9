/** Writes the nodes of a zone that is being built, and counts what they hold. */
import { octetAt } from '../../base/octets.ts';
import { NodeFlag } from '../image/image-types.ts';
import type { NodeDraft } from '../image/node-draft.ts';
import { nodeHeaderOctets, nodeOctetsOf, recordCountOf, writeEmptyNode } from '../image/node-layout.ts';
import type { Allocator } from '../memory/allocator.ts';
import { BulkMemory } from '../memory/bulk-memory.ts';
import type { NodeList } from './node-list.ts';

/** Nodes are written a second time, close together, when more than this part of the octets is lost to dropped ones. */
const worthCompacting = 1 / 16;

export class NodeWriter {
  memory: BulkMemory;
  recordCount = 0;
  /** Nodes at which a zone cut or DNAME is. */
  cutCount = 0;
  /** Whether a draft has dropped a duplicate, or had TTLs that differ in a set. */
  hasMerged = false;
  private lostOctets = 0;
  private readonly allocator: Allocator;

  constructor(allocator: Allocator) {
    this.allocator = allocator;
    this.memory = new BulkMemory(allocator);
  }

  /** Another array after each node. */
  get octets(): Uint8Array {
    return this.allocator.arena.octets;
  }

  /** Write the node that the draft makes. `inherited` are the flags that don't follow from its records. */
  write(draft: NodeDraft, inherited: number, childCount: number): number {
    draft.arrange();
    if (draft.hasMerged) this.hasMerged = true;
    this.recordCount += draft.count;
    const node = this.memory.alloc(draft.nodeOctets());
    const { octets } = this.allocator.arena;
    draft.write(octets, node, inherited, childCount);
    if ((octetAt(octets, node) & cutFlags) !== 0) this.cutCount++;
    return node;
  }

  /** Write a node without records. */
  writeEmpty(flags: number, name: Uint8Array, offset: number, length: number): number {
    const node = this.memory.alloc(nodeHeaderOctets + length + 2);
    writeEmptyNode(this.allocator.arena.octets, node, flags, 0, name, offset, length);
    return node;
  }

  /** The node is of no use any more. */
  drop(node: number): void {
    const { octets } = this;
    this.recordCount -= recordCountOf(octets, node);
    this.lostOctets += nodeOctetsOf(octets, node);
    if ((octetAt(octets, node) & cutFlags) !== 0) this.cutCount--;
  }

  /** Move the nodes together where much lies between them. */
  compact(lists: readonly NodeList[]): void {
    if (this.lostOctets <= this.memory.octets * worthCompacting) return;
    const from = this.memory;
    this.memory = new BulkMemory(this.allocator);
    try {
      for (const list of lists) this.moveNodes(list);
    } finally {
      from.free();
    }
  }

  private moveNodes(list: NodeList): void {
    for (let entry = 0; entry < list.count; entry++) {
      if (list.isDropped(entry)) continue;
      const node = list.nodeAt(entry);
      const length = nodeOctetsOf(this.octets, node);
      const moved = this.memory.alloc(length);
      this.octets.copyWithin(moved, node, node + length);
      list.setNode(entry, moved);
    }
  }
}

const cutFlags = NodeFlag.zoneCut | NodeFlag.dname;
