/**
 * Looks over an LMDB file before the library maps it. LMDB believes its pages: a file cut short kills the process with
 * SIGBUS, a page of garbage sends it anywhere. What is looked at is what it follows: the two meta pages, and of both trees
 * (free pages, main) each page, its nodes' places and its overflow pages. Values have checksums of their own.
 *
 * Form of LMDB's data version 2, little-endian, 64 bits (mdb.c: MDB_page_header, MDB_meta, MDB_db, MDB_node, MDB_ovpage):
 *
 *     page     number u64, transaction u64, pad u16, flags u16, lower u16, upper u16; from 24 on u16 places of nodes
 *     meta     at 24: magic u32, version u32, address u64, map size u64, free tree, main tree, last page u64, transaction u64
 *     tree     pad u32 (of the first: size of a page), flags u16, depth u16, four counts u64, root u64 (all ones: none)
 *     node     u16, u16, flags u16, key octets u16, key, data
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { mapOctets } from './lmdb-options.ts';

const metaMagic = 0xbeefc0de;
const dataVersion = 2;
const pageHeadOctets = 24;
const metaOctets = 160;
const treeOctets = 48;
const nodeHeadOctets = 8;
const PageFlag = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const;
/** The node's data is on overflow pages. */
const bigData = 1;
/** MDB_INTEGERKEY for the free pages; of the main tree, as the journal is opened, none. */
const treeFlags = [8, 0] as const;
/** Of trees within LMDB; deeper is damage. */
const mostDepth = 32;
const noRoot = 0xffff_ffff_ffff_ffffn;

/** Why the file must not be opened, or `undefined` where nothing is found; an absent or empty file is good. */
export function checkLmdbFile(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : String(error);
  }
  try {
    const { size } = fstatSync(file);
    if (size > 0) new FileCheck(file, size).run();
    return undefined;
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  } finally {
    closeSync(file);
  }
}

class Damage extends Error {
  override readonly name = 'Damage';
}

interface Meta {
  readonly transaction: bigint;
  readonly lastPage: bigint;
  /** Of the free pages, and the main one. */
  readonly trees: readonly { readonly flags: number; readonly depth: number; readonly root: bigint }[];
}

class FileCheck {
  private readonly file: number;
  private readonly size: number;
  private pageOctets = 4096;
  /** Pages visited: more than the file has would be a circle. */
  private visited = 0;

  constructor(file: number, size: number) {
    this.file = file;
    this.size = size;
  }

  run(): void {
    const first = this.readMeta(0);
    const second = this.readMeta(this.pageOctets);
    const { trees, lastPage } = second.transaction > first.transaction ? second : first;
    // LMDB maps as much as this says, and more than there can be of it ends the process. Pages at the end may be missing in the file.
    if (lastPage >= BigInt(mapOctets / this.pageOctets)) throw new Damage(`its last page is claimed to be ${lastPage}`);
    for (const [index, { root, depth, flags }] of trees.entries()) {
      if (flags !== treeFlags[index]) throw new Damage(`a tree has the flags ${flags}`);
      if (depth > mostDepth) throw new Damage(`a tree claims a depth of ${depth}`);
      if (root !== noRoot) this.checkPage(Number(root), depth);
    }
  }

  private readMeta(at: number): Meta {
    const page = this.read(at, pageHeadOctets + metaOctets);
    if (page.readUInt32LE(pageHeadOctets) !== metaMagic) throw new Damage('it is not a database of LMDB');
    const version = page.readUInt32LE(pageHeadOctets + 4);
    if (version !== dataVersion) throw new Damage(`it has version ${version} of LMDB's form, not ${dataVersion}`);
    const treesAt = pageHeadOctets + 24;
    if (at === 0) this.pageOctets = page.readUInt32LE(treesAt);
    if (this.pageOctets < 512 || this.pageOctets > 65536) throw new Damage('it claims pages of impossible size');
    const trees = [treesAt, treesAt + treeOctets].map((tree) => ({
      flags: page.readUInt16LE(tree + 4),
      depth: page.readUInt16LE(tree + 6),
      root: page.readBigUInt64LE(tree + 40),
    }));
    const behind = treesAt + 2 * treeOctets;
    return { lastPage: page.readBigUInt64LE(behind), transaction: page.readBigUInt64LE(behind + 8), trees };
  }

  /** A page `depth` levels above nothing: 1 is a leaf. */
  private checkPage(number: number, depth: number): void {
    const page = this.readPage(number);
    if (++this.visited * this.pageOctets > this.size) throw new Damage('its pages go round in a circle');
    const wanted = depth === 1 ? PageFlag.leaf : PageFlag.branch;
    const flags = page.readUInt16LE(18);
    if (depth < 1 || (flags & 0x2f) !== wanted) throw new Damage(`page ${number} is of the wrong kind`);
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    // Both count from behind the page's head.
    const room = this.pageOctets - pageHeadOctets;
    if (lower > upper || upper > room || lower % 2 !== 0) throw new Damage(`page ${number} is damaged`);
    for (let place = 0; place < lower; place += 2) {
      const at = pageHeadOctets + page.readUInt16LE(pageHeadOctets + place);
      if (at < pageHeadOctets + upper || at + nodeHeadOctets > page.length)
        throw new Damage(`page ${number} is damaged`);
      if (depth === 1) this.checkLeafNode(page, number, at);
      else this.checkPage(childOf(page, at), depth - 1);
    }
  }

  private checkLeafNode(page: Buffer, number: number, at: number): void {
    const octets = page.readUInt32LE(at);
    const isBig = (page.readUInt16LE(at + 4) & bigData) !== 0;
    const data = at + nodeHeadOctets + page.readUInt16LE(at + 6);
    if (data + (isBig ? 24 : octets) > page.length) throw new Damage(`page ${number} is damaged`);
    if (isBig) this.checkOverflow(Number(page.readBigUInt64LE(data)), octets);
  }

  private checkOverflow(number: number, octets: number): void {
    const head = this.readPage(number, pageHeadOctets);
    const pages = Math.ceil((pageHeadOctets + octets) / this.pageOctets);
    if ((head.readUInt16LE(18) & 0x2f) !== PageFlag.overflow || head.readUInt32LE(20) < pages) {
      throw new Damage(`page ${number} is of the wrong kind`);
    }
    if ((number + pages) * this.pageOctets > this.size) throw new Damage(cutShort(this.size));
  }

  private readPage(number: number, octets = this.pageOctets): Buffer {
    const page = this.read(number * this.pageOctets, octets);
    if (page.readBigUInt64LE(0) !== BigInt(number)) throw new Damage(`page ${number} is not where it belongs`);
    return page;
  }

  private read(at: number, octets: number): Buffer {
    if (at + octets > this.size) throw new Damage(cutShort(this.size));
    const buffer = Buffer.allocUnsafe(octets);
    if (readSync(this.file, buffer, 0, octets, at) !== octets) throw new Damage(cutShort(this.size));
    return buffer;
  }
}

/** Number of the page below a branch's node: 48 bits in the place of size and flags. */
function childOf(page: Buffer, at: number): number {
  return page.readUInt16LE(at) + page.readUInt16LE(at + 2) * 2 ** 16 + page.readUInt16LE(at + 4) * 2 ** 32;
}

function cutShort(size: number): string {
  return `it is cut short: it ends after ${size} octets, and pages behind them are in use`;
}
