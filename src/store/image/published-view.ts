/**
 * Beside a zone whose health is written into what its secondaries get stands a small one of the same name and serial: the SOA, and the
 * owners of which they get something else. It is in a view of its own, which no client is ever in.
 */
export function publishedViewOf(view: number): number {
  return view + firstPublishedView;
}

const firstPublishedView = 0x4000_0000;
