/** The nodes whose NSEC or NSEC3 the authority section must hold; collected on the way, over all steps of a chain. */
import type { NodeRef } from '../store/zone-reader.ts';

/** At most three for each name of a chain. */
const maxProofs = 64;

export class ProofList {
  count = 0;
  private readonly nodes = new Float64Array(maxProofs);
  private readonly types = new Uint16Array(maxProofs);

  clear(): void {
    this.count = 0;
  }

  /** Note the node's RRset of `type` (NSEC or NSEC3), once. */
  add(node: NodeRef, type: number): void {
    if (node === 0 || this.count === maxProofs) return;
    for (let i = 0; i < this.count; i++) if (this.nodes[i] === node && this.types[i] === type) return;
    this.nodes[this.count] = node;
    this.types[this.count++] = type;
  }

  nodeAt(index: number): NodeRef {
    return this.nodes[index] as NodeRef;
  }

  typeAt(index: number): number {
    return this.types[index] as number;
  }
}
