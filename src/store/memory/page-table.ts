/**
 * Bookkeeping with an entry for each page that the arena may come to have; entries not touched take no memory. In shared
 * memory, although one thread has them: V8 counts what is not shared, touched or not, and 15 MB of it let it collect
 * garbage in the middle of the start.
 */
export function octetPerPage(pages: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(pages));
}

export function u16PerPage(pages: number): Uint16Array {
  return new Uint16Array(new SharedArrayBuffer(2 * pages));
}

export function wordPerPage(pages: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * pages));
}
