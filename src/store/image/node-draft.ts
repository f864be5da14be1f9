/**
 * The records of one owner while they are being collected, and the node that they make. One object for all owners of a
 * zone: no JavaScript object per record.
 */

import { maxNameOctets } from '../../base/limits.ts';
import { compareOctets, copyOctets, lowerCase, octetAt, putU16, putU32, u16At, u32At } from '../../base/octets.ts';
import { canonicalizeRdata } from '../../rr/rdata.ts';
import { Type } from '../../wire/codes.ts';
import { equalNames } from '../../wire/name.ts';
import { doubled, withRoomFor } from '../memory/growing.ts';
import { wordAt } from '../memory/ref.ts';
import { NodeFlag } from './image-types.ts';
import {
  endOfRrsets,
  isEndOfRrsets,
  nameOctetsOf,
  nodeHeaderOctets,
  originalNameOffsetOf,
  rrsetEndOf,
  rrsetHeaderOctets,
  rrsetsOffsetOf,
} from './node-layout.ts';
import { recordKey } from './record-kinds.ts';

/** Sets up to this size are searched for duplicates by comparing all pairs, larger ones by a hash table. */
const pairwiseRecords = 8;

export class NodeDraft {
  /** The owner as written. */
  readonly owner = new Uint8Array(maxNameOctets + 1);
  ownerOctets = 0;
  private readonly ownLowerOwner: Uint8Array = new Uint8Array(maxNameOctets + 1);
  private lowerOwner: Uint8Array = this.ownLowerOwner;
  private ownerHasUpperCase = false;
  /** Records so far, duplicates included until `arrange`. */
  count = 0;
  /** Whether `arrange` has ever dropped a duplicate, or found TTLs that differ in a set. */
  hasMerged = false;
  /** Twice the type, or twice the type covered plus one (RRSIG); the order of sets in a node. */
  private keys = new Int32Array(16);
  private ttls = new Int32Array(16);
  private starts = new Int32Array(16);
  private lengths = new Int32Array(16);
  private data = new Uint8Array(512);
  private dataOctets = 0;
  /** Whether the records came in the node's order, as they mostly do. */
  private isInOrder = true;
  /** Octets of all sets, by `arrange`. */
  private setsOctets = 0;
  /** Indexes of the records, by `arrange` in the order in which they are written. */
  private order = new Int32Array(16);

  begin(source: Uint8Array, offset: number, octets: number): void {
    const lower = this.ownLowerOwner;
    for (let i = 0; i < octets; i++) lower[i] = octetAt(lowerCase, octetAt(source, offset + i));
    this.beginLowered(source, offset, octets, lower);
  }

  /** The same for an owner that has been lower-cased already: `lower[0, octets)`, which must stay until the node is written. */
  beginLowered(source: Uint8Array, offset: number, octets: number, lower: Uint8Array): void {
    const { owner } = this;
    let difference = 0;
    for (let i = 0; i < octets; i++) {
      const octet = octetAt(source, offset + i);
      owner[i] = octet;
      difference |= octet ^ octetAt(lower, i);
    }
    this.lowerOwner = lower;
    this.ownerHasUpperCase = difference !== 0;
    this.ownerOctets = octets;
    this.removeAll();
  }

  /** Begin with the owner and all records of a node. */
  beginWith(octets: Uint8Array, node: number): void {
    this.begin(octets, originalNameOffsetOf(octets, node), nameOctetsOf(octets, node));
    this.addRecordsOf(octets, node);
  }

  /** Take all records of a node. */
  addRecordsOf(octets: Uint8Array, node: number): void {
    for (let rrset = rrsetsOffsetOf(octets, node); !isEndOfRrsets(octets, rrset); rrset = rrsetEndOf(octets, rrset)) {
      const end = rrsetEndOf(octets, rrset);
      for (let at = rrset + rrsetHeaderOctets; at < end; at += 2 + u16At(octets, at)) {
        this.add(u16At(octets, rrset), u32At(octets, rrset + 2), octets, at + 2, u16At(octets, at));
      }
    }
  }

  isOwnedBy(owner: Uint8Array): boolean {
    const { ownerOctets } = this;
    if (ownerOctets === 0) return false;
    // Mostly it is the same octet for octet, or differs early.
    let at = 0;
    while (at < ownerOctets && owner[at] === this.owner[at]) at++;
    return at === ownerOctets || equalNames(this.owner, 0, owner, 0);
  }

  /** Take a record; `rdata[offset, offset + octets)` is copied. */
  add(type: number, ttlSeconds: number, rdata: Uint8Array, offset: number, octets: number): void {
    const index = this.count++;
    if (index === this.keys.length) this.makeRoomForRecords();
    if (this.dataOctets + octets > this.data.length) this.makeRoomForData(octets);
    const key = recordKey(type, rdata, offset);
    if (index > 0 && key < wordAt(this.keys, index - 1)) this.isInOrder = false;
    this.keys[index] = key;
    this.order[index] = index;
    this.ttls[index] = ttlSeconds;
    this.starts[index] = this.dataOctets;
    this.lengths[index] = octets;
    copyOctets(rdata, offset, this.data, this.dataOctets, octets);
    this.dataOctets += octets;
  }

