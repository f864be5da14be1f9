/**
 * What leads from one version of a zone to another: records removed, records added. Cheap where the versions derive from
 * each other: parts of the index that they share are passed over.
 */
import { octetAt, u16At, u32At } from '../base/octets.ts';
import type { ParsedRecord } from '../zonefile/record-sink.ts';
import type { VersionRef } from './image/image-types.ts';
import { NodeFlag } from './image/image-types.ts';
import * as layout from './image/node-layout.ts';
import { VersionWord } from './image/version-layout.ts';
import { indexOf, walkTrie } from './index/trie.ts';
import { Tag, tagMask, unpackRef, wordAt } from './memory/ref.ts';
import type { ZoneReader } from './zone-reader.ts';

/** Sets with more records are told whole where they differ, because their records are compared in pairs. */
const mostComparedRecords = 256;

/** Takes the differences. A record's fields hold until the call returns. */
export interface DiffSink {
  removeRecord(record: ParsedRecord): void;
  addRecord(record: ParsedRecord): void;
}

/**
 * Tell the records of `from` that are not in `to`, and those of `to` that are not in `from`. Applied to `from`, for each owner the
 * removals before the additions as they come here, they give `to` exactly: a set whose TTL or order of records differs is
 * removed and added whole, and an owner written in other case likewise. Both versions must be held or not yet published.
 */
export function diffVersions(reader: ZoneReader, from: VersionRef, to: VersionRef, sink: DiffSink): void {
  new ZoneDiff(reader, to, sink).run(from);
}

/** One record object for all differences. */
interface DiffRecord extends ParsedRecord {
  readonly owner: Uint8Array;
  ownerOctets: number;
  type: number;
  ttlSeconds: number;
  rdata: Uint8Array;
  rdataOctets: number;
}

class ZoneDiff {
  private readonly octets: Uint8Array;
  private readonly words: Int32Array;
  private readonly to: VersionRef;
  private readonly sink: DiffSink;
  private readonly record: DiffRecord;

  constructor(reader: ZoneReader, to: VersionRef, sink: DiffSink) {
    this.octets = reader.octets;
    this.words = reader.words;
    this.to = to;
    this.sink = sink;
    this.record = {
      owner: new Uint8Array(256),
      ownerOctets: 0,
      type: 0,
      class: reader.versionClass(to),
      ttlSeconds: 0,
      rdata: new Uint8Array(0),
      rdataOctets: 0,
    };
  }

  run(from: VersionRef): void {
    for (const root of [VersionWord.names, VersionWord.hashedOwners]) {
      this.diffTries(wordAt(this.words, (from >>> 2) + root), wordAt(this.words, (this.to >>> 2) + root));
    }
  }

  private diffTries(a: number, b: number): void {
    if (a === b) return;
    if (isBranch(a) && isBranch(b)) this.diffBranches(indexOf(a), indexOf(b));
    else this.diffLeaves(a, b);
  }

  private diffBranches(a: number, b: number): void {
    const aBitmap = wordAt(this.words, a);
    const bBitmap = wordAt(this.words, b);
    let aAt = a + 1;
    let bAt = b + 1;
    for (let rest = aBitmap | bBitmap; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const aChild = (aBitmap & bit) === 0 ? 0 : wordAt(this.words, aAt++);
      const bChild = (bBitmap & bit) === 0 ? 0 : wordAt(this.words, bAt++);
      this.diffTries(aChild, bChild);
    }
  }

  /** At least one side is no branch: find the nodes of each side on the other one, by their names. */
  private diffLeaves(a: number, b: number): void {
    walkTrie(this.words, a, (leaf) => this.diffNodes(unpackRef(leaf), this.findAgain(b, unpackRef(leaf))));
    walkTrie(this.words, b, (leaf) => {
      if (this.findAgain(a, unpackRef(leaf)) === 0) this.diffNodes(0, unpackRef(leaf));
    });
  }

  /** The node with the same name somewhere below `word`, 0 where there is none. */
  private findAgain(word: number, node: number): number {
    let found = 0;
    const at = layout.nameOffsetOf(node);
    walkTrie(this.words, word, (leaf) => {
      const other = unpackRef(leaf);
      if (isSameRun(this.octets, at, layout.nameOffsetOf(other), this.nameOctetsIfSame(node, other))) found = other;
    });
    return found;
  }

  private nameOctetsIfSame(a: number, b: number): number {
    const length = layout.nameOctetsOf(this.octets, a);
    return length === layout.nameOctetsOf(this.octets, b) ? length : -1;
  }

  /** 0 on either side: there is no such node. */
  private diffNodes(a: number, b: number): void {
    if (a === b) return;
    const { octets } = this;
    if (a === 0 || b === 0 || !isSameOwnerText(octets, a, b)) {
      if (a !== 0) this.tellNode(a, false);
      if (b !== 0) this.tellNode(b, true);
      return;
    }
    this.diffSets(a, b);
  }

