/** Memory for a change: pieces allocated one by one, and those of the version before that it replaces. */

import type { VersionRef } from '../image/image-types.ts';
import type { Allocator } from './allocator.ts';
import type { Arena } from './arena.ts';
import type { Memory } from './bulk-memory.ts';
import { RefSet } from './ref-set.ts';

export class ChangeMemory implements Memory {
  readonly arena: Arena;
  /** Taken by this change: nobody else sees them yet, so they may be written to. */
  readonly fresh = new RefSet();
  /** Of the version before, no longer reached. */
  readonly replaced = new RefSet();
  octets = 0;
  /** The version that is changed. */
  readonly base: VersionRef;
  private readonly allocator: Allocator;

  constructor(allocator: Allocator, base: VersionRef) {
    this.base = base;
    this.allocator = allocator;
    this.arena = allocator.arena;
  }

  alloc(octets: number): number {
    const ref = this.allocator.alloc(octets);
    this.octets += this.allocator.sizeOf(ref);
    this.fresh.add(ref);
    return ref;
  }

  isFresh(ref: number): boolean {
    return this.fresh.has(ref);
  }

  /** The new version doesn't need this piece. */
  release(ref: number): void {
    if (!this.fresh.delete(ref)) {
      this.replaced.add(ref);
      return;
    }
    this.octets -= this.allocator.sizeOf(ref);
    this.allocator.free(ref);
  }

  discard(): void {
    this.fresh.visitAll((ref) => this.allocator.free(ref));
    this.fresh.clear();
    this.replaced.clear();
  }
}
