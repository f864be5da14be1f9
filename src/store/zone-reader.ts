/**
 * How a thread reads zones: a window on the shared arena that takes each zone's version once per answer.
 *
 * Refs are offsets of octets in the arena; 0 is "none". They hold from `enter` to `leave` (or to the next `enter`):
 * nothing that a reader inside can reach is reused. Nothing here allocates, waits or throws, except when the arena
 * has grown and the views are renewed.
 */
import { assert } from '../base/assert.ts';
import { octetAt, u16At, u32At } from '../base/octets.ts';
import type { NodeRef, RrsetRef, VersionRef, ZoneRef } from './image/image-types.ts';
import { ZoneState } from './image/image-types.ts';
import * as layout from './image/node-layout.ts';
import { VersionWord } from './image/version-layout.ts';
import { mixZoneHash, PlaceWord, placeNameOffset, ViewWord, viewWords, ZoneSetWord } from './image/zone-place.ts';
import { findNamed, isSuffix, wildcardOctets } from './index/find-named.ts';
import type { LookupName } from './index/lookup-name.ts';
import { hashWildcard } from './index/lookup-name.ts';
import { findAtOrBefore, findLast, HashKey, NameKey } from './index/ordered-tree.ts';
import { findSlot, indexOf } from './index/trie.ts';
import { arenaMagic, HeaderWord, pageOctets, readerWord, writerReaderIndex } from './memory/arena-layout.ts';
import { unpackRef, wordAt } from './memory/ref.ts';

export type { NodeRef, RrsetRef, VersionRef, ZoneRef } from './image/image-types.ts';
// biome-ignore lint/performance/noBarrelFile: the reader's users know these words from here; they live apart because the layout needs them too
export { NodeFlag, VersionFlag, ZoneState } from './image/image-types.ts';

/** Zones whose versions are remembered before the lists are made longer (once per thread, then kept). */
const usualZonesPerAnswer = 64;

export class ZoneReader {
  /**
   * The whole arena. Renewed when the arena grew, by `enter`, `findZone` and `takeVersion`: take it from this field after
   * them, and keep no copy across them.
   */
  octets: Uint8Array;
  /** The same memory as words of 32 bits; for the store's own walkers. */
  words: Int32Array;
  private pageCount = 0;
  private readonly arena: SharedArrayBuffer;
  private readonly epochWord: number;
  /** The zone set taken since `enter`, as index in words; 0 for none yet. */
  private zoneSet = 0;
  private takenCount = 0;
  private takenZones = new Float64Array(usualZonesPerAnswer);
  private takenVersions = new Float64Array(usualZonesPerAnswer);
  private takenGenerations = new Int32Array(usualZonesPerAnswer);
  /** The generation of the zone set taken, or of one before it. */
  private setGeneration = 0;
  private readonly nameKey = new NameKey();
  private readonly hashKey = new HashKey();

  /**
   * Each thread, and each pin, has a `readerIndex` of its own, from 0 below `maxReaders`. What a thread that died held in
   * this place before is let go.
   */
  constructor(arena: SharedArrayBuffer, readerIndex: number) {
    assert(readerIndex >= 0 && readerIndex <= writerReaderIndex, 'reader index out of range');
    this.arena = arena;
    this.epochWord = readerWord(readerIndex);
    this.octets = new Uint8Array(arena, 0, pageOctets);
    this.words = new Int32Array(arena, 0, pageOctets / 4);
    assert(this.words[HeaderWord.magic] === arenaMagic, 'not an arena of this layout');
    this.renew();
    this.leave();
  }

  /** Begin an answer (or a batch of answers): announce the current epoch, take the set of zones, forget the versions taken before. */
  enter(): void {
    // All refs are loaded after this store, and the writer looks for readers after it has published: either it sees
    // this word, or this reader sees what it published. An epoch that is older by then only keeps memory longer.
    Atomics.store(this.words, this.epochWord, Atomics.load(this.words, HeaderWord.epoch));
    this.zoneSet = 0;
    this.takenCount = 0;
    this.renew();
    this.takeZoneSet();
  }

  /** End it: this thread holds nothing. Call before blocking. */
  leave(): void {
    Atomics.store(this.words, this.epochWord, 0);
  }

  /** Reach all that the arena has by now. `enter`, `findZone` and `takeVersion` do it by themselves. */
  renew(): void {
    const pages = Atomics.load(this.words, HeaderWord.pages);
    if (pages === this.pageCount) return;
    this.pageCount = pages;
    this.octets = new Uint8Array(this.arena, 0, pages * pageOctets);
    this.words = new Int32Array(this.arena, 0, (pages * pageOctets) / 4);
  }

  /** Counts changes of the set of zones; for stamps of caches. A ZoneRef kept past `leave` holds while this stays the same. */
  zoneSetGeneration(): number {
    return Atomics.load(this.words, HeaderWord.zoneSetGeneration);
  }

