/**
 * The nodes of a zone that is being built, in the order in which they were written. A name whose records don't stand
 * together in the file has several at first; which ones are of one name is found out by sorting, when all are there: a look-up
 * for each would wait for memory each time. Typed arrays all, no object per node.
 */
import { doubled } from '../memory/growing.ts';
import { packRef, unpackRef, wordAt } from '../memory/ref.ts';

export class NodeList {
  count = 0;
  /** Entries that are of no use since others hold what theirs did. */
  droppedCount = 0;
  private hashes = new Int32Array(32);
  /** Packed refs, 0 where dropped. */
  private nodes = new Int32Array(32);
  /** Entries of the nodes' parents, -1 for none. */
  private parents = new Int32Array(32);
  /** 1 + the entry that took the place of a dropped one. */
  private heirs = new Int32Array(0);

  /** Append the node of a name with this hash. Returns its entry. */
  add(hash: number, node: number): number {
    const entry = this.count++;
    if (entry === this.nodes.length) this.makeRoom();
    this.hashes[entry] = hash;
    this.nodes[entry] = packRef(node);
    this.parents[entry] = -1;
    return entry;
  }

  nodeAt(entry: number): number {
    return unpackRef(wordAt(this.nodes, entry));
  }

  setNode(entry: number, node: number): void {
    this.nodes[entry] = packRef(node);
  }

  setParent(entry: number, parent: number): void {
    this.parents[entry] = parent;
  }

  isDropped(entry: number): boolean {
    return this.nodes[entry] === 0;
  }

  /** Drop an entry whose name is that of another one, which is kept. */
  drop(entry: number, heir: number): void {
    if (this.heirs.length === 0) this.heirs = new Int32Array(this.count);
    this.heirs[entry] = heir + 1;
    this.nodes[entry] = 0;
    this.droppedCount++;
  }

  /** The entry of the parent, that which is kept of several; -1 where there is none. */
  parentOf(entry: number): number {
    const parent = wordAt(this.parents, entry);
    return parent >= 0 && this.isDropped(parent) ? wordAt(this.heirs, parent) - 1 : parent;
  }

  /** No more nodes: give away the hashes. */
  releaseHashes(): Int32Array {
    const { hashes } = this;
    this.hashes = new Int32Array(0);
    return hashes;
  }

  /** Give away the nodes that are left, as packed refs. The list is empty then. */
  release(): Int32Array {
    const { nodes, count } = this;
    let kept = 0;
    if (this.droppedCount === 0) kept = count;
    else for (let entry = 0; entry < count; entry++) if (nodes[entry] !== 0) nodes[kept++] = wordAt(nodes, entry);
    this.count = 0;
    // The arrays are large, and whoever holds the builder would keep them.
    this.nodes = this.parents = this.heirs = new Int32Array(0);
    return nodes.subarray(0, kept);
  }

  private makeRoom(): void {
    this.hashes = doubled(this.hashes);
    this.nodes = doubled(this.nodes);
    this.parents = doubled(this.parents);
  }
}
