/**
 * Canonical order where proofs of non-existence need it: a B+-tree of the owners of NSEC, and one of those of NSEC3.
 *
 *     leaf    [2 count, nodes…]
 *     inner   [2 count + 1, (first node below, child)…]
 *
 * All words are packed refs without a tag; 0 is the empty tree. Hashed owners lie in the order of their hashes, because base32hex
 * keeps it (RFC 5155 §1.3). Nothing changes after publication; a change copies the path to it.
 */
import { octetAt } from '../../base/octets.ts';
import { compareNames } from '../../wire/name.ts';
import { nameOffsetOf } from '../image/node-layout.ts';
import type { Memory } from '../memory/bulk-memory.ts';
import { packRef, unpackRef, wordAt } from '../memory/ref.ts';

/** So that a full leaf takes 128 octets, a full inner block 256. */
export const blockCapacity = 31;
/** Blocks built at once are left some room, so that the first changes don't split them all. */
const builtCapacity = 28;

/** What is searched for. */
export interface OrderedKey {
  /** Negative where the node comes before it, 0 where it is the node's own, positive where the node comes behind it. */
  compareNode(octets: Uint8Array, node: number): number;
}

/** Order of names (RFC 4034 §6.1). */
export class NameKey implements OrderedKey {
  octets: Uint8Array = new Uint8Array(1);
  offset = 0;

  compareNode(octets: Uint8Array, node: number): number {
    return compareNames(octets, nameOffsetOf(node), this.octets, this.offset);
  }
}

const hashLabelOctets = 32;
const base32hexDigits = Uint8Array.from('0123456789abcdefghijklmnopqrstuv', (digit) => digit.charCodeAt(0));

/** Order of hashes, as first labels in base32hex (RFC 5155 §3.3). */
export class HashKey implements OrderedKey {
  private readonly label = new Uint8Array(hashLabelOctets);

  /** Take the 20 octets of a SHA-1 hash. */
  assign(hash: Uint8Array): void {
    for (let group = 0; group < 4; group++) {
      let at = group * 5;
      let bits = 0;
      let value = 0;
      for (let digit = 0; digit < 8; digit++) {
        if (bits < 5) {
          value = ((value << 8) | octetAt(hash, at++)) & 0xfff;
          bits += 8;
        }
        bits -= 5;
        this.label[group * 8 + digit] = octetAt(base32hexDigits, (value >>> bits) & 31);
      }
    }
  }

  compareNode(octets: Uint8Array, node: number): number {
    const labelAt = nameOffsetOf(node) + 1;
    for (let i = 0; i < hashLabelOctets; i++) {
      const difference = octetAt(octets, labelAt + i) - octetAt(this.label, i);
      if (difference !== 0) return difference;
    }
    return octetAt(octets, labelAt - 1) - hashLabelOctets;
  }
}

/** The last node not behind the key, 0 where all are. */
export function findAtOrBefore(octets: Uint8Array, words: Int32Array, root: number, key: OrderedKey): number {
  let word = root;
  while (word !== 0) {
    const at = word >>> 1;
    const head = wordAt(words, at);
    const stride = 1 + (head & 1);
    const position = positionOf(octets, words, at, head, key);
    if (position < 0) return 0;
    word = wordAt(words, at + stride * (1 + position));
    if (stride === 1) return unpackRef(word);
  }
  return 0;
}

/** Position of the last entry of a block that is not behind the key, -1 where all are. */
export function positionOf(octets: Uint8Array, words: Int32Array, at: number, head: number, key: OrderedKey): number {
  const stride = 1 + (head & 1);
  let low = 0;
  let high = head >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (key.compareNode(octets, unpackRef(wordAt(words, at + 1 + stride * middle))) > 0) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

/** The last node of all, 0 in an empty tree. */
export function findLast(words: Int32Array, root: number): number {
  let word = root;
  while (word !== 0) {
    const at = word >>> 1;
    const head = wordAt(words, at);
    const stride = 1 + (head & 1);
    word = wordAt(words, at + stride * (head >>> 1));
    if (stride === 1) return unpackRef(word);
  }
  return 0;
}

/** Visit all nodes in order. */
export function walkOrdered(words: Int32Array, root: number, visit: (node: number) => void): void {
  if (root === 0) return;
  const at = root >>> 1;
  const head = wordAt(words, at);
  for (let i = 0; i < head >>> 1; i++) {
    if ((head & 1) === 0) visit(unpackRef(wordAt(words, at + 1 + i)));
    else walkOrdered(words, wordAt(words, at + 2 + 2 * i), visit);
  }
}

/** The root of a tree of all these nodes (packed refs), which are sorted first. 0 where there are none. */
export function buildOrderedTree(memory: Memory, nodes: Int32Array): number {
  if (nodes.length === 0) return 0;
  sortNodes(memory.arena.octets, nodes);
  let level: Int32Array = buildLevel(memory, nodes, undefined);
  while (level.length > 1) {
    const firsts = level.map((block) => wordAt(memory.arena.words, (block >>> 1) + 1));
    level = buildLevel(memory, firsts, level);
  }
  return wordAt(level, 0);
}

/** Blocks over these entries: leaves of nodes, or inner blocks of children and their first nodes. */
function buildLevel(memory: Memory, firsts: Int32Array, children: Int32Array | undefined): Int32Array {
  const blockCount = Math.ceil(firsts.length / builtCapacity);
  const blocks = new Int32Array(blockCount);
  for (let block = 0; block < blockCount; block++) {
    // Spread evenly, so that the last one isn't nearly empty.
    const from = Math.floor((block * firsts.length) / blockCount);
    const to = Math.floor(((block + 1) * firsts.length) / blockCount);
    blocks[block] = writeBlock(memory, firsts, children, from, to);
  }
  return blocks;
}

export function writeBlock(
  memory: Memory,
  firsts: ArrayLike<number>,
  children: ArrayLike<number> | undefined,
  from: number,
  to: number,
): number {
  const stride = children === undefined ? 1 : 2;
  const ref = memory.alloc(4 + 4 * stride * (to - from));
  const { words } = memory.arena;
  const at = ref >>> 2;
  words[at] = 2 * (to - from) + stride - 1;
  for (let i = from; i < to; i++) {
    words[at + 1 + stride * (i - from)] = firsts[i] as number;
    if (children !== undefined) words[at + 2 + stride * (i - from)] = children[i] as number;
  }
  return packRef(ref);
}

/** Sort nodes (packed refs) canonically. Signed zones mostly come sorted, which takes one pass to see. */
export function sortNodes(octets: Uint8Array, nodes: Int32Array): void {
  const compare = (a: number, b: number) =>
    compareNames(octets, nameOffsetOf(unpackRef(a)), octets, nameOffsetOf(unpackRef(b)));
  for (let i = 1; i < nodes.length; i++) {
    if (compare(wordAt(nodes, i - 1), wordAt(nodes, i)) > 0) {
      nodes.sort(compare);
      return;
    }
  }
}
