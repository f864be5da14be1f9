import { sizeBucketOctets } from '../../../plane/counters.ts';
import type { HttpSource } from '../http-source.ts';

/** How many messages had which size, in octets, without length prefixes; the responses without transfers. */
export function trafficStatistics(source: HttpSource): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const { sizes } = source.counters();
  const groups = ([4, 6] as const).flatMap((family) =>
    sizes
      .filter((size) => size.family === family)
      .flatMap(({ transport, requests, responses }) => [
        [`dns-${transport}-requests-sizes-received-ipv${family}`, countBuckets(requests)] as const,
        [`dns-${transport}-responses-sizes-sent-ipv${family}`, countBuckets(responses)] as const,
      ]),
  );
  return Object.fromEntries(groups);
}

/** `16-31`; `288+` for all above. */
function countBuckets(counts: readonly number[]): Readonly<Record<string, number>> {
  const buckets = counts.map((count, index) => {
    const from = index * sizeBucketOctets;
    return [index === counts.length - 1 ? `${from}+` : `${from}-${from + sizeBucketOctets - 1}`, count] as const;
  });
  return Object.fromEntries(buckets.filter(([, count]) => count > 0));
}
