/**
 * Builds a zone's image from its records in one go. An owner's records are collected in a scratch buffer and written as a
 * finished node when the next owner begins, and its parents learn of it; what only the whole zone can tell (the index, the
 * signed order) follows in `finish`. No JavaScript object per record or owner.
 */
import { assert } from '../../base/assert.ts';
import { octetAt, putU32 } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import type { WireName } from '../../wire/name.ts';
import type { ParsedRecord, RecordSink } from '../../zonefile/record-sink.ts';
import { NodeFlag } from '../image/image-types.ts';
import { NodeDraft } from '../image/node-draft.ts';
import { childCountOf, findSet } from '../image/node-layout.ts';
import { isOfHashedOwner, isStorable } from '../image/record-kinds.ts';
import { writeVersion } from '../image/version-seal.ts';
import type { Nsec3Params } from '../image/zone-facts.ts';
import { isInChain, nsec3ParamsOf } from '../image/zone-facts.ts';
import { isSuffix } from '../index/find-named.ts';
import { LookupName } from '../index/lookup-name.ts';
import { buildOrderedTree } from '../index/ordered-tree.ts';
import { buildTrie, type TrieEntries } from '../index/trie-build.ts';
import type { Allocator } from '../memory/allocator.ts';
import { packRef, Tag, wordAt } from '../memory/ref.ts';
import { type HashOrder, orderByHash } from './hash-order.ts';
import { inheritedFlags, isWithoutRecords, mergeNodes } from './merge-nodes.ts';
import { NamePath } from './name-path.ts';
import { NodeList } from './node-list.ts';
import { NodeWriter } from './node-writer.ts';
import { Lineage, StagedZone } from './staged-zone.ts';

export class ZoneBuilder implements RecordSink {
  private readonly allocator: Allocator;
  private readonly apex: WireName;
  private readonly zoneClass: number;
  private readonly writer: NodeWriter;
  private readonly names = new NodeList();
  private readonly hashedOwners = new NodeList();
  /** The current owner's records; NSEC3 and its signatures make a node of their own. */
  private readonly draft = new NodeDraft();
  private readonly hashedDraft = new NodeDraft();
  /** Ends in the current owner. */
  private readonly path = new NamePath();
  private readonly apexName = new LookupName();
  private ownerIsInside = false;
  /** Its entry in `names`; -1 before there is one. */
  private apexEntry = -1;
  private hasNsec = false;
  private isFinished = false;
  private nodes: Int32Array = new Int32Array(0);

  constructor(allocator: Allocator, apex: WireName, zoneClass: number) {
    this.allocator = allocator;
    this.apex = apex;
    this.zoneClass = zoneClass;
    this.writer = new NodeWriter(allocator);
    this.apexName.assign(apex, 0);
  }

  /**
   * Whether the zone holds less than came in: duplicates count once, and a set with different TTLs got that of its first
   * record. Known after `finish`.
   */
  get hasMerged(): boolean {
    return this.writer.hasMerged;
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
    const { writer, names, hashedOwners } = this;
    this.closeOwner();
    this.ensureApex();
    const namesOrder = this.settle(names);
    const hashedOrder = this.settle(hashedOwners);
    writer.compact([names, hashedOwners]);
    const zone = this.buildVersion(namesOrder, hashedOrder);
    this.isFinished = true;
    this.nodes = joined(names.release(), hashedOwners.release());
    return zone;
  }

  /**
   * All nodes of the finished zone as packed refs, in the order of their owners in the file, those without records behind the
   * first name below them.
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
    this.writer.memory.free();
  }

  private startOwner(record: ParsedRecord): void {
    this.closeOwner();
    this.path.take(record.owner, 0);
    this.draft.beginLowered(record.owner, 0, record.ownerOctets, this.path.name.octets);
    // Most owners share the apex with the one before, which was inside.
    this.ownerIsInside = this.path.commonLabels >= this.apexName.labelCount || isBelow(this.path.name, this.apexName);
  }

  private closeOwner(): void {
    if (this.draft.count + this.hashedDraft.count === 0) return;
    if (this.hashedDraft.count > 0) this.closeHashed();
    if (this.draft.count > 0) this.closeNamed();
  }

  private closeHashed(): void {
    const { hashedDraft, path } = this;
    const node = this.writer.write(hashedDraft, NodeFlag.hashedOwner, 0);
    this.hashedOwners.add(path.hashAt(path.name.labelCount), node);
    hashedDraft.removeAll();
  }

  private closeNamed(): void {
    const { draft, path, names } = this;
    const { labelCount } = path.name;
    const before = path.entryAt(labelCount);
    if (before >= 0 && isWithoutRecords(this.writer.octets, names.nodeAt(before))) {
      this.fillEmptyName(before);
    } else {
      // If the name came earlier, it has two nodes until `finish`.
      const isApex = labelCount === this.apexName.labelCount;
      const entry = names.add(path.hashAt(labelCount), this.writer.write(draft, isApex ? NodeFlag.apex : 0, 0));
      if (isApex && this.apexEntry < 0) this.apexEntry = entry;
      this.connectName(entry);
    }
    draft.removeAll();
  }

  /** Write the current owner in the place of a node without records, which was made for a name below it. */
  private fillEmptyName(entry: number): void {
    const { writer, names, draft } = this;
    const { octets } = writer;
    const before = names.nodeAt(entry);
    const inherited = octetAt(octets, before) & inheritedFlags;
    names.setNode(entry, writer.write(draft, inherited, childCountOf(octets, before)));
    writer.drop(before);
  }

