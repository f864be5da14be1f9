const counted = ['CacheHits', 'CacheMisses', 'QueryHits', 'QueryMisses', 'DeleteLRU', 'DeleteTTL', 'CoveringNSEC'];
const held = ['CacheNodes', 'CacheNSECNodes', 'CacheBuckets'];
const memory = ['TreeMemTotal', 'TreeMemInUse', 'TreeMemMax', 'HeapMemTotal', 'HeapMemInUse', 'HeapMemMax'];

/** Each view of BIND has a resolver, also where nobody may use it, and programs that read statistics expect it. */
export const resolverStatistics = {
  stats: {},
  qtypes: {},
  cache: {},
  cachestats: Object.fromEntries([...counted, ...held, ...memory].map((name) => [name, 0])),
  adb: { nentries: 0, nnames: 0 },
};
