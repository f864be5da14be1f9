/**
 * Builds a zone's image from its records in one go. An owner's records are collected in a scratch buffer and written as a
 * finished node when the next owner begins; what only the whole zone can tell (empty non-terminals, wildcards, the index, the
 * signed order) follows in `finish`. No JavaScript object per record or owner.
 */
import { assert } from '../../base/assert.ts';
import { octetAt, putU32 } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import type { WireName } from '../../wire/name.ts';
import type { ParsedRecord, RecordSink } from '../../zonefile/record-sink.ts';
import { NodeFlag } from '../image/image-types.ts';
import { NodeDraft } from '../image/node-draft.ts';
import { childCountOf, findSet, nameOffsetOf, nodeOctetsOf, recordCountOf } from '../image/node-layout.ts';
import { isOfHashedOwner, isStorable } from '../image/record-kinds.ts';
import { writeVersion } from '../image/version-seal.ts';
import type { Nsec3Params } from '../image/zone-facts.ts';
import { isInChain, nsec3ParamsOf } from '../image/zone-facts.ts';
import { isSuffix } from '../index/find-named.ts';
import { LookupName } from '../index/lookup-name.ts';
import { buildOrderedTree } from '../index/ordered-tree.ts';
import { buildTrie } from '../index/trie-build.ts';
import type { Allocator } from '../memory/allocator.ts';
import { BulkMemory } from '../memory/bulk-memory.ts';
import { packRef } from '../memory/ref.ts';
import { BuildTable } from './build-table.ts';
import { StagedRecords } from './staged-records.ts';
import { Lineage, StagedZone } from './staged-zone.ts';

/** Nodes are written a second time, close together, when more than this part of the octets is lost to rewritten ones. */
const worthCompacting = 1 / 16;

export class ZoneBuilder implements RecordSink {
  private readonly allocator: Allocator;
  private readonly apex: WireName;
  private readonly zoneClass: number;
  private memory: BulkMemory;
  private readonly table: BuildTable;
  private readonly staged = new StagedRecords();
  /** The current owner's records; NSEC3 and its signatures make a node of their own. */
  private readonly draft = new NodeDraft();
  private readonly hashedDraft = new NodeDraft();
  /** The current owner; in `finish` that of the entry at hand. */
  private readonly name = new LookupName();
  private readonly apexName = new LookupName();
  private ownerIsInside = false;
  /**
   * Whether the zone holds less than came in: duplicates count once, and a set with different TTLs got that of its first
   * record. Known after `finish`.
   */
  hasMerged = false;
  private recordCount = 0;
  private lostOctets = 0;
  private hasNsec = false;
  private isFinished = false;
  private nodes: Int32Array = new Int32Array(0);

  constructor(allocator: Allocator, apex: WireName, zoneClass: number) {
    this.allocator = allocator;
    this.apex = apex;
    this.zoneClass = zoneClass;
    this.memory = new BulkMemory(allocator);
    this.table = new BuildTable(allocator.arena);
    this.apexName.assign(apex, 0);
  }

  /**
   * Take one record. Records outside of the zone, of another class and of reserved types are left out: to tell of them is
   * the parser's and the checks' part. Throws ArenaFullError; then `discard` the builder.
   */
  addRecord(record: ParsedRecord): void {
    if (!this.draft.isOwnedBy(record.owner)) this.startOwner(record);
    const { type, rdata, rdataOctets, ttlSeconds } = record;
    if (!this.ownerIsInside || record.class !== this.zoneClass || !isStorable(type, rdataOctets)) return;
    if (type === Type.nsec) this.hasNsec = true;
    const isHashed = isOfHashedOwner(type, rdata);
    const draft = isHashed ? this.hashedDraft : this.draft;
    if (isHashed && draft.count === 0) draft.begin(record.owner, 0, record.ownerOctets);
    draft.add(type, ttlSeconds, rdata, 0, rdataOctets);
  }

  /** No more records. The image is complete, but not yet checked or seen. Throws ArenaFullError; then `discard` the builder. */
  finish(): StagedZone {
    assert(!this.isFinished, 'zone finished twice');
    this.closeOwner();
    this.mergeStaged();
    this.ensureApex();
    this.connectNames();
    if (this.lostOctets > this.memory.octets * worthCompacting) this.compact();
    const zone = this.buildVersion();
    this.isFinished = true;
    this.nodes = this.table.release();
    return zone;
  }

