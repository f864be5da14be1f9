/**
 * Runs of whole pages of the arena: a buddy allocator (blocks of 2^k pages at multiples of 2^k, neighbours joined when both
 * are free). A run of another length is cut from the next larger block and the rest given back at once, so that no page is
 * lost. The bookkeeping lies in typed arrays of the writer; untouched parts of them take no memory.
 */
import { assert } from '../../base/assert.ts';
import type { Arena } from './arena.ts';
import { octetPerPage, wordPerPage } from './page-table.ts';
import { wordAt } from './ref.ts';

const orders = 20;
/** The arena grows by a quarter, at least 1 MiB and at most 64 MiB, because growth makes all readers renew their views. */
const growLeastPages = 128;
const growMostPages = 8192;

export class PageAllocator {
  freePages = 0;
  private readonly arena: Arena;
  /** At the first page of a free block: 1 + its order. Else 0. */
  private readonly freeOrder: Uint8Array;
  /** At the first page of a run in use: its pages. */
  private readonly runPages: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  /** First free block of each order, 0 for none (page 0 is the header's). */
  private readonly heads = new Int32Array(orders + 1);

  constructor(arena: Arena) {
    this.arena = arena;
    this.freeOrder = octetPerPage(arena.maxPages);
    this.runPages = wordPerPage(arena.maxPages);
    this.next = wordPerPage(arena.maxPages);
    this.previous = wordPerPage(arena.maxPages);
  }

  /** First page of a run of `pages`. Throws ArenaFullError. */
  alloc(pages: number): number {
    const order = 32 - Math.clz32(pages - 1);
    const page = this.takeBlock(order);
    this.runPages[page] = pages;
    this.release(page + pages, (1 << order) - pages);
    return page;
  }

  free(page: number): void {
    const pages = wordAt(this.runPages, page);
    assert(pages > 0, 'page run freed twice');
    this.runPages[page] = 0;
    this.release(page, pages);
  }

  runLength(page: number): number {
    return wordAt(this.runPages, page);
  }

  /** Give back the end of a run, all but its first `pages`. */
  shrink(page: number, pages: number): void {
    const before = wordAt(this.runPages, page);
    this.runPages[page] = pages;
    this.release(page + pages, before - pages);
  }

  private takeBlock(order: number): number {
    let found = order;
    while (found <= orders && this.heads[found] === 0) found++;
    if (found > orders) {
      this.growFor(order);
      found = order;
      while (this.heads[found] === 0) found++;
    }
    const page = wordAt(this.heads, found);
    this.unlink(page, found);
    for (; found > order; found--) this.link(page + (1 << (found - 1)), found - 1);
    return page;
  }

  private growFor(order: number): void {
    const { pageCount, maxPages } = this.arena;
    const blockPages = 1 << order;
    const blockEnd = Math.ceil(pageCount / blockPages) * blockPages + blockPages;
    const wanted = pageCount + Math.min(growMostPages, Math.max(growLeastPages, pageCount >>> 2));
    this.arena.grow(Math.max(blockEnd, Math.min(wanted, maxPages)));
    this.release(pageCount, this.arena.pageCount - pageCount);
  }

  /** Free a range of pages as the largest blocks that it holds. */
  private release(page: number, pages: number): void {
    while (pages > 0) {
      const alignment = 31 - Math.clz32(page & -page);
      const order = Math.min(alignment, 31 - Math.clz32(pages), orders);
      this.releaseBlock(page, order);
      page += 1 << order;
      pages -= 1 << order;
    }
  }

  private releaseBlock(page: number, order: number): void {
    for (; order < orders; order++) {
      const buddy = page ^ (1 << order);
      if (this.freeOrder[buddy] !== order + 1) break;
      this.unlink(buddy, order);
      page &= ~(1 << order);
    }
    this.link(page, order);
  }

  private link(page: number, order: number): void {
    const head = wordAt(this.heads, order);
    this.next[page] = head;
    this.previous[page] = 0;
    if (head !== 0) this.previous[head] = page;
    this.heads[order] = page;
    this.freeOrder[page] = order + 1;
    this.freePages += 1 << order;
  }

  private unlink(page: number, order: number): void {
    const next = wordAt(this.next, page);
    const previous = wordAt(this.previous, page);
    if (next !== 0) this.previous[next] = previous;
    if (previous !== 0) this.next[previous] = next;
    else this.heads[order] = next;
    this.freeOrder[page] = 0;
    this.freePages -= 1 << order;
  }
}
