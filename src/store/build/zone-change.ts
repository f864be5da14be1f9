/**
 * Derives a zone's next version from the published one: records and RRsets are removed and added, one after the other, and
 * nothing costs more than the paths to what changes. The version before stays as it is.
 */
import { assert } from '../../base/assert.ts';
import type { WireName } from '../../wire/name.ts';
import { isAtOrBelow } from '../../wire/name.ts';
import type { ParsedRecord, RecordSink } from '../../zonefile/record-sink.ts';
import type { VersionRef } from '../image/image-types.ts';
import { NodeDraft } from '../image/node-draft.ts';
import { isOfHashedOwner, isStorable } from '../image/record-kinds.ts';
import { VersionDraft } from '../image/version-draft.ts';
import type { Allocator } from '../memory/allocator.ts';
import { ChangeMemory } from '../memory/change-memory.ts';
import type { Lineage } from './staged-zone.ts';
import { StagedZone } from './staged-zone.ts';

export class ZoneChange implements RecordSink {
  private readonly allocator: Allocator;
  private readonly lineage: Lineage;
  private readonly isBaseCurrent: () => boolean;
  private readonly memory: ChangeMemory;
  private readonly version: VersionDraft;
  /** The records of the owner last spoken of; those of a hashed owner are apart. */
  private readonly draft = new NodeDraft();
  private readonly hashedDraft = new NodeDraft();
  private isChanged = false;
  private isHashedChanged = false;
  private isOpen = true;

  /** Made by `ZoneStore.startChange`. */
  constructor(allocator: Allocator, lineage: Lineage, base: VersionRef, isBaseCurrent: () => boolean) {
    this.allocator = allocator;
    this.lineage = lineage;
    this.isBaseCurrent = isBaseCurrent;
    this.memory = new ChangeMemory(allocator, base);
    this.version = new VersionDraft(this.memory, base);
  }

  /**
   * Add a record behind those of its set; one that is there already is not added twice. A set keeps its TTL: to change it,
   * remove the set first. Records outside of the zone, of another class and of reserved types are left out.
   */
  addRecord(record: ParsedRecord): void {
    const { type, rdata, rdataOctets, ttlSeconds } = record;
    if (!this.isOfZone(record) || !isStorable(type, rdataOctets)) return;
    this.openOwner(record.owner, record.ownerOctets);
    const isHashed = isOfHashedOwner(type, rdata);
    const draft = isHashed ? this.hashedDraft : this.draft;
    // The owner is written as its first record has it.
    if (draft.count === 0) draft.begin(record.owner, 0, record.ownerOctets);
    draft.add(type, ttlSeconds, rdata, 0, rdataOctets);
    this.note(isHashed);
  }

  /** Remove the record with this owner, type and data; false where there is none. The TTL doesn't matter. */
  removeRecord(record: ParsedRecord): boolean {
    const { type, rdata, rdataOctets } = record;
    if (!this.isOfZone(record) || !isStorable(type, rdataOctets)) return false;
    this.openOwner(record.owner, record.ownerOctets);
    const isHashed = isOfHashedOwner(type, rdata);
    const isRemoved = (isHashed ? this.hashedDraft : this.draft).removeRecord(type, rdata, 0, rdataOctets);
    if (isRemoved) this.note(isHashed);
    return isRemoved;
  }

  /** Remove all records of a type at an owner; RRSIGs that cover them stay. With RRSIG: all of them. */
  removeRrset(owner: WireName, type: number): boolean {
    if (!isAtOrBelow(owner, 0, this.lineage.apex)) return false;
    this.openOwner(owner, owner.length);
    const isRemoved = this.draft.removeRrset(type);
    const isHashedRemoved = this.hashedDraft.removeRrset(type);
    if (isRemoved) this.note(false);
    if (isHashedRemoved) this.note(true);
    return isRemoved || isHashedRemoved;
  }

  /** Remove all records of an owner. Names below it stay. */
  removeName(owner: WireName): boolean {
    if (!isAtOrBelow(owner, 0, this.lineage.apex)) return false;
    this.openOwner(owner, owner.length);
    const count = this.draft.count + this.hashedDraft.count;
    this.draft.removeAll();
    this.hashedDraft.removeAll();
    this.note(false);
    this.note(true);
    return count > 0;
  }

  /**
   * Visit the records that an owner has by now, each with its data at `data[offset, offset + octets)`. They hold until the zone is
   * changed or another owner is spoken of.
   */
  visitRecords(
    owner: WireName,
    visit: (type: number, ttlSeconds: number, data: Uint8Array, offset: number, octets: number) => void,
  ): void {
    if (!isAtOrBelow(owner, 0, this.lineage.apex)) return;
    this.openOwner(owner, owner.length);
    this.draft.visitAll(visit);
    this.hashedDraft.visitAll(visit);
  }

  /** No more changes. The version is complete, but not yet checked or seen. Throws ArenaFullError; then `discard` the change. */
  finish(): StagedZone {
    assert(this.isBaseCurrent(), 'the zone has changed in between');
    this.closeOwner();
    const version = this.version.write();
    this.close();
    return new StagedZone(this.allocator, version, this.lineage, this.memory);
  }

  /** Give up: free what was made. For a change that is not to be finished. */
  discard(): void {
    this.close();
    this.memory.discard();
  }

  private isOfZone(record: ParsedRecord): boolean {
    return record.class === this.lineage.zoneClass && isAtOrBelow(record.owner, 0, this.lineage.apex);
  }

  private close(): void {
    assert(this.isOpen, 'a change is finished or discarded once');
    this.isOpen = false;
  }

  private note(isHashed: boolean): void {
    if (isHashed) this.isHashedChanged = true;
    else this.isChanged = true;
  }

  private openOwner(owner: Uint8Array, ownerOctets: number): void {
    assert(this.isOpen, 'the change is finished');
    assert(this.isBaseCurrent(), 'the zone has changed in between');
    if (this.draft.isOwnedBy(owner)) return;
    this.closeOwner();
    this.draft.begin(owner, 0, ownerOctets);
    this.hashedDraft.begin(owner, 0, ownerOctets);
    this.version.readNodes(owner, this.draft, this.hashedDraft);
  }

  private closeOwner(): void {
    if (this.draft.ownerOctets === 0) return;
    if (this.isChanged) this.version.putNode(this.draft);
    if (this.isHashedChanged) this.version.putHashedNode(this.hashedDraft);
    this.isChanged = this.isHashedChanged = false;
  }
}
