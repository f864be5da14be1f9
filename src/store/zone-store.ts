/**
 * The one writer of the arena. Lives on the loader thread (or in a test); everything that changes zones goes through it,
 * one after the other.
 */
import { assert } from '../base/assert.ts';
import type { WireName } from '../wire/name.ts';
import { equalNames } from '../wire/name.ts';
import type { BuiltZone, Lineage } from './build/staged-zone.ts';
import { StagedZone } from './build/staged-zone.ts';
import { ZoneBuilder } from './build/zone-builder.ts';
import { ZoneChange } from './build/zone-change.ts';
import type { VersionRef, ZoneRef } from './image/image-types.ts';
import { ZoneState } from './image/image-types.ts';
import { type ZoneKey, zoneKeyText } from './image/zone-key.ts';
import { PlaceWord } from './image/zone-place.ts';
import type { ViewDeclaration, ZoneDeclaration } from './image/zone-set.ts';
import { allowQueryOf, allowTransferOf, writePlace, writeZoneSet } from './image/zone-set.ts';
import { Allocator } from './memory/allocator.ts';
import { Arena } from './memory/arena.ts';
import { HeaderWord, writerReaderIndex } from './memory/arena-layout.ts';
import { BulkMemory } from './memory/bulk-memory.ts';
import { Limbo } from './memory/limbo.ts';
import { packRef, unpackRef } from './memory/ref.ts';
import { ZoneReader } from './zone-reader.ts';

export type { BuiltZone } from './build/staged-zone.ts';
export type { ZoneBuilder } from './build/zone-builder.ts';
export type { ZoneChange } from './build/zone-change.ts';
export type { ZoneKey } from './image/zone-key.ts';
export type { ViewDeclaration, ZoneDeclaration } from './image/zone-set.ts';

/** A zone's place as the writer knows it. */
interface Place {
  readonly key: ZoneKey;
  readonly ref: ZoneRef;
  /** Memory of the current version, `undefined` before the first. */
  lineage: Lineage | undefined;
}

export class ZoneStore {
  /** The shared memory that readers get. */
  readonly arena: SharedArrayBuffer;
  /** The writer's own window, to look at built and published zones. Call its `renew` (or `enter`) before reading. */
  readonly reader: ZoneReader;
  private readonly memory: Arena;
  private readonly allocator: Allocator;
  private readonly limbo: Limbo;
  /** By zone number; holes are numbers that are free. */
  private places: (Place | undefined)[] = [];
  private numberByKey = new Map<string, number>();
  private setMemory: BulkMemory;

  private constructor(memory: Arena) {
    this.memory = memory;
    this.arena = memory.buffer;
    this.allocator = new Allocator(memory);
    this.limbo = new Limbo(this.allocator);
    this.setMemory = new BulkMemory(this.allocator);
    this.reader = new ZoneReader(memory.buffer, writerReaderIndex);
  }

  /** Reserve address space for `maxOctets` (4 GiB by default); memory is taken as zones need it. */
  static create(options: { readonly maxOctets?: number } = {}): ZoneStore {
    return new ZoneStore(Arena.create(options.maxOctets));
  }

  /** Octets of the arena given out, and those of its pages that are free for reuse. */
  get usedOctets(): number {
    return this.allocator.usedOctets;
  }

  get freeOctets(): number {
    return this.allocator.freeOctets;
  }

  /** Pieces of memory that wait for readers to leave. */
  get waitingPieces(): number {
    return this.limbo.length;
  }

  /**
   * Say which zones there are. Published by one word; zones that stay keep number and version, zones that go are freed when
   * no reader holds them. Returns their numbers, in the order given. A new zone is `notLoaded`. Numbers of zones that went
   * are given to later ones. The keys must differ from each other. A new zone has its access lists before anybody finds it.
   *
   * `views` in the order in which they are tried; none: everybody sees the zones of the default view, 0.
   */
  declareZones(zones: readonly ZoneDeclaration[], views: readonly ViewDeclaration[] = []): readonly number[] {
    const numberByKey = new Map(zones.map((key) => [zoneKeyText(key), this.numberByKey.get(zoneKeyText(key)) ?? -1]));
    assert(numberByKey.size === zones.length, 'a zone is declared twice');
    const gone = [...this.numberByKey].filter(([text]) => !numberByKey.has(text)).map(([, number]) => number);
    const numbers = zones.map((key) => this.numberOf(key, numberByKey));
    this.publishSet(zones, numbers, views);
    for (const number of gone) this.retirePlace(number);
    this.numberByKey = numberByKey;
    this.limbo.advance();
    this.limbo.reclaim();
    return numbers;
  }

  /** Begin a zone's new content. */
  startZone(apex: WireName, zoneClass: number): ZoneBuilder {
    return new ZoneBuilder(this.allocator, apex, zoneClass);
  }

  /** Give a zone that was built in one go, and is not yet published, another serial than its records have. */
  setSerial(zone: BuiltZone, serial: number): void {
    assert(zone instanceof StagedZone, 'not built by this store');
    zone.setSerial(serial);
  }

  /** Begin a change of a loaded zone's current version. It can be published while no other version was in between. */
  startChange(zoneNumber: number): ZoneChange {
    const place = this.getPlace(zoneNumber);
    assert(place.lineage !== undefined, 'a zone without content is built, not changed');
    const base = this.currentVersion(zoneNumber);
    const isBaseCurrent = () => this.places[zoneNumber] === place && this.currentVersion(zoneNumber) === base;
    return new ZoneChange(this.allocator, place.lineage, base, isBaseCurrent);
  }

  /** The published version of a zone, whatever its state; 0 where it was never loaded. */
  currentVersion(zoneNumber: number): VersionRef {
    const { ref } = this.getPlace(zoneNumber);
    return unpackRef(this.memory.words[(ref >>> 2) + PlaceWord.version] as number) as VersionRef;
  }

