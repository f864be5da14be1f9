/**
 * How a thread reads zones: a window on the shared arena that takes each zone's version once per answer.
 *
 * Refs are offsets of octets in the arena; 0 is "none". They hold from `enter` to `leave` (or to the next `enter`):
 * nothing that a reader inside can reach is reused. Nothing here allocates, waits or throws, except when the arena
 * has grown and the views are renewed.
 */
import type { LookupName } from './lookup-name.ts';

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
} as const;

/** Facts of a version, computed when it is built. */
export const VersionFlag = {
  /** The apex has DNSKEY and NSEC: negative answers are proved with NSEC. */
  nsec: 1,
  /** The apex has DNSKEY and NSEC3PARAM. */
  nsec3: 2,
  /** A zone cut or a DNAME exists below the apex, or a DNAME at it. */
  cutsOrDnames: 4,
} as const;

/** How many readers (threads and pins) one arena has places for. */
export const maxReaders = 64;

export declare class ZoneReader {
  /** The whole arena; renewed in place of a field when the arena grew, so take it after `enter`. */
  octets: Uint8Array;

  constructor(arena: SharedArrayBuffer, readerIndex: number);

  /** Begin an answer (or a batch of answers): announce the current epoch, forget the versions taken before. */
  enter(): void;
  /** End it: this thread holds nothing. Call before blocking. */
  leave(): void;

  /**
   * Find the zone with the longest apex that is `name`'s suffix of at most `labels` labels (all of them by default; one
   * less for DS, which belongs to the parent, RFC 4035 §3.1.4.1). 0 where none encloses it.
   */
  findZone(view: number, zoneClass: number, name: LookupName, labels?: number): ZoneRef;
  zoneState(zone: ZoneRef): number;
  /** Labels of the apex. */
  zoneLabels(zone: ZoneRef): number;
  /** The number under which control, counters and logs know the zone. */
  zoneNumber(zone: ZoneRef): number;
  /** Counts publications of this zone; for stamps of caches. */
  zoneGeneration(zone: ZoneRef): number;
  /** The zone's current version, the same one until the next `enter`. 0 unless it is loaded. */
  takeVersion(zone: ZoneRef): VersionRef;

  versionFlags(version: VersionRef): number;
  versionSerial(version: VersionRef): number;
  apexNode(version: VersionRef): NodeRef;
  /** Extra NSEC3 iterations (RFC 5155 §3.1.3); the salt is `octets[offset, offset + nsec3SaltOctets)`. */
  nsec3Iterations(version: VersionRef): number;
  nsec3SaltOffset(version: VersionRef): number;
  nsec3SaltOctets(version: VersionRef): number;

  /** The node of `name`'s suffix of `labels` labels, 0 where it doesn't exist. */
  findNode(version: VersionRef, name: LookupName, labels: number): NodeRef;
  /** The node `*.` directly below `name`'s suffix of `labels` labels. */
  findWildcard(version: VersionRef, name: LookupName, labels: number): NodeRef;

  nodeFlags(node: NodeRef): number;
  /** Offset of the owner in wire format, lower-cased. */
  nodeNameOffset(node: NodeRef): number;
  nodeNameOctets(node: NodeRef): number;
  /** Offset of the owner as it was written in the zone file. */
  nodeOriginalNameOffset(node: NodeRef): number;

  /** The RRset of `type`, 0 where there is none. Not for RRSIG. */
  findRrset(node: NodeRef, type: number): RrsetRef;
  /** The RRSIGs that cover `type` at `node`. */
  findRrsig(node: NodeRef, coveredType: number): RrsetRef;
  /** All RRsets of a node in ascending type, each with its RRSIGs behind it. 0 at the end. */
  firstRrset(node: NodeRef): RrsetRef;
  nextRrset(node: NodeRef, rrset: RrsetRef): RrsetRef;

  rrsetType(rrset: RrsetRef): number;
  /** For RRSIG sets: the type covered; else 0. */
  rrsetCovered(rrset: RrsetRef): number;
  rrsetTtl(rrset: RrsetRef): number;
  rrsetCount(rrset: RrsetRef): number;
  /** The records lie at `octets[offset, offset + rrsetDataOctets)`, each RDLENGTH (two octets) and RDATA, in file order. */
  rrsetDataOffset(rrset: RrsetRef): number;
  rrsetDataOctets(rrset: RrsetRef): number;

  /**
   * The node whose NSEC covers or matches `name`'s suffix of `labels` labels: the last owner of an NSEC that is not after
   * it in canonical order (RFC 4034 §6.1). 0 in a zone without NSEC.
   */
  findNsecAtOrBefore(version: VersionRef, name: LookupName, labels: number): NodeRef;
  /** The same among the owners of NSEC3, by hash (20 octets at `hash[0]`); wraps round at the first. */
  findNsec3AtOrBefore(version: VersionRef, hash: Uint8Array): NodeRef;
  /** Whether the owner's first label is this hash in base32hex. */
  isNsec3Match(node: NodeRef, hash: Uint8Array): boolean;
}
