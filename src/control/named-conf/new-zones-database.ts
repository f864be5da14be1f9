/**
 * Read the zones that `rndc addzone` has added out of BIND's NAME.nzd, an LMDB environment in one file: a B+ tree whose keys are
 * the names of zones and whose values are their settings as text. Only this is read: nothing is locked and nothing is written.
 *
 *     meta page 0 or 1, at 16: magic:4 version:4 address:8 map:8 free:48 main:48 last:8 transaction:8
 *     main: pad:4 flags:2 depth:2 branches:8 leaves:8 overflows:8 entries:8 root:8
 *     page: number:8 pad:2 flags:2 lower:2 upper:2, then an offset:2 for each node
 *     node: low:2 high:2 flags:2 keyOctets:2 key value
 *
 * (liblmdb's mdb.c, data version 1, little-endian, 64 bits.)
 */

export interface NewZone {
  readonly name: string;
  /** From the opening brace on. */
  readonly settings: string;
}

const magic = 0xbeefc0de;
const metaOffset = 16;
const pageHeaderOctets = 16;
const nodeHeaderOctets = 8;
const branchFlag = 1;
const leafFlag = 2;
const bigValueFlag = 1;
/** More pages deep than the tree of a file that fits into memory can be. */
const maxDepth = 16;

/** `undefined`: it is something else, or broken. */
export function readNewZones(octets: Uint8Array): readonly NewZone[] | undefined {
  // A buffer of its own, so that nothing around it can be read.
  const view = new DataView(Uint8Array.from(octets).buffer);
  try {
    return new Database(view).read();
  } catch (error) {
    // What points outside of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class Database {
  private readonly view: DataView;
  private readonly pageOctets: number;
  private readonly zones: NewZone[] = [];
  private pagesLeft: number;

  constructor(view: DataView) {
    this.view = view;
    this.pageOctets = view.getUint32(metaOffset + 24, true);
    if (!this.isMeta(0) || this.pageOctets < 512) throw new RangeError('no LMDB');
    this.pagesLeft = Math.ceil(view.byteLength / this.pageOctets);
  }

  read(): readonly NewZone[] {
    const [first, second] = [0, this.pageOctets];
    const isSecondNewer = this.isMeta(second) && this.transactionOf(second) > this.transactionOf(first);
    const main = (isSecondNewer ? second : first) + metaOffset + 72;
    const root = this.view.getBigUint64(main + 40, true);
    // All ones: the tree is empty.
    if (root !== 0xffff_ffff_ffff_ffffn) this.readPage(Number(root), maxDepth);
    return this.zones;
  }

  private isMeta(page: number): boolean {
    return this.view.getUint32(page + metaOffset, true) === magic;
  }

  private transactionOf(page: number): bigint {
    return this.view.getBigUint64(page + metaOffset + 128, true);
  }

  private readPage(number: number, depth: number): void {
    // Circles end: no page is read more often than there are pages.
    if (depth === 0 || --this.pagesLeft < 0) throw new RangeError('a circle');
    const { view } = this;
    const page = number * this.pageOctets;
    const flags = view.getUint16(page + 10, true);
    if ((flags & (branchFlag | leafFlag)) === 0) throw new RangeError('no page of the tree');
    const nodes = (view.getUint16(page + 12, true) - pageHeaderOctets) / 2;
    for (let index = 0; index < nodes; index++) {
      const node = page + view.getUint16(page + pageHeaderOctets + 2 * index, true);
      if ((flags & branchFlag) === 0) this.readNode(node);
      else this.readPage(view.getUint32(node, true) + view.getUint16(node + 4, true) * 2 ** 32, depth - 1);
    }
  }

  private readNode(node: number): void {
    const { view } = this;
    const valueOctets = view.getUint32(node, true);
    const isBig = (view.getUint16(node + 4, true) & bigValueFlag) !== 0;
    const key = node + nodeHeaderOctets;
    const inPlace = key + view.getUint16(node + 6, true);
    const value = isBig ? Number(view.getBigUint64(inPlace, true)) * this.pageOctets + pageHeaderOctets : inPlace;
    this.zones.push({ name: this.text(key, inPlace - key), settings: this.text(value, valueOctets) });
  }

  private text(offset: number, octets: number): string {
    return new TextDecoder('utf-8').decode(new Uint8Array(this.view.buffer, offset, octets));
  }
}
