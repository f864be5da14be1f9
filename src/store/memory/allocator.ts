/**
 * Memory of the arena by the octet: small pieces of one size share a page (a slab), larger ones take runs of pages. Only the
 * writer allocates and frees. A free piece holds the link to the next free one of its page, so nothing is kept per piece.
 */
import { assert } from '../../base/assert.ts';
import type { Arena } from './arena.ts';
import { pageOctets } from './arena-layout.ts';
import { PageAllocator } from './page-allocator.ts';
import { octetPerPage, u16PerPage, wordPerPage } from './page-table.ts';
import { wordAt } from './ref.ts';

/** Steps of 8 octets up to 128, then four to each doubling; the last ones divide a page well. */
const sizes = Int32Array.from([
  ...Array.from({ length: 15 }, (_, i) => 16 + 8 * i),
  ...[160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1600, 2048, 2720, 4096],
]);
const mostSlabOctets = 4096;
/** Size class by size in units of 8 octets. */
const classByUnits = Uint8Array.from({ length: mostSlabOctets / 8 + 1 }, (_, units) =>
  sizes.findIndex((size) => size >= units * 8),
);
/** Kinds of pages; a slab has 1 + its size class. */
const runPage = 255;

export class Allocator {
  readonly arena: Arena;
  /** Octets given out, each piece with what its size class adds. */
  usedOctets = 0;
  private readonly pages: PageAllocator;
  private readonly kinds: Uint8Array;
  private readonly used: Uint16Array;
  /** Pieces of the page that were given out at some time; those above are untouched. */
  private readonly touched: Uint16Array;
  /** 1 + index of the first free piece among the touched ones. */
  private readonly firstFree: Uint16Array;
  /** Slabs with room, a list per size class; 0 ends it. */
  private readonly withRoom = new Int32Array(sizes.length);
  private readonly next: Int32Array;
  private readonly previous: Int32Array;

  constructor(arena: Arena) {
    this.arena = arena;
    this.pages = new PageAllocator(arena);
    this.kinds = octetPerPage(arena.maxPages);
    this.used = u16PerPage(arena.maxPages);
    this.touched = u16PerPage(arena.maxPages);
    this.firstFree = u16PerPage(arena.maxPages);
    this.next = wordPerPage(arena.maxPages);
    this.previous = wordPerPage(arena.maxPages);
  }

  /** Offset of `octets` octets, aligned to 8, with unknown content. May grow the arena (new views). Throws ArenaFullError. */
  alloc(octets: number): number {
    return octets > mostSlabOctets
      ? this.allocRun(octets)
      : this.allocSmall(classByUnits[(octets + 7) >>> 3] as number);
  }

  /** Give back what `alloc` gave. No reader may reach it any more. */
  free(ref: number): void {
    const page = ref >>> 13;
    const kind = this.kinds[page] as number;
    assert(kind !== 0, 'freed what was not allocated');
    if (kind !== runPage) {
      this.freeSmall(ref, page, kind - 1);
      return;
    }
    this.usedOctets -= this.pages.runLength(page) * pageOctets;
    this.kinds[page] = 0;
    this.pages.free(page);
  }

  /** How many octets the piece really has. */
  sizeOf(ref: number): number {
    const page = ref >>> 13;
    const kind = this.kinds[page] as number;
    return kind === runPage ? this.pages.runLength(page) * pageOctets : wordAt(sizes, kind - 1);
  }

  /** Give back the end of a large piece, all but its first `octets`; small ones stay as they are. */
  trim(ref: number, octets: number): void {
    const page = ref >>> 13;
    const pages = Math.max(1, Math.ceil(octets / pageOctets));
    if (this.kinds[page] !== runPage || pages === this.pages.runLength(page)) return;
    this.usedOctets -= (this.pages.runLength(page) - pages) * pageOctets;
    this.pages.shrink(page, pages);
  }

  /** Octets of pages that hold nothing. */
  get freeOctets(): number {
    return this.pages.freePages * pageOctets;
  }

  private allocRun(octets: number): number {
    const pages = Math.ceil(octets / pageOctets);
    const page = this.pages.alloc(pages);
    this.kinds[page] = runPage;
    this.usedOctets += pages * pageOctets;
    return page * pageOctets;
  }

  private allocSmall(sizeClass: number): number {
    const page = wordAt(this.withRoom, sizeClass) || this.startSlab(sizeClass);
    const size = wordAt(sizes, sizeClass);
    let index = (this.firstFree[page] as number) - 1;
    if (index < 0) {
      index = this.touched[page] as number;
      this.touched[page] = index + 1;
    } else {
      this.firstFree[page] = wordAt(this.arena.words, (page * pageOctets + index * size) >>> 2);
    }
    const used = (this.used[page] as number) + 1;
    this.used[page] = used;
    if ((used + 1) * size > pageOctets) this.unlink(page, sizeClass);
    this.usedOctets += size;
    return page * pageOctets + index * size;
  }

  private freeSmall(ref: number, page: number, sizeClass: number): void {
    const size = wordAt(sizes, sizeClass);
    const used = this.used[page] as number;
    this.usedOctets -= size;
    if ((used + 1) * size > pageOctets) this.link(page, sizeClass);
    this.used[page] = used - 1;
    if (used === 1) {
      this.unlink(page, sizeClass);
      this.kinds[page] = 0;
      this.pages.free(page);
      return;
    }
    this.arena.words[ref >>> 2] = this.firstFree[page] as number;
    this.firstFree[page] = 1 + Math.floor((ref - page * pageOctets) / size);
  }

  private startSlab(sizeClass: number): number {
    const page = this.pages.alloc(1);
    this.kinds[page] = 1 + sizeClass;
    this.used[page] = 0;
    this.touched[page] = 0;
    this.firstFree[page] = 0;
    this.link(page, sizeClass);
    return page;
  }

  private link(page: number, sizeClass: number): void {
    const head = wordAt(this.withRoom, sizeClass);
    this.next[page] = head;
    this.previous[page] = 0;
    if (head !== 0) this.previous[head] = page;
    this.withRoom[sizeClass] = page;
  }

  private unlink(page: number, sizeClass: number): void {
    const next = wordAt(this.next, page);
    const previous = wordAt(this.previous, page);
    if (next !== 0) this.previous[next] = previous;
    if (previous !== 0) this.next[previous] = next;
    else this.withRoom[sizeClass] = next;
  }
}