  /**
   * All nodes of the finished zone as packed refs, in the order of their owners in the file, empty non-terminals behind them.
   * Gives them once: they are large.
   */
  takeNodes(): Int32Array {
    const { nodes } = this;
    this.nodes = new Int32Array(0);
    return nodes;
  }

  /** Give up: free everything. For a zone that is not to be finished. */
  discard(): void {
    assert(!this.isFinished, 'discard the finished zone instead');
    this.isFinished = true;
    this.memory.free();
  }

  private startOwner(record: ParsedRecord): void {
    this.closeOwner();
    this.draft.begin(record.owner, 0, record.ownerOctets);
    this.name.assign(record.owner, 0);
    this.ownerIsInside = isBelow(this.name, this.apexName);
  }

  private closeOwner(): void {
    if (this.draft.count + this.hashedDraft.count === 0) return;
    if (this.draft.count > 0) this.closeDraft(this.draft, 0);
    if (this.hashedDraft.count > 0) this.closeDraft(this.hashedDraft, NodeFlag.hashedOwner);
  }

  private closeDraft(draft: NodeDraft, kind: number): void {
    const { name } = this;
    const entry = this.table.find(name, name.labelCount, kind);
    if (entry >= 0)
      draft.visitAll((type, ttl, data, at, octets) => this.staged.add(entry, type, ttl, data, at, octets));
    else this.table.add(name, name.labelCount, kind, this.writeDraft(draft, kind | this.apexFlag(kind)));
    draft.removeAll();
  }

  private apexFlag(kind: number): number {
    return kind === 0 && this.name.labelCount === this.apexName.labelCount ? NodeFlag.apex : 0;
  }

  private writeDraft(draft: NodeDraft, inherited: number): number {
    draft.arrange();
    this.hasMerged ||= draft.hasMerged;
    this.recordCount += draft.count;
    const node = this.memory.alloc(draft.nodeOctets());
    draft.write(this.allocator.arena.octets, node, inherited, 0);
    return node;
  }

  /** Write the nodes anew whose owners came back. */
  private mergeStaged(): void {
    if (this.staged.count === 0) return;
    for (let entry = 0; entry < this.table.count; entry++) {
      if (!this.staged.hasRecords(entry)) continue;
      const { octets } = this.allocator.arena;
      const before = this.table.nodeAt(entry);
      const inherited = octetAt(octets, before) & (NodeFlag.apex | NodeFlag.hashedOwner);
      this.recordCount -= recordCountOf(octets, before);
      this.lostOctets += nodeOctetsOf(octets, before);
      this.draft.beginWith(octets, before);
      this.staged.addTo(entry, this.draft);
      this.table.setNode(entry, this.writeDraft(this.draft, inherited));
    }
    this.draft.removeAll();
  }

  private ensureApex(): void {
    const { apexName } = this;
    if (this.table.find(apexName, apexName.labelCount, 0) >= 0) return;
    this.draft.begin(this.apex, 0, this.apex.length);
    this.table.add(apexName, apexName.labelCount, 0, this.writeDraft(this.draft, NodeFlag.apex));
  }

  /** Tell each name's parent of it, and make parents that are not there: they are empty non-terminals. */
  private connectNames(): void {
    const { name, table } = this;
    const writtenCount = table.count;
    for (let entry = 0; entry < writtenCount; entry++) {
      const node = table.nodeAt(entry);
      const { octets } = this.allocator.arena;
      if ((octetAt(octets, node) & (NodeFlag.apex | NodeFlag.hashedOwner)) !== 0) continue;
      name.assign(octets, nameOffsetOf(node));
      this.connectName();
    }
  }

  /** Go up from `name` to the first name that is there already, at the latest the apex. */
  private connectName(): void {
    const { name, table } = this;
    for (let labels = name.labelCount - 1; ; labels--) {
      const found = table.find(name, labels, 0);
      const parent = found >= 0 ? table.nodeAt(found) : this.addEmptyName(labels);
      const { octets } = this.allocator.arena;
      putU32(octets, parent + 2, childCountOf(octets, parent) + 1);
      if (isWildcard(name, labels + 1)) octets[parent] = octetAt(octets, parent) | NodeFlag.wildcardChild;
      if (found >= 0) return;
    }
  }