  /**
   * Find the zone with the longest apex that is `name`'s suffix of at most `labels` labels (all of them by default; one
   * less for DS, which belongs to the parent, RFC 4035 §3.1.4.1). 0 where none encloses it.
   */
  findZone(view: number, zoneClass: number, name: LookupName, labels = name.labelCount): ZoneRef {
    const set = this.takeZoneSet();
    if (set === 0) return 0 as ZoneRef;
    const root = wordAt(this.words, set + ZoneSetWord.root);
    const mostLabels = wordAt(this.words, set + ZoneSetWord.mostLabels);
    for (let count = Math.min(labels, mostLabels); count >= 0; count--) {
      const zone = this.findPlace(root, view, zoneClass, name, count);
      if (zone !== 0) return zone;
    }
    return 0 as ZoneRef;
  }

  /** How many views there are; 0: only the default view, which is everybody's. Indices follow the order in which they are tried. */
  viewCount(): number {
    const set = this.takeZoneSet();
    return set === 0 ? 0 : wordAt(this.words, set + ZoneSetWord.viewCount);
  }

  /** The number by which its zones are found. */
  viewNumber(index: number): number {
    return this.viewWord(index, ViewWord.number);
  }

  /** Numbers of access lists. */
  viewClients(index: number): number {
    return this.viewWord(index, ViewWord.clients);
  }

  viewDestinations(index: number): number {
    return this.viewWord(index, ViewWord.destinations);
  }

  /** Whether it is only for what has the RD bit. */
  isViewRecursiveOnly(index: number): boolean {
    return this.viewWord(index, ViewWord.recursiveOnly) !== 0;
  }

  /** The most octets that an IXFR may have, in percent of the zone's; 0 for no bound. */
  zoneMaxIxfrRatio(zone: ZoneRef): number {
    return Atomics.load(this.words, (zone >>> 2) + PlaceWord.maxIxfrRatio);
  }

  /** When the copy of a secondary zone expires, in seconds since 1970; 0 for a primary. */
  zoneExpiresAt(zone: ZoneRef): number {
    return Atomics.load(this.words, (zone >>> 2) + PlaceWord.expiresAt) >>> 0;
  }

  /** How long a transfer to another may take, in seconds; 0: as long as usual. */
  zoneTransferSeconds(zone: ZoneRef): number {
    return Atomics.load(this.words, (zone >>> 2) + PlaceWord.transferSeconds);
  }

  /** How long it may stand still. */
  zoneTransferIdleSeconds(zone: ZoneRef): number {
    return Atomics.load(this.words, (zone >>> 2) + PlaceWord.transferIdleSeconds);
  }

  zoneState(zone: ZoneRef): number {
    return Atomics.load(this.words, (zone >>> 2) + PlaceWord.state);
  }

  /** Number of the access list of who may query the zone; AccessList.any mostly. */
  zoneAllowQuery(zone: ZoneRef): number {
    return Atomics.load(this.words, (zone >>> 2) + PlaceWord.allowQuery);
  }

  /** Number of the access list of who may transfer it. */
  zoneAllowTransfer(zone: ZoneRef): number {
    return Atomics.load(this.words, (zone >>> 2) + PlaceWord.allowTransfer);
  }

  /** Labels of the apex. */
  zoneLabels(zone: ZoneRef): number {
    return wordAt(this.words, (zone >>> 2) + PlaceWord.labels);
  }

  /** The number under which control, counters and logs know the zone. */
  zoneNumber(zone: ZoneRef): number {
    return wordAt(this.words, (zone >>> 2) + PlaceWord.number);
  }

  /** Counts publications of this zone and changes of its state; for stamps of caches. Wraps at 32 bits. */
  zoneGeneration(zone: ZoneRef): number {
    return Atomics.load(this.words, (zone >>> 2) + PlaceWord.generation);
  }

  /**
   * The generation to stamp a cached answer with that is made of the zone's version: that of the version taken since
   * `enter`, or before. Ask for it before `takeVersion`. A stamp that is too old only ends the entry early.
   */
  takenGeneration(zone: ZoneRef): number {
    for (let i = 0; i < this.takenCount; i++) {
      if (this.takenZones[i] === zone) return wordAt(this.takenGenerations, i);
    }
    return this.zoneGeneration(zone);
  }

  /** The same of the zone set. */
  takenSetGeneration(): number {
    this.takeZoneSet();
    return this.setGeneration;
  }

