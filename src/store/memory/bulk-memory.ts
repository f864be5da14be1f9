/**
 * Memory for what is built at once and dropped as a whole: pieces one behind the other in a few extents, which double up to
 * 4 MiB, so that a small zone takes a kilobyte or two and a large one few extents.
 */

import type { Allocator } from './allocator.ts';
import type { Arena } from './arena.ts';
import { alignUp } from './ref.ts';

/** Where builders take memory from. */
export interface Memory {
  readonly arena: Arena;
  /** Offset of `octets` octets, aligned to 8. May grow the arena: take its views afterwards. Throws ArenaFullError. */
  alloc(octets: number): number;
}

const firstExtentOctets = 1024;
const mostExtentOctets = 2 ** 22;

export class BulkMemory implements Memory {
  readonly arena: Arena;
  readonly extents: number[] = [];
  /** Octets of all extents. */
  octets = 0;
  private readonly allocator: Allocator;
  private current = 0;
  private at = 0;
  private end = 0;

  constructor(allocator: Allocator) {
    this.allocator = allocator;
    this.arena = allocator.arena;
  }

  alloc(octets: number): number {
    const size = alignUp(octets);
    if (this.at + size > this.end) return this.allocElsewhere(size);
    const ref = this.at;
    this.at += size;
    return ref;
  }

  /** No more pieces will be taken: give back the unused end. */
  trim(): void {
    if (this.current === 0) return;
    const before = this.allocator.sizeOf(this.current);
    this.allocator.trim(this.current, this.at - this.current);
    this.octets -= before - this.allocator.sizeOf(this.current);
    this.end = this.at;
  }

  /** Give everything back. No reader may reach any of it. */
  free(): void {
    for (const extent of this.extents) this.allocator.free(extent);
    this.extents.length = 0;
    this.octets = 0;
    this.current = this.at = this.end = 0;
  }

  private allocElsewhere(size: number): number {
    const extentOctets = Math.min(mostExtentOctets, Math.max(firstExtentOctets, this.octets));
    // A large piece gets an extent of its own, so that the rest of the current one isn't lost.
    const own = size > extentOctets / 4 && this.end - this.at > extentOctets / 8;
    const ref = this.allocator.alloc(own ? size : Math.max(size, extentOctets));
    const octets = this.allocator.sizeOf(ref);
    this.extents.push(ref);
    this.octets += octets;
    if (!own) {
      this.current = ref;
      this.at = ref + size;
      this.end = ref + octets;
    }
    return ref;
  }
}