  /** Make a node of `name`'s suffix of `labels` labels. */
  private addEmptyName(labels: number): number {
    const { name } = this;
    const offset = name.suffixOffset(labels);
    this.draft.begin(name.octets, offset, name.length - offset);
    const node = this.writeDraft(this.draft, 0);
    this.table.add(name, labels, 0, node);
    return node;
  }

  private compact(): void {
    const from = this.memory;
    this.memory = new BulkMemory(this.allocator);
    try {
      for (let entry = 0; entry < this.table.count; entry++) {
        const node = this.table.nodeAt(entry);
        const length = nodeOctetsOf(this.allocator.arena.octets, node);
        const moved = this.memory.alloc(length);
        this.allocator.arena.octets.copyWithin(moved, node, node + length);
        this.table.setNode(entry, moved);
      }
    } finally {
      from.free();
    }
  }

  private buildVersion(): StagedZone {
    const { memory, table, apexName } = this;
    const names = buildTrie(memory, table.entriesOf(0));
    const hashedOwners = buildTrie(memory, table.entriesOf(NodeFlag.hashedOwner));
    const apex = table.nodeAt(table.find(apexName, apexName.labelCount, 0));
    const nsec3 = this.chainInUse(apex);
    const version = writeVersion(memory, {
      zoneClass: this.zoneClass,
      apex,
      names,
      hashedOwners,
      nsecTree: this.hasNsec ? buildOrderedTree(memory, this.nsecOwners()) : 0,
      nsec3Tree: nsec3 === undefined ? 0 : buildOrderedTree(memory, nsec3.owners),
      nodeCount: table.count,
      recordCount: this.recordCount,
      cutCount: this.cutCount(),
      nsec3Params: nsec3?.params,
    });
    memory.trim();
    const lineage = new Lineage(this.apex, this.zoneClass, memory);
    return new StagedZone(this.allocator, version, lineage, undefined);
  }

  private cutCount(): number {
    const { octets } = this.allocator.arena;
    let count = 0;
    for (let entry = 0; entry < this.table.count; entry++) {
      if ((octetAt(octets, this.table.nodeAt(entry)) & (NodeFlag.zoneCut | NodeFlag.dname)) !== 0) count++;
    }
    return count;
  }

  private nsecOwners(): Int32Array {
    return this.nodesWhere((octets, node) => findSet(octets, node, 2 * Type.nsec) !== 0);
  }

  /** The first chain named by an NSEC3PARAM that has an NSEC3. */
  private chainInUse(apex: number): { params: Nsec3Params; owners: Int32Array } | undefined {
    for (const params of nsec3ParamsOf(this.allocator.arena.octets, apex)) {
      const owners = this.nodesWhere(
        (octets, node) => (octetAt(octets, node) & NodeFlag.hashedOwner) !== 0 && isInChain(octets, node, params),
      );
      if (owners.length > 0) return { params, owners };
    }
    return undefined;
  }

  /** Nodes (packed refs) for which this holds, in the order of the file, which is often the one wanted. */
  private nodesWhere(isWanted: (octets: Uint8Array, node: number) => boolean): Int32Array {
    const { octets } = this.allocator.arena;
    const nodes = new Int32Array(this.table.count);
    let count = 0;
    for (let entry = 0; entry < this.table.count; entry++) {
      const node = this.table.nodeAt(entry);
      if (isWanted(octets, node)) nodes[count++] = packRef(node);
    }
    return nodes.subarray(0, count);
  }
}

/** Whether the name is the apex or lies below it. */
function isBelow(name: LookupName, apex: LookupName): boolean {
  if (name.labelCount < apex.labelCount) return false;
  const at = name.suffixOffset(apex.labelCount);
  return name.length - at === apex.length && isSuffix(name.octets, at, apex, 0);
}

/** Whether the first label of the name's suffix of `labels` labels is `*` (RFC 4592 §2.1.1). */
function isWildcard(name: LookupName, labels = name.labelCount): boolean {
  const at = name.suffixOffset(labels);
  return name.octets[at] === 1 && name.octets[at + 1] === 0x2a;
}