  /** Remove the records with this type and data; false where there is none. */
  removeRecord(type: number, rdata: Uint8Array, offset: number, octets: number): boolean {
    const key = recordKey(type, rdata, offset);
    return this.removeWhere((index) => this.keys[index] === key && this.isData(index, rdata, offset, octets));
  }

  /** Remove all records of a type, for RRSIG whatever they cover. */
  removeRrset(type: number): boolean {
    return this.removeWhere((index) => this.typeOf(index) === type);
  }

  removeAll(): void {
    this.count = 0;
    this.dataOctets = 0;
    this.isInOrder = true;
  }

  /** Visit the records as they came; before `arrange`. */
  visitAll(visit: (type: number, ttlSeconds: number, data: Uint8Array, offset: number, octets: number) => void): void {
    for (let i = 0; i < this.count; i++) {
      visit(this.typeOf(i), wordAt(this.ttls, i), this.data, wordAt(this.starts, i), wordAt(this.lengths, i));
    }
  }

  /** Put the records into the node's order and drop duplicates (RFC 2181 §5). Then `nodeOctets` and `write` hold. */
  arrange(): void {
    if (!this.isInOrder) this.sort();
    const { count, keys, lengths, order } = this;
    let kept = 0;
    let octets = 0;
    for (let from = 0; from < count; ) {
      const key = wordAt(keys, wordAt(order, from));
      let to = from + 1;
      while (to < count && keys[wordAt(order, to)] === key) to++;
      const firstKept = kept;
      if (to - from === 1) order[kept++] = wordAt(order, from);
      else kept = this.keepSet(from, to, kept);
      octets += rrsetHeaderOctets;
      for (let i = firstKept; i < kept; i++) octets += 2 + wordAt(lengths, wordAt(order, i));
      from = to;
    }
    if (kept < count) this.hasMerged = true;
    this.count = kept;
    this.setsOctets = octets;
    this.isInOrder = false;
  }

  /** Octets of the node; after `arrange`. */
  nodeOctets(): number {
    const names = this.hasUpperCase() ? 2 * this.ownerOctets : this.ownerOctets;
    return nodeHeaderOctets + names + this.setsOctets + 2;
  }

  /** Write the node at `at`; after `arrange`. `inherited` are the flags that don't follow from the records. */
  write(octets: Uint8Array, at: number, inherited: number, childCount: number): void {
    const mixed = this.hasUpperCase();
    const { ownerOctets, count } = this;
    octets[at + 1] = ownerOctets;
    putU32(octets, at + 2, childCount);
    let to = at + nodeHeaderOctets;
    copyOctets(this.lowerOwner, 0, octets, to, ownerOctets);
    to += ownerOctets;
    if (mixed) {
      copyOctets(this.owner, 0, octets, to, ownerOctets);
      to += ownerOctets;
    }
    const isApex = (inherited & NodeFlag.apex) !== 0;
    let flags = inherited | (mixed ? NodeFlag.mixedCase : 0);
    if (count === 0 && !isApex) flags |= NodeFlag.emptyNonTerminal;
    for (let from = 0; from < count; ) {
      const end = this.endOfSet(from);
      flags |= flagOfSet(wordAt(this.keys, wordAt(this.order, from)), isApex);
      to = this.writeSet(octets, to, from, end);
      from = end;
    }
    octets[at] = flags;
    putU16(octets, to, endOfRrsets);
  }

  hasType(type: number): boolean {
    for (let i = 0; i < this.count; i++) if (this.keys[wordAt(this.order, i)] === 2 * type) return true;
    return false;
  }

  private writeSet(octets: Uint8Array, at: number, from: number, end: number): number {
    const { data, lengths, order, starts } = this;
    const first = wordAt(order, from);
    putU16(octets, at, this.typeOf(first));
    // RFC 2181 §5.2: one TTL for the whole set; which one is left to us. The first, however far apart the lines stand.
    putU32(octets, at + 2, wordAt(this.ttls, first));
    putU32(octets, at + 6, end - from);
    let to = at + rrsetHeaderOctets;
    for (let i = from; i < end; i++) {
      const index = wordAt(order, i);
      const length = wordAt(lengths, index);
      putU16(octets, to, length);
      copyOctets(data, wordAt(starts, index), octets, to + 2, length);
      to += 2 + length;
    }
    putU32(octets, at + 10, to - at - rrsetHeaderOctets);
    return to;
  }

  private typeOf(index: number): number {
    const key = wordAt(this.keys, index);
    return (key & 1) === 1 ? Type.rrsig : key >>> 1;
  }

  /** An empty non-terminal has no record whose owner could be written in some case. */
  private hasUpperCase(): boolean {
    return this.ownerHasUpperCase && this.count > 0;
  }

  private endOfSet(from: number): number {
    const key = this.keys[wordAt(this.order, from)];
    let end = from + 1;
    while (end < this.count && this.keys[wordAt(this.order, end)] === key) end++;
    return end;
  }

