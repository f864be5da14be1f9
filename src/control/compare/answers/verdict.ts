/** What is said of two answers to one question. */

/**
 * Differences that change nothing for whoever asks, each with the reason. Bits, because an answer can have several;
 * `harmlessNames` gives the words.
 */
export const Harmless = {
  /** RFC 1034 §3.6: the records of a set have no order; nor have the sets of a section. */
  order: 1,
  /** Authority NS and additional records that nobody needs: minimal-responses. */
  minimal: 2,
  /** RFC 4343: names are the same whatever their case. */
  case: 4,
  /** RFC 1035 §4.1.4: compression is a choice. */
  compression: 8,
  /** RFC 6891 §6.2.3: how large a datagram each server takes. */
  ednsSize: 16,
  /** RFC 7873. */
  cookie: 32,
  /** RFC 5001. */
  nsid: 64,
  /** RFC 8914: for people. */
  ede: 128,
  /** Padding, keepalive, expire and others that say nothing of the data. */
  ednsOption: 256,
  /** RFC 8482: ANY, or RRSIG, answered with a part of what there is. */
  any: 512,
  /** One truncates where the other has just room; the answer over TCP is compared for itself. */
  truncation: 1024,
  /** RA: one of them is a resolver too. */
  recursion: 2048,
  /** RFC 1034 §4.3.2: one follows an alias into another zone that it serves, the other leaves that to the resolver. */
  otherZone: 4096,
  /**
   * NSEC asked at a zone cut: BIND answers with it, as it belongs to the parent (RFC 4035 §2.3); NSD, Knot and Ringzone refer,
   * because §3.1.4.1 makes the exception for DS alone. Resolvers don't ask for it.
   */
  nsecAtCut: 8192,
  /** The SOA's serial, and its signature, where the zone's have been told to be different. */
  serial: 16_384,
} as const;

export type HarmlessKind = keyof typeof Harmless;

/** For the summary, in this order. */
export const harmlessNames: Readonly<Record<HarmlessKind, string>> = {
  order: 'order of records',
  minimal: 'minimal responses (authority NS, additional)',
  case: 'case of names',
  compression: 'compression of names',
  ednsSize: 'EDNS buffer size',
  cookie: 'EDNS cookie',
  nsid: 'EDNS NSID',
  ede: 'extended DNS error',
  ednsOption: 'other EDNS options',
  any: 'ANY answered in part',
  truncation: 'truncated at another size (TCP is compared)',
  recursion: 'recursion available',
  otherZone: 'alias followed into another zone',
  nsecAtCut: 'NSEC of a zone cut answered or referred',
  serial: 'SOA serial (told above)',
};

/** What differs: a word for the summary. */
export const differenceNames = [
  'malformed',
  'question',
  'status',
  'endless alias',
  'aa',
  'flags',
  'edns',
  'truncated',
  'ttl',
  'missing record',
  'extra record',
  'referral',
  'glue',
  'proof',
] as const;
export type DifferenceName = (typeof differenceNames)[number];

export interface Verdict {
  /** Bits of `Harmless`. */
  readonly harmless: number;
  /** None: the answers say the same. `missing` and `extra` are seen from the first server. */
  readonly differences: readonly DifferenceName[];
}

export const sameAnswer: Verdict = { harmless: 0, differences: [] };

export function harmlessKinds(bits: number): HarmlessKind[] {
  return (Object.keys(Harmless) as HarmlessKind[]).filter((kind) => (bits & Harmless[kind]) !== 0);
}
