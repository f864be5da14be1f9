/** Finds the nodes that are of one name. */
import { octetAt } from '../../base/octets.ts';
import { nameOctetsOf, nameOffsetOf } from '../image/node-layout.ts';
import { wordAt } from '../memory/ref.ts';
import type { HashOrder } from './hash-order.ts';
import type { NodeList } from './node-list.ts';

/**
 * Call `visit` once for each name that has several nodes, with their entries in ascending order. Names with the same hash
 * are compared with each other. `visit` may drop all entries but the first.
 */
export function visitSameNames(
  getOctets: () => Uint8Array,
  list: NodeList,
  order: HashOrder,
  visit: (entries: readonly number[]) => void,
): void {
  const { hashes } = order;
  for (let from = 0; from < hashes.length; ) {
    let to = from + 1;
    while (to < hashes.length && hashes[to] === hashes[from]) to++;
    if (to - from > 1) visitSameHash(getOctets, list, order.entries.subarray(from, to), visit);
    from = to;
  }
}

function visitSameHash(
  getOctets: () => Uint8Array,
  list: NodeList,
  entries: Int32Array,
  visit: (entries: readonly number[]) => void,
): void {
  for (let i = 0; i + 1 < entries.length; i++) {
    const first = wordAt(entries, i);
    if (list.isDropped(first)) continue;
    const octets = getOctets();
    const same = [first];
    for (let j = i + 1; j < entries.length; j++) {
      const other = wordAt(entries, j);
      if (!list.isDropped(other) && isSameName(octets, list.nodeAt(first), list.nodeAt(other))) same.push(other);
    }
    if (same.length > 1) visit(same);
  }
}

function isSameName(octets: Uint8Array, node: number, other: number): boolean {
  const length = nameOctetsOf(octets, node);
  if (nameOctetsOf(octets, other) !== length) return false;
  const at = nameOffsetOf(node);
  const otherAt = nameOffsetOf(other);
  for (let i = 0; i < length; i++) if (octetAt(octets, at + i) !== octetAt(octets, otherAt + i)) return false;
  return true;
}