  /**
   * Tell the parent of the current owner of its new node. Parents that are not on the path are made, up to the apex: they are
   * empty non-terminals, unless the file has records for them elsewhere.
   */
  private connectName(entry: number): void {
    const { path, names } = this;
    const { name } = path;
    path.setEntry(name.labelCount, entry);
    let child = entry;
    for (let labels = name.labelCount - 1; labels >= this.apexName.labelCount; labels--) {
      const known = path.entryAt(labels);
      const parent = known >= 0 ? known : this.addEmptyName(labels);
      names.setParent(child, parent);
      const { octets } = this.writer;
      const node = names.nodeAt(parent);
      putU32(octets, node + 2, childCountOf(octets, node) + 1);
      if (isWildcard(name, labels + 1)) octets[node] = octetAt(octets, node) | NodeFlag.wildcardChild;
      if (known >= 0) break;
      child = parent;
    }
    path.keep();
  }

  /** Make a node of the current owner's suffix of `labels` labels. */
  private addEmptyName(labels: number): number {
    const { path, names } = this;
    const { name } = path;
    const offset = name.suffixOffset(labels);
    const isApex = labels === this.apexName.labelCount;
    const flags = isApex ? NodeFlag.apex : NodeFlag.emptyNonTerminal;
    const node = this.writer.writeEmpty(flags, name.octets, offset, name.length - offset);
    const entry = names.add(path.hashAt(labels), node);
    if (isApex) this.apexEntry = entry;
    path.setEntry(labels, entry);
    return entry;
  }

  private ensureApex(): void {
    if (this.apexEntry >= 0) return;
    const { apexName } = this;
    const node = this.writer.writeEmpty(NodeFlag.apex, apexName.octets, 0, apexName.length);
    this.apexEntry = this.names.add(wordAt(apexName.suffixHashes, apexName.labelCount), node);
  }

  /** See that each name has one node. Returns the order of their hashes. */
  private settle(list: NodeList): HashOrder {
    const order = orderByHash(list.releaseHashes(), list.count);
    mergeNodes(this.writer, this.draft, list, order);
    return order;
  }

  private buildVersion(namesOrder: HashOrder, hashedOrder: HashOrder): StagedZone {
    const { names, hashedOwners } = this;
    const { memory, recordCount, cutCount } = this.writer;
    const apex = names.nodeAt(this.apexEntry);
    const nsec3 = this.chainInUse(apex);
    const version = writeVersion(memory, {
      zoneClass: this.zoneClass,
      apex,
      names: buildTrie(memory, entriesOf(names, namesOrder)),
      hashedOwners: buildTrie(memory, entriesOf(hashedOwners, hashedOrder)),
      nsecTree: this.hasNsec ? buildOrderedTree(memory, this.nsecOwners()) : 0,
      nsec3Tree: nsec3 === undefined ? 0 : buildOrderedTree(memory, nsec3.owners),
      nodeCount: names.count - names.droppedCount + hashedOwners.count - hashedOwners.droppedCount,
      recordCount,
      cutCount,
      nsec3Params: nsec3?.params,
    });
    memory.trim();
    const lineage = new Lineage(this.apex, this.zoneClass, memory);
    return new StagedZone(this.allocator, version, lineage, undefined);
  }

  private nsecOwners(): Int32Array {
    return this.nodesWhere(this.names, (octets, node) => findSet(octets, node, 2 * Type.nsec) !== 0);
  }

  /** The first chain named by an NSEC3PARAM that has an NSEC3. */
  private chainInUse(apex: number): { params: Nsec3Params; owners: Int32Array } | undefined {
    for (const params of nsec3ParamsOf(this.writer.octets, apex)) {
      const owners = this.nodesWhere(this.hashedOwners, (octets, node) => isInChain(octets, node, params));
      if (owners.length > 0) return { params, owners };
    }
    return undefined;
  }

  /** Nodes (packed refs) for which this holds, in the order of the file, which is often the one wanted. */
  private nodesWhere(list: NodeList, isWanted: (octets: Uint8Array, node: number) => boolean): Int32Array {
    const { octets } = this.writer;
    const nodes = new Int32Array(list.count);
    let count = 0;
    for (let entry = 0; entry < list.count; entry++) {
      if (list.isDropped(entry)) continue;
      const node = list.nodeAt(entry);
      if (isWanted(octets, node)) nodes[count++] = packRef(node);
    }
    return nodes.subarray(0, count);
  }
}

/** The nodes of a list for their index, in the order of their hashes; uses up the order. */
function entriesOf(list: NodeList, { hashes, entries }: HashOrder): TrieEntries {
  let count = 0;
  for (let i = 0; i < hashes.length; i++) {
    const entry = wordAt(entries, i);
    if (list.isDropped(entry)) continue;
    hashes[count] = wordAt(hashes, i);
    entries[count++] = packRef(list.nodeAt(entry), Tag.leaf);
  }
  return { hashes, leaves: entries, count };
}

function joined(one: Int32Array, other: Int32Array): Int32Array {
  if (other.length === 0) return one;
  const both = new Int32Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Whether the name is the apex or lies below it. */
function isBelow(name: LookupName, apex: LookupName): boolean {
  if (name.labelCount < apex.labelCount) return false;
  const at = name.suffixOffset(apex.labelCount);
  return name.length - at === apex.length && isSuffix(name.octets, at, apex, 0);
}

/** Whether the first label of the name's suffix of `labels` labels is `*` (RFC 4592 §2.1.1). */
function isWildcard(name: LookupName, labels: number): boolean {
  const at = name.suffixOffset(labels);
  return name.octets[at] === 1 && name.octets[at + 1] === 0x2a;
}
