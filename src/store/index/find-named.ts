/** Finds the node of a name in an index. Used by readers per query, by changes and by comparisons of versions. */
import { octetAt } from '../../base/octets.ts';
import { nameOctetsOf, nameOffsetOf } from '../image/node-layout.ts';
import { unpackRef, wordAt } from '../memory/ref.ts';
import type { LookupName } from './lookup-name.ts';
import { findSlot, indexOf } from './trie.ts';

/** Octets that `*.` takes in front of a name. */
export const wildcardOctets = 2;

/**
 * The node whose name is `name`'s suffix of `labels` labels, behind `lead` octets of `*.` (0, or `wildcardOctets`); 0 where
 * there is none. `hash` is that of the name looked for.
 */
export function findNamed(
  octets: Uint8Array,
  words: Int32Array,
  root: number,
  hash: number,
  name: LookupName,
  labels: number,
  lead: number,
): number {
  const slot = findSlot(words, root, hash);
  if (slot === 0) return 0;
  const suffixAt = name.suffixOffset(labels);
  if ((slot & 3) === 1) {
    const node = unpackRef(slot);
    return isNamed(octets, node, name, suffixAt, lead) ? node : 0;
  }
  const at = indexOf(slot);
  for (let i = wordAt(words, at); i > 0; i--) {
    const node = unpackRef(wordAt(words, at + i));
    if (isNamed(octets, node, name, suffixAt, lead)) return node;
  }
  return 0;
}

/** Whether the octets at `at` are those of the name from `suffixAt` on. */
export function isSuffix(octets: Uint8Array, at: number, name: LookupName, suffixAt: number): boolean {
  for (let i = suffixAt; i < name.length; i++) {
    if (octetAt(octets, at + i - suffixAt) !== octetAt(name.octets, i)) return false;
  }
  return true;
}

function isNamed(octets: Uint8Array, node: number, name: LookupName, suffixAt: number, lead: number): boolean {
  if (nameOctetsOf(octets, node) !== lead + name.length - suffixAt) return false;
  const at = nameOffsetOf(node);
  if (lead === wildcardOctets && (octetAt(octets, at) !== 1 || octetAt(octets, at + 1) !== 0x2a)) return false;
  return isSuffix(octets, at + lead, name, suffixAt);
}