  /** The zone's current version, the same one until the next `enter`. 0 unless it is loaded. */
  takeVersion(zone: ZoneRef): VersionRef {
    for (let i = 0; i < this.takenCount; i++) {
      if (this.takenZones[i] === zone) return this.takenVersions[i] as VersionRef;
    }
    const at = zone >>> 2;
    // Before the version: a publication changes that first.
    const generation = this.zoneGeneration(zone);
    const isLoaded = Atomics.load(this.words, at + PlaceWord.state) === ZoneState.loaded;
    const version = isLoaded ? unpackRef(Atomics.load(this.words, at + PlaceWord.version)) : 0;
    this.renew();
    if (this.takenCount === this.takenZones.length) this.makeRoom();
    this.takenZones[this.takenCount] = zone;
    this.takenGenerations[this.takenCount] = generation;
    this.takenVersions[this.takenCount++] = version;
    return version as VersionRef;
  }

  versionFlags(version: VersionRef): number {
    return wordAt(this.words, (version >>> 2) + VersionWord.flags);
  }

  versionSerial(version: VersionRef): number {
    return wordAt(this.words, (version >>> 2) + VersionWord.serial) >>> 0;
  }

  versionClass(version: VersionRef): number {
    return wordAt(this.words, (version >>> 2) + VersionWord.class);
  }

  /** Names, empty non-terminals included, and hashed owners. */
  versionNodeCount(version: VersionRef): number {
    return wordAt(this.words, (version >>> 2) + VersionWord.nodeCount);
  }

  versionRecordCount(version: VersionRef): number {
    return wordAt(this.words, (version >>> 2) + VersionWord.recordCount);
  }

  apexNode(version: VersionRef): NodeRef {
    return unpackRef(wordAt(this.words, (version >>> 2) + VersionWord.apex)) as NodeRef;
  }

  /** Extra NSEC3 iterations (RFC 5155 §3.1.3); the salt is `octets[offset, offset + nsec3SaltOctets)`. */
  nsec3Iterations(version: VersionRef): number {
    return wordAt(this.words, (version >>> 2) + VersionWord.nsec3Iterations);
  }

  nsec3SaltOffset(version: VersionRef): number {
    return wordAt(this.words, (version >>> 2) + VersionWord.nsec3SaltOffset) >>> 0;
  }

  nsec3SaltOctets(version: VersionRef): number {
    return wordAt(this.words, (version >>> 2) + VersionWord.nsec3SaltOctets);
  }

  /** The node of `name`'s suffix of `labels` labels, 0 where it doesn't exist. */
  findNode(version: VersionRef, name: LookupName, labels: number): NodeRef {
    const root = wordAt(this.words, (version >>> 2) + VersionWord.names);
    const hash = wordAt(name.suffixHashes, labels);
    return findNamed(this.octets, this.words, root, hash, name, labels, 0) as NodeRef;
  }

  /** The node `*.` directly below `name`'s suffix of `labels` labels. */
  findWildcard(version: VersionRef, name: LookupName, labels: number): NodeRef {
    const root = wordAt(this.words, (version >>> 2) + VersionWord.names);
    const hash = hashWildcard(wordAt(name.suffixHashes, labels));
    return findNamed(this.octets, this.words, root, hash, name, labels, wildcardOctets) as NodeRef;
  }

  nodeFlags(node: NodeRef): number {
    return octetAt(this.octets, node);
  }

  /** Offset of the owner in wire format, lower-cased. */
  nodeNameOffset(node: NodeRef): number {
    return layout.nameOffsetOf(node);
  }

  nodeNameOctets(node: NodeRef): number {
    return layout.nameOctetsOf(this.octets, node);
  }

  /** Offset of the owner as it was written in the zone file. */
  nodeOriginalNameOffset(node: NodeRef): number {
    return layout.originalNameOffsetOf(this.octets, node);
  }

  /** The RRset of `type`, 0 where there is none. Not for RRSIG. */
  findRrset(node: NodeRef, type: number): RrsetRef {
    return layout.findSet(this.octets, node, 2 * type) as RrsetRef;
  }

  /** The RRSIGs that cover `type` at `node`. */
  findRrsig(node: NodeRef, coveredType: number): RrsetRef {
    return layout.findSet(this.octets, node, 2 * coveredType + 1) as RrsetRef;
  }

  /** The RRSIGs that cover `rrset`, which lie behind it; 0 where there are none. To look for them by type would begin at the first set. */
  rrsigBehind(node: NodeRef, rrset: RrsetRef): RrsetRef {
    const next = this.nextRrset(node, rrset);
    return (next !== 0 && this.rrsetCovered(next) === this.rrsetType(rrset) ? next : 0) as RrsetRef;
  }

  /** All RRsets of a node in ascending type, each with its RRSIGs behind it. 0 at the end. */
  firstRrset(node: NodeRef): RrsetRef {
    const rrset = layout.rrsetsOffsetOf(this.octets, node);
    return (layout.isEndOfRrsets(this.octets, rrset) ? 0 : rrset) as RrsetRef;
  }

