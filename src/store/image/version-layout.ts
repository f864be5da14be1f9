/**
 * A version: one immutable state of a zone, words of 32 bits. All refs are packed.
 *
 * Owners of NSEC3 lie in a trie of their own (`hashedOwners`), because they are no names of the zone; those of the chain
 * that NSEC3PARAM names are in `nsec3Tree` too.
 */
export const VersionWord = {
  flags: 0,
  serial: 1,
  apex: 2,
  names: 3,
  hashedOwners: 4,
  nsecTree: 5,
  nsec3Tree: 6,
  nodeCount: 7,
  recordCount: 8,
  /** Nodes that are zone cuts or DNAMEs, for the flag. */
  cutCount: 9,
  class: 10,
  nsec3Iterations: 11,
  /** Where the NSEC3PARAM's salt lies: an offset, not a packed ref, because it isn't aligned. 0 where no chain is in use. */
  nsec3SaltOffset: 12,
  nsec3SaltOctets: 13,
} as const;

export const versionOctets = 56;
