/** Makes one node of several of the same name, whose records stand apart in the zone file. */
import { octetAt, putU32 } from '../../base/octets.ts';
import { NodeFlag } from '../image/image-types.ts';
import type { NodeDraft } from '../image/node-draft.ts';
import { childCountOf, isEndOfRrsets, rrsetsOffsetOf } from '../image/node-layout.ts';
import type { HashOrder } from './hash-order.ts';
import type { NodeList } from './node-list.ts';
import type { NodeWriter } from './node-writer.ts';
import { visitSameNames } from './same-names.ts';

/** The flags of a node that don't follow from its records. */
export const inheritedFlags = NodeFlag.apex | NodeFlag.hashedOwner | NodeFlag.wildcardChild;

export function isWithoutRecords(octets: Uint8Array, node: number): boolean {
  return isEndOfRrsets(octets, rrsetsOffsetOf(octets, node));
}

/** Leave one node of each name in the list, the first of its entries, with all records in the order of the file. */
export function mergeNodes(writer: NodeWriter, draft: NodeDraft, list: NodeList, order: HashOrder): void {
  visitSameNames(
    () => writer.octets,
    list,
    order,
    (entries) => mergeName(writer, draft, list, entries),
  );
  if (list.droppedCount > 0) forgetChildren(writer, list);
}

function mergeName(writer: NodeWriter, draft: NodeDraft, list: NodeList, entries: readonly number[]): void {
  const { octets } = writer;
  const nodes = entries.map((entry) => list.nodeAt(entry));
  const childCount = nodes.reduce((sum, node) => sum + childCountOf(octets, node), 0);
  const inherited = nodes.reduce((flags, node) => flags | (octetAt(octets, node) & inheritedFlags), 0);
  const filled = nodes.filter((node) => !isWithoutRecords(octets, node));
  const [first] = entries as [number];
  if (filled.length > 1) {
    list.setNode(first, mergeRecords(writer, draft, filled, inherited, childCount));
    for (const node of nodes) writer.drop(node);
  } else {
    const kept = filled[0] ?? list.nodeAt(first);
    octets[kept] = octetAt(octets, kept) | inherited;
    putU32(octets, kept + 2, childCount);
    list.setNode(first, kept);
    for (const node of nodes) if (node !== kept) writer.drop(node);
  }
  for (const entry of entries) if (entry !== first) list.drop(entry, first);
}

function mergeRecords(
  writer: NodeWriter,
  draft: NodeDraft,
  nodes: readonly number[],
  inherited: number,
  childCount: number,
): number {
  const { octets } = writer;
  for (const [i, node] of nodes.entries()) {
    if (i === 0) draft.beginWith(octets, node);
    else draft.addRecordsOf(octets, node);
  }
  const merged = writer.write(draft, inherited, childCount);
  draft.removeAll();
  return merged;
}

/** A dropped entry has been counted by its parent, too. */
function forgetChildren(writer: NodeWriter, list: NodeList): void {
  const { octets } = writer;
  for (let entry = 0; entry < list.count; entry++) {
    if (!list.isDropped(entry)) continue;
    const parent = list.parentOf(entry);
    if (parent < 0) continue;
    const node = list.nodeAt(parent);
    putU32(octets, node + 2, childCountOf(octets, node) - 1);
  }
}