  private diffSets(aNode: number, bNode: number): void {
    const { octets } = this;
    for (const isAddition of [false, true]) {
      let a = layout.rrsetsOffsetOf(octets, aNode);
      let b = layout.rrsetsOffsetOf(octets, bNode);
      while (!layout.isEndOfRrsets(octets, a) || !layout.isEndOfRrsets(octets, b)) {
        const order = compareSets(octets, a, b);
        if (order < 0 && !isAddition) this.tellSet(aNode, a, false);
        if (order > 0 && isAddition) this.tellSet(bNode, b, true);
        if (order === 0) this.diffSet(aNode, a, bNode, b, isAddition);
        if (order <= 0) a = layout.rrsetEndOf(octets, a);
        if (order >= 0) b = layout.rrsetEndOf(octets, b);
      }
    }
  }

  private diffSet(aNode: number, a: number, bNode: number, b: number, isAddition: boolean): void {
    const { octets } = this;
    if (isSameSet(octets, a, b)) return;
    const [node, set, other] = isAddition ? [bNode, b, a] : [aNode, a, b];
    const isLarge = Math.max(u32At(octets, a + 6), u32At(octets, b + 6)) > mostComparedRecords;
    const isWhole = isLarge || u32At(octets, a + 2) !== u32At(octets, b + 2) || !keepsOrder(octets, a, b);
    forEachRecord(octets, set, (at) => {
      if (isWhole || !hasRecord(octets, other, at)) this.tell(node, set, at, isAddition);
    });
  }

  private tellNode(node: number, isAddition: boolean): void {
    const { octets } = this;
    let set = layout.rrsetsOffsetOf(octets, node);
    for (; !layout.isEndOfRrsets(octets, set); set = layout.rrsetEndOf(octets, set))
      this.tellSet(node, set, isAddition);
  }

  private tellSet(node: number, set: number, isAddition: boolean): void {
    forEachRecord(this.octets, set, (at) => this.tell(node, set, at, isAddition));
  }

  private tell(node: number, set: number, at: number, isAddition: boolean): void {
    const { octets, record } = this;
    const nameAt = layout.originalNameOffsetOf(octets, node);
    record.ownerOctets = layout.nameOctetsOf(octets, node);
    for (let i = 0; i < record.ownerOctets; i++) record.owner[i] = octetAt(octets, nameAt + i);
    record.type = u16At(octets, set);
    record.ttlSeconds = u32At(octets, set + 2);
    record.rdataOctets = u16At(octets, at);
    record.rdata = octets.subarray(at + 2, at + 2 + record.rdataOctets);
    if (isAddition) this.sink.addRecord(record);
    else this.sink.removeRecord(record);
  }
}

function isBranch(word: number): boolean {
  return word !== 0 && (word & tagMask) === Tag.branch;
}

/** By key; a side at its end comes last. */
function compareSets(octets: Uint8Array, a: number, b: number): number {
  if (layout.isEndOfRrsets(octets, a)) return 1;
  if (layout.isEndOfRrsets(octets, b)) return -1;
  return layout.rrsetKeyOf(octets, a) - layout.rrsetKeyOf(octets, b);
}

/** Whether two nodes of the same name have it written in the same case. */
function isSameOwnerText(octets: Uint8Array, a: number, b: number): boolean {
  if (((octetAt(octets, a) | octetAt(octets, b)) & NodeFlag.mixedCase) === 0) return true;
  const aName = layout.originalNameOffsetOf(octets, a);
  const bName = layout.originalNameOffsetOf(octets, b);
  return isSameRun(octets, aName, bName, layout.nameOctetsOf(octets, a));
}

function isSameSet(octets: Uint8Array, a: number, b: number): boolean {
  const length = layout.rrsetEndOf(octets, a) - a;
  return length === layout.rrsetEndOf(octets, b) - b && isSameRun(octets, a, b, length);
}

/** False where `length` is negative. */
function isSameRun(octets: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (octets[a + i] !== octets[b + i]) return false;
  return length >= 0;
}

function forEachRecord(octets: Uint8Array, set: number, visit: (at: number) => void): void {
  const end = layout.rrsetEndOf(octets, set);
  for (let at = set + layout.rrsetHeaderOctets; at < end; at += 2 + u16At(octets, at)) visit(at);
}

/** Whether the set has a record with the data at `record` (its RDLENGTH). */
function hasRecord(octets: Uint8Array, set: number, record: number): boolean {
  const length = 2 + u16At(octets, record);
  let found = false;
  forEachRecord(octets, set, (at) => {
    if (!found && isSameRun(octets, at, record, length)) found = true;
  });
  return found;
}

/** Whether `b` is what remains of `a` without the records that `b` lacks, in `a`'s order, and new records behind it. */
function keepsOrder(octets: Uint8Array, a: number, b: number): boolean {
  const bEnd = layout.rrsetEndOf(octets, b);
  let at = b + layout.rrsetHeaderOctets;
  let isKept = true;
  forEachRecord(octets, a, (record) => {
    if (!hasRecord(octets, b, record)) return;
    const length = 2 + u16At(octets, record);
    isKept &&= at < bEnd && isSameRun(octets, at, record, length);
    at += length;
  });
  return isKept;
}