  private ttlsDiffer(from: number, to: number): boolean {
    const ttl = this.ttls[wordAt(this.order, from)];
    for (let i = from + 1; i < to; i++) if (this.ttls[wordAt(this.order, i)] !== ttl) return true;
    return false;
  }

  /** Stable: by key, then as they came. */
  private sort(): void {
    const { count, order, keys } = this;
    if (count > 32) {
      const sortable = new Float64Array(count);
      for (let i = 0; i < count; i++) sortable[i] = wordAt(keys, i) * 2 ** 32 + i;
      sortable.sort();
      for (let i = 0; i < count; i++) order[i] = (sortable[i] as number) % 2 ** 32;
      return;
    }
    for (let i = 0; i < count; i++) {
      const key = wordAt(keys, i);
      let at = i;
      for (; at > 0 && wordAt(keys, wordAt(order, at - 1)) > key; at--) order[at] = wordAt(order, at - 1);
      order[at] = i;
    }
  }

  private keepSet(from: number, to: number, keepAt: number): number {
    if (this.ttlsDiffer(from, to)) this.hasMerged = true;
    return to - from <= pairwiseRecords ? this.keepByPairs(from, to, keepAt) : this.keepByHash(from, to, keepAt);
  }

  private keepByPairs(from: number, to: number, keepAt: number): number {
    const firstKept = keepAt;
    for (let i = from; i < to; i++) {
      const index = wordAt(this.order, i);
      let other = firstKept;
      while (other < keepAt && !this.isSameData(index, wordAt(this.order, other))) other++;
      if (other === keepAt) this.order[keepAt++] = index;
    }
    return keepAt;
  }

  private keepByHash(from: number, to: number, keepAt: number): number {
    const mask = 2 ** (33 - Math.clz32(to - from)) - 1;
    const seen = new Int32Array(mask + 1);
    for (let i = from; i < to; i++) {
      const index = wordAt(this.order, i);
      let slot = this.hashData(index) & mask;
      while (seen[slot] !== 0 && !this.isSameData(index, wordAt(seen, slot) - 1)) slot = (slot + 1) & mask;
      if (seen[slot] !== 0) continue;
      seen[slot] = index + 1;
      this.order[keepAt++] = index;
    }
    return keepAt;
  }

  private hashData(index: number): number {
    let hash = 0x811c9dc5;
    const start = wordAt(this.starts, index);
    const end = start + wordAt(this.lengths, index);
    for (let i = start; i < end; i++) {
      hash = Math.imul(hash ^ octetAt(lowerCase, octetAt(this.data, i)), 0x01000193);
    }
    return hash ^ (hash >>> 15);
  }

  private isSameData(a: number, b: number): boolean {
    return this.isData(a, this.data, wordAt(this.starts, b), wordAt(this.lengths, b));
  }

  /** Whether the record has this data; case doesn't count in names (RFC 2136 §1.1.1, RFC 4343). */
  private isData(index: number, rdata: Uint8Array, offset: number, octets: number): boolean {
    if (this.lengths[index] !== octets) return false;
    const start = wordAt(this.starts, index);
    let differsInCase = false;
    for (let i = 0; i < octets; i++) {
      const one = octetAt(this.data, start + i);
      const other = octetAt(rdata, offset + i);
      if (one === other) continue;
      if (lowerCase[one] !== lowerCase[other]) return false;
      differsInCase = true;
    }
    return !differsInCase || isSameCanonical(this.typeOf(index), this.data, start, rdata, offset, octets);
  }

  private removeWhere(isGone: (index: number) => boolean): boolean {
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      if (isGone(index)) continue;
      this.keys[kept] = wordAt(this.keys, index);
      this.ttls[kept] = wordAt(this.ttls, index);
      this.starts[kept] = wordAt(this.starts, index);
      this.lengths[kept++] = wordAt(this.lengths, index);
    }
    const removed = kept < this.count;
    this.count = kept;
    this.isInOrder = false;
    return removed;
  }

  private makeRoomForRecords(): void {
    this.keys = doubled(this.keys);
    this.ttls = doubled(this.ttls);
    this.starts = doubled(this.starts);
    this.lengths = doubled(this.lengths);
    this.order = doubled(this.order);
  }

  private makeRoomForData(octets: number): void {
    this.data = withRoomFor(this.data, this.dataOctets + octets);
  }
}

/** What the set with this key says of its node. */
function flagOfSet(key: number, isApex: boolean): number {
  if (key === 2 * Type.ns) return isApex ? 0 : NodeFlag.zoneCut;
  if (key === 2 * Type.dname) return NodeFlag.dname;
  return key === 2 * Type.cname ? NodeFlag.cname : 0;
}

/** Whether data that differ in case alone are the same when the names in them are lower-cased (RFC 4034 §6.2). Rare. */
function isSameCanonical(
  type: number,
  a: Uint8Array,
  aOffset: number,
  b: Uint8Array,
  bOffset: number,
  octets: number,
): boolean {
  const one = a.slice(aOffset, aOffset + octets);
  const other = b.slice(bOffset, bOffset + octets);
  canonicalizeRdata(type, one, 0, octets);
  canonicalizeRdata(type, other, 0, octets);
  return compareOctets(one, 0, octets, other, 0, octets) === 0;
}
