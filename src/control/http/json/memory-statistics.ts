import type { HttpSource } from '../http-source.ts';

/** BIND's sums and contexts, filled with what there is here: JavaScript's heap of main, and the zones' shared memory. */
export function memoryStatistics(source: HttpSource) {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const zoneOctets = source.zoneOctets();
  return {
    // The whole process: threads and their stacks too.
    TotalUse: rss,
    InUse: heapUsed + zoneOctets,
    Malloced: heapTotal + external + zoneOctets,
    ContextSize: 0,
    Lost: 0,
    contexts: [contextOf('main', heapTotal + external, heapUsed), contextOf('zones', zoneOctets, zoneOctets)],
  };
}

function contextOf(name: string, total: number, inuse: number) {
  return {
    id: name,
    name,
    references: 1,
    total,
    inuse,
    maxinuse: 0,
    malloced: total,
    maxmalloced: 0,
    pools: 0,
    hiwater: 0,
    lowater: 0,
  };
}
