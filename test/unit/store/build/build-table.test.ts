import { expect, test } from 'vitest';
import { BuildTable } from '../../../../src/store/build/build-table.ts';
import { NodeFlag } from '../../../../src/store/image/image-types.ts';
import { writeEmptyNode } from '../../../../src/store/image/node-layout.ts';
import type { LookupName } from '../../../../src/store/index/lookup-name.ts';
import { Allocator } from '../../../../src/store/memory/allocator.ts';
import { Arena } from '../../../../src/store/memory/arena.ts';
import { packRef, Tag, unpackRef } from '../../../../src/store/memory/ref.ts';
import { lookup } from '../zone-fixture.ts';

const allocator = new Allocator(Arena.create(2 ** 24));

/** A table of `count` names, each third of them twice: as a name and as a hashed owner. */
function tableOf(count: number) {
  const table = new BuildTable(allocator.arena);
  const names = Array.from({ length: count }, (_, i) => lookup(`host${i}.example.`));
  const nodes = names.map((name) => addNode(table, name, 0));
  const hashedNames = names.filter((_, i) => i % 3 === 0);
  const hashedNodes = hashedNames.map((name) => addNode(table, name, NodeFlag.hashedOwner));
  return { table, names, nodes, hashedNames, hashedNodes };
}

function addNode(table: BuildTable, name: LookupName, kind: number): number {
  const node = allocator.alloc(64);
  writeEmptyNode(allocator.arena.octets, node, kind, 0, name.octets, 0, name.length);
  table.add(name, name.labelCount, kind, node);
  return node;
}

test('finds each name by its kind, and no other, whatever their number', () => {
  const { table, names, nodes, hashedNames, hashedNodes } = tableOf(1000);
  const find = (name: LookupName, kind: number) => table.find(name, name.labelCount, kind);
  expect(names.map((name) => table.nodeAt(find(name, 0)))).toEqual(nodes);
  expect(hashedNames.map((name) => table.nodeAt(find(name, NodeFlag.hashedOwner)))).toEqual(hashedNodes);
  expect(find(lookup('host1000.example.'), 0)).toBe(-1);
  expect(find(names[1] as LookupName, NodeFlag.hashedOwner)).toBe(-1);
});

test('gives each name of a kind once for the index, with its own hash, almost in order', () => {
  // Sizes around those at which it grows, where what begins at the end goes on in front.
  for (let count = 1; count < 200; count++) {
    const { table, names, nodes, hashedNames, hashedNodes } = tableOf(count);
    expectEntries(table, 0, names, nodes);
    expectEntries(table, NodeFlag.hashedOwner, hashedNames, hashedNodes);
    expect([...table.release()].map(unpackRef)).toEqual([...nodes, ...hashedNodes]);
  }
});

function expectEntries(table: BuildTable, kind: number, names: readonly LookupName[], nodes: readonly number[]): void {
  const { hashes, leaves, count } = table.entriesOf(kind);
  expect(count).toBe(names.length);
  const hashOf = new Map(names.map((name, i) => [packRef(nodes[i] as number, Tag.leaf), name.suffixHashes[2]]));
  expect(hashOf.size).toBe(count);
  expect(new Set(leaves).size).toBe(count);
  for (let i = 0; i < count; i++) expect(hashes[i]).toBe(hashOf.get(leaves[i] as number));
  if (kind !== 0) return;
  // Misplaced at most within a run of used slots, so never by the whole table once it is large.
  const places = [...hashes].sort((a, b) => (a >>> 0) - (b >>> 0));
  const worst = Math.max(...[...hashes].map((hash, i) => Math.abs(places.indexOf(hash) - i)));
  expect(worst).toBeLessThan(Math.max(16, count / 2));
}