  /**
   * Make a built zone the current version of its place: one word. The version before is freed when no reader holds it.
   * With another state than `loaded` it is not answered from: a copy that has expired, or a version on the way to a newer one.
   */
  publish(zoneNumber: number, zone: BuiltZone, state: number = ZoneState.loaded): void {
    assert(zone instanceof StagedZone, 'not built by this store');
    const place = this.getPlace(zoneNumber);
    const { lineage, change } = zone;
    assert(equalNames(lineage.apex, 0, place.key.apex, 0) && lineage.zoneClass === place.key.class, 'another zone');
    const isDerived = change !== undefined;
    assert(!isDerived || change.base === this.currentVersion(zoneNumber), 'the zone has changed in between');
    zone.close();
    if (state !== ZoneState.loaded) this.storeWord(place, PlaceWord.state, state);
    this.storeWord(place, PlaceWord.version, packRef(zone.version));
    this.storeWord(place, PlaceWord.state, state);
    this.bumpGeneration(place);
    if (isDerived) this.retireReplaced(zone);
    else if (place.lineage !== undefined) this.retireLineage(place.lineage);
    place.lineage = lineage;
    this.limbo.advance();
    this.limbo.reclaim();
  }

  /** A zone that is set to `loaded` must have content. */
  setState(zoneNumber: number, state: number): void {
    const place = this.getPlace(zoneNumber);
    assert(state !== ZoneState.loaded || place.lineage !== undefined, 'a zone without content is not loaded');
    this.storeWord(place, PlaceWord.state, state);
    this.bumpGeneration(place);
  }

  /**
   * Say when the copy of a secondary zone expires, in seconds since 1970, whenever that changes: its own secondaries are told
   * (RFC 7314). 0, as it is at first, for a primary.
   */
  setExpiry(zoneNumber: number, expiresAt: number): void {
    this.storeWord(this.getPlace(zoneNumber), PlaceWord.expiresAt, expiresAt | 0);
  }

  discard(zone: BuiltZone): void {
    assert(zone instanceof StagedZone, 'not built by this store');
    zone.discard();
  }

  /** Reuse what no reader holds any more; cheap, call it now and then. */
  reclaim(): void {
    this.limbo.reclaim();
  }

  private getPlace(zoneNumber: number): Place {
    const place = this.places[zoneNumber];
    assert(place !== undefined, `no zone has the number ${zoneNumber}`);
    return place;
  }

  private storeWord(place: Place, word: number, value: number): void {
    Atomics.store(this.memory.words, (place.ref >>> 2) + word, value);
  }

  private bumpGeneration(place: Place): void {
    Atomics.add(this.memory.words, (place.ref >>> 2) + PlaceWord.generation, 1);
  }

  /** The zone's number; a new zone gets the lowest free one, and a place. */
  private numberOf(key: ZoneDeclaration, numberByKey: Map<string, number>): number {
    const text = zoneKeyText(key);
    const known = numberByKey.get(text) as number;
    if (known >= 0) {
      this.setLists(this.getPlace(known), key);
      return known;
    }
    const hole = this.firstHole();
    this.places[hole] = { key, ref: writePlace(this.allocator, key, hole), lineage: undefined };
    numberByKey.set(text, hole);
    return hole;
  }

  /** Of a zone that stays: from now on, for whoever asks next. The change of the zone set ends what caches hold. */
  private setLists(place: Place, key: ZoneDeclaration): void {
    this.storeWord(place, PlaceWord.allowQuery, allowQueryOf(key));
    this.storeWord(place, PlaceWord.allowTransfer, allowTransferOf(key));
    this.storeWord(place, PlaceWord.maxIxfrRatio, key.maxIxfrRatio ?? 0);
    this.storeWord(place, PlaceWord.transferSeconds, key.transferSeconds ?? 0);
    this.storeWord(place, PlaceWord.transferIdleSeconds, key.transferIdleSeconds ?? 0);
  }

  private firstHole(): number {
    for (let number = this.holeHint; ; number++) {
      if (this.places[number] !== undefined) continue;
      this.holeHint = number + 1;
      return number;
    }
  }

  /** No number below it is free. */
  private holeHint = 0;

  private publishSet(zones: readonly ZoneKey[], numbers: readonly number[], views: readonly ViewDeclaration[]): void {
    const before = this.setMemory;
    this.setMemory = new BulkMemory(this.allocator);
    const places = numbers.map((number) => this.getPlace(number).ref);
    const set = writeZoneSet(this.setMemory, zones, places, views);
    this.setMemory.trim();
    Atomics.store(this.memory.words, HeaderWord.zoneSet, packRef(set));
    Atomics.add(this.memory.words, HeaderWord.zoneSetGeneration, 1);
    for (const extent of before.extents) this.limbo.retire(extent);
  }

  private retirePlace(number: number): void {
    const place = this.getPlace(number);
    this.places[number] = undefined;
    this.holeHint = Math.min(this.holeHint, number);
    if (place.lineage !== undefined) this.retireLineage(place.lineage);
    this.limbo.retire(place.ref);
  }

  private retireLineage(lineage: Lineage): void {
    for (const extent of lineage.bulk.extents) this.limbo.retire(extent);
    lineage.pieces.visitAll((ref) => this.limbo.retire(ref));
    lineage.pieces.clear();
  }

  /** What the version before had for itself; pieces in the extents of the first one go with them. */
  private retireReplaced({ lineage, change }: StagedZone): void {
    change?.replaced.visitAll((ref) => {
      if (lineage.pieces.delete(ref)) this.limbo.retire(ref);
    });
    change?.fresh.visitAll((ref) => lineage.pieces.add(ref));
  }
}
