/**
 * The owners of a zone that is being built: entries in the order of their first appearance, found by an open-addressing hash
 * table. Typed arrays all: no object per owner.
 */

import { NodeFlag } from '../image/image-types.ts';
import { nameOctetsOf, nameOffsetOf } from '../image/node-layout.ts';
import type { LookupName } from '../index/lookup-name.ts';
import type { Arena } from '../memory/arena.ts';
import { doubled } from '../memory/growing.ts';
import { packRef, unpackRef, wordAt } from '../memory/ref.ts';

/** Mixed into the hash of hashed owners, which have entries of their own. */
const hashedOwnerSalt = 0x5bd1e995;

export class BuildTable {
  count = 0;
  private readonly arena: Arena;
  private hashes = new Int32Array(32);
  private nodes = new Int32Array(32);
  /** 1 + entry, 0 for empty. Twice as many as there is room for entries. */
  private slots = new Int32Array(64);

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** The entry of the name's suffix of `labels` labels, -1 where there is none. `kind` is 0 or NodeFlag.hashedOwner. */
  find(name: LookupName, labels: number, kind: number): number {
    const hash = entryHash(name, labels, kind);
    const mask = this.slots.length - 1;
    for (let at = slotOf(hash, mask); ; at = (at + 1) & mask) {
      const entry = wordAt(this.slots, at) - 1;
      if (entry < 0) return -1;
      if (this.hashes[entry] === hash && this.isNamed(entry, name, labels, kind)) return entry;
    }
  }

  /** Enter a name that is not in the table yet. */
  add(name: LookupName, labels: number, kind: number, node: number): number {
    const entry = this.count++;
    if (entry === this.hashes.length) this.grow();
    this.hashes[entry] = entryHash(name, labels, kind);
    this.nodes[entry] = packRef(node);
    this.enter(entry);
    return entry;
  }

  nodeAt(entry: number): number {
    return unpackRef(wordAt(this.nodes, entry));
  }

  setNode(entry: number, node: number): void {
    this.nodes[entry] = packRef(node);
  }

  /** Drop the arrays: they are large, and whoever holds the builder would keep them. */
  release(): void {
    this.count = 0;
    this.hashes = this.nodes = this.slots = new Int32Array(0);
  }

  /** The name's own hash. */
  hashAt(entry: number, kind: number): number {
    const hash = wordAt(this.hashes, entry);
    return kind === 0 ? hash : hash ^ hashedOwnerSalt;
  }

  private isNamed(entry: number, name: LookupName, labels: number, kind: number): boolean {
    const node = this.nodeAt(entry);
    const { octets } = this.arena;
    const offset = name.suffixOffset(labels);
    const length = name.length - offset;
    if (nameOctetsOf(octets, node) !== length) return false;
    if (((octets[node] as number) & NodeFlag.hashedOwner) !== kind) return false;
    const at = nameOffsetOf(node);
    for (let i = 0; i < length; i++) if (octets[at + i] !== name.octets[offset + i]) return false;
    return true;
  }

  private enter(entry: number): void {
    const mask = this.slots.length - 1;
    let at = slotOf(wordAt(this.hashes, entry), mask);
    while (this.slots[at] !== 0) at = (at + 1) & mask;
    this.slots[at] = entry + 1;
  }

  private grow(): void {
    this.hashes = doubled(this.hashes);
    this.nodes = doubled(this.nodes);
    this.slots = new Int32Array(this.slots.length * 2);
    for (let entry = 0; entry < this.count - 1; entry++) this.enter(entry);
  }
}

function entryHash(name: LookupName, labels: number, kind: number): number {
  const hash = wordAt(name.suffixHashes, labels);
  return kind === 0 ? hash : hash ^ hashedOwnerSalt;
}

function slotOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 16)) & mask;
}
