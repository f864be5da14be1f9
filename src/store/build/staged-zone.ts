/**
 * A version that nobody can see yet, and the memory that belongs to it: what was taken for it, and what will be of no use
 * once it has replaced the version before it.
 */
import { assert } from '../../base/assert.ts';
import { putU32 } from '../../base/octets.ts';
import type { WireName } from '../../wire/name.ts';
import type { VersionRef } from '../image/image-types.ts';
import { VersionWord } from '../image/version-layout.ts';
import { readVersion } from '../image/version-seal.ts';
import { soaSerialOffsetOf } from '../image/zone-facts.ts';
import type { Allocator } from '../memory/allocator.ts';
import type { BulkMemory } from '../memory/bulk-memory.ts';
import type { ChangeMemory } from '../memory/change-memory.ts';
import { wordAt } from '../memory/ref.ts';
import { RefSet } from '../memory/ref-set.ts';

/** A zone in the arena that nobody can see yet. Octets taken by it are freed by `discard`. */
export interface BuiltZone {
  readonly serial: number;
  readonly recordCount: number;
  /** Empty non-terminals and hashed owners included. */
  readonly nodeCount: number;
  /** Of arena, taken for this zone, without what it shares with the version that it was derived from. */
  readonly octets: number;
  /** For a ZoneReader of the thread that built it: to check it, to compare it. */
  readonly version: VersionRef;
}

/** Versions that derive from each other and share memory: what was built in one go, and single pieces of later changes. */
export class Lineage {
  readonly apex: WireName;
  readonly zoneClass: number;
  readonly bulk: BulkMemory;
  /** Pieces of the current version that were allocated one by one. */
  readonly pieces = new RefSet();

  constructor(apex: WireName, zoneClass: number, bulk: BulkMemory) {
    this.apex = apex;
    this.zoneClass = zoneClass;
    this.bulk = bulk;
  }
}

export class StagedZone implements BuiltZone {
  serial: number;
  readonly recordCount: number;
  readonly nodeCount: number;
  readonly octets: number;
  readonly version: VersionRef;
  readonly lineage: Lineage;
  /** Set where it derives from another version: what it took, and what it no longer needs. */
  readonly change: ChangeMemory | undefined;
  private readonly allocator: Allocator;
  private isOpen = true;

  constructor(allocator: Allocator, version: VersionRef, lineage: Lineage, change: ChangeMemory | undefined) {
    const { words } = allocator.arena;
    this.allocator = allocator;
    const { nodeCount, recordCount } = readVersion(words, version);
    this.version = version;
    this.lineage = lineage;
    this.change = change;
    this.serial = wordAt(words, (version >>> 2) + VersionWord.serial) >>> 0;
    this.nodeCount = nodeCount;
    this.recordCount = recordCount;
    this.octets = change === undefined ? lineage.bulk.octets : change.octets;
  }

  /** Give it another serial, in place: nobody has seen it. Not for a change, which shares its apex with what has been published. */
  setSerial(serial: number): void {
    assert(
      this.isOpen && this.change === undefined,
      'the serial of a zone that was built in one go, before it is published',
    );
    const { octets, words } = this.allocator.arena;
    const at = soaSerialOffsetOf(octets, readVersion(words, this.version).apex);
    assert(at !== 0, 'a zone without SOA has no serial');
    putU32(octets, at, serial);
    words[(this.version >>> 2) + VersionWord.serial] = serial | 0;
    this.serial = serial;
  }

  /** It is published or discarded: once only. */
  close(): void {
    assert(this.isOpen, 'a built zone is published or discarded once');
    this.isOpen = false;
  }

  discard(): void {
    this.close();
    if (this.change === undefined) this.lineage.bulk.free();
    else this.change.discard();
  }
}