  nextRrset(_node: NodeRef, rrset: RrsetRef): RrsetRef {
    const next = layout.rrsetEndOf(this.octets, rrset);
    return (layout.isEndOfRrsets(this.octets, next) ? 0 : next) as RrsetRef;
  }

  rrsetType(rrset: RrsetRef): number {
    return u16At(this.octets, rrset);
  }

  /** For RRSIG sets: the type covered; else 0. */
  rrsetCovered(rrset: RrsetRef): number {
    return layout.coveredTypeOf(this.octets, rrset);
  }

  rrsetTtl(rrset: RrsetRef): number {
    return u32At(this.octets, rrset + 2);
  }

  rrsetCount(rrset: RrsetRef): number {
    return u32At(this.octets, rrset + 6);
  }

  /** The records lie at `octets[offset, offset + rrsetDataOctets)`, each RDLENGTH (two octets) and RDATA, in file order. */
  rrsetDataOffset(rrset: RrsetRef): number {
    return rrset + layout.rrsetHeaderOctets;
  }

  rrsetDataOctets(rrset: RrsetRef): number {
    return layout.rrsetDataOctetsOf(this.octets, rrset);
  }

  /**
   * The node whose NSEC covers or matches `name`'s suffix of `labels` labels: the last owner of an NSEC that is not after
   * it in canonical order (RFC 4034 §6.1). 0 in a zone without NSEC.
   */
  findNsecAtOrBefore(version: VersionRef, name: LookupName, labels: number): NodeRef {
    const root = wordAt(this.words, (version >>> 2) + VersionWord.nsecTree);
    this.nameKey.octets = name.octets;
    this.nameKey.offset = name.suffixOffset(labels);
    return findAtOrBefore(this.octets, this.words, root, this.nameKey) as NodeRef;
  }

  /** The same among the owners of NSEC3, by hash (20 octets at `hash[0]`); wraps round at the first. */
  findNsec3AtOrBefore(version: VersionRef, hash: Uint8Array): NodeRef {
    const root = wordAt(this.words, (version >>> 2) + VersionWord.nsec3Tree);
    this.hashKey.assign(hash);
    const node = findAtOrBefore(this.octets, this.words, root, this.hashKey);
    return (node === 0 ? findLast(this.words, root) : node) as NodeRef;
  }

  /** Whether the owner's first label is this hash in base32hex. */
  isNsec3Match(node: NodeRef, hash: Uint8Array): boolean {
    this.hashKey.assign(hash);
    return this.hashKey.compareNode(this.octets, node) === 0;
  }

  private takeZoneSet(): number {
    if (this.zoneSet === 0) {
      this.setGeneration = this.zoneSetGeneration();
      this.zoneSet = unpackRef(Atomics.load(this.words, HeaderWord.zoneSet)) >>> 2;
      this.renew();
    }
    return this.zoneSet;
  }

  private viewWord(index: number, word: number): number {
    return wordAt(this.words, this.zoneSet + ZoneSetWord.views + index * viewWords + word);
  }

  private findPlace(root: number, view: number, zoneClass: number, name: LookupName, labels: number): ZoneRef {
    const { words } = this;
    const slot = findSlot(words, root, mixZoneHash(wordAt(name.suffixHashes, labels), view, zoneClass));
    if (slot === 0) return 0 as ZoneRef;
    if ((slot & 3) === 1) return this.placeIfOf(slot, view, zoneClass, name, labels);
    const at = indexOf(slot);
    for (let i = wordAt(words, at); i > 0; i--) {
      const zone = this.placeIfOf(wordAt(words, at + i), view, zoneClass, name, labels);
      if (zone !== 0) return zone;
    }
    return 0 as ZoneRef;
  }

  private placeIfOf(leaf: number, view: number, zoneClass: number, name: LookupName, labels: number): ZoneRef {
    const at = indexOf(leaf);
    const { words } = this;
    if (words[at + PlaceWord.view] !== view || words[at + PlaceWord.class] !== zoneClass) return 0 as ZoneRef;
    const place = unpackRef(leaf);
    const suffixAt = name.suffixOffset(labels);
    if (words[at + PlaceWord.apexOctets] !== name.length - suffixAt) return 0 as ZoneRef;
    const isSame = isSuffix(this.octets, place + placeNameOffset, name, suffixAt);
    return (isSame ? place : 0) as ZoneRef;
  }

  private makeRoom(): void {
    const zones = new Float64Array(this.takenZones.length * 2);
    const versions = new Float64Array(zones.length);
    const generations = new Int32Array(zones.length);
    zones.set(this.takenZones);
    versions.set(this.takenVersions);
    generations.set(this.takenGenerations);
    this.takenZones = zones;
    this.takenVersions = versions;
    this.takenGenerations = generations;
  }
}
