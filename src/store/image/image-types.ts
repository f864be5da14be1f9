/**
 * The words in which the zone image is spoken of: refs, states, flags. Refs are offsets of octets in the arena; 0 is "none".
 */
declare const zoneRef: unique symbol;
declare const versionRef: unique symbol;
declare const nodeRef: unique symbol;
declare const rrsetRef: unique symbol;
/** A place for one zone (view, class, apex); stays the same over reloads. */
export type ZoneRef = number & { readonly [zoneRef]: true };
/** One immutable state of a zone: one serial. */
export type VersionRef = number & { readonly [versionRef]: true };
export type NodeRef = number & { readonly [nodeRef]: true };
export type RrsetRef = number & { readonly [rrsetRef]: true };

/** States of a zone's place. */
export const ZoneState = { notLoaded: 0, loaded: 1, expired: 2 } as const;

/** Node flags, computed when the node is built; they tell of the node itself, never of what is above it. */
export const NodeFlag = {
  apex: 1,
  /** NS below the apex. */
  zoneCut: 2,
  dname: 4,
  cname: 8,
  /** No RRset of its own; exists because names exist below it (RFC 4592 §2.2.2). */
  emptyNonTerminal: 16,
  /** `*.` exists directly below. */
  wildcardChild: 32,
  /** Has an upper-case original of its name. */
  mixedCase: 64,
  /** Holds the NSEC3 of a hashed owner: reached by hash only, it is no name of the zone (RFC 5155 §7.2.8). */
  hashedOwner: 128,
} as const;

/** Facts of a version, computed when it is built. */
export const VersionFlag = {
  /** The apex has DNSKEY and NSEC: negative answers are proved with NSEC. */
  nsec: 1,
  /** The apex has DNSKEY and NSEC3PARAM, and NSEC3 records that match it; not together with `nsec`. */
  nsec3: 2,
  /** A zone cut or a DNAME exists below the apex, or a DNAME at it. */
  cutsOrDnames: 4,
} as const;

/** How many readers (threads and pins) one arena has places for: as many as fit in its first page. */
export const maxReaders = 111;
