/**
 * The zones that there are: a trie from (view, class, apex) to the zones' places.
 *
 *     zone set   words: root of the trie, labels of the longest apex, count of views, nothing; then four words for each view: its
 *                number, numbers of the lists of clients and of destinations, 1 where it is for recursive questions only
 *     place      words: state, version (packed), generation, labels, number, view, class, octets of the apex, numbers of the
 *                lists of who may query and transfer, bound on IXFR, time of expiry, bounds on the time of transfers; the
 *                apex, lower-cased
 *
 * A set is immutable; the words state, version, generation and those behind the apex's octets of a place are not, and are read and
 * written with Atomics.
 * A set is built anew whenever the configuration's zones change: in proportion to the zones, not to their content. That the views
 * are part of it makes a change of both one change for readers.
 */

import type { WireName } from '../../wire/name.ts';
import { LookupName } from '../index/lookup-name.ts';
import { buildTrie } from '../index/trie-build.ts';
import type { Allocator } from '../memory/allocator.ts';
import type { Memory } from '../memory/bulk-memory.ts';
import { packRef, Tag } from '../memory/ref.ts';
import type { ZoneRef } from './image-types.ts';
import type { ZoneKey } from './zone-key.ts';
import {
  copyLowerCase,
  mixZoneHash,
  PlaceWord,
  placeNameOffset,
  ViewWord,
  viewWords,
  ZoneSetWord,
} from './zone-place.ts';

/** What is declared of a zone: which it is, and who may have it. */
export interface ZoneDeclaration extends ZoneKey {
  /** Numbers of access lists (plane/access/access-list-table.ts); everybody may query and nobody transfer where they are missing. */
  readonly allowQuery?: number;
  readonly allowTransfer?: number;
  /** The most octets that an IXFR may have, in percent of the zone's; no bound where it is missing or 0. */
  readonly maxIxfrRatio?: number | undefined;
  /** How long a transfer to another may take, and may stand still, in seconds; missing or 0: as long as usual. */
  readonly transferSeconds?: number;
  readonly transferIdleSeconds?: number;
}

/** Who sees the zones of a view; the first one that matches a message is its view. */
export interface ViewDeclaration {
  /** As in the keys of its zones; means the same view as long as the store lives. */
  readonly number: number;
  /** Numbers of access lists: for the sender and its TSIG key, and for the address that was asked. */
  readonly matchClients: number;
  readonly matchDestinations: number;
  /** Only what has the RD bit. */
  readonly matchRecursiveOnly: boolean;
}

/** Make the place of a zone that is not loaded. */
export function writePlace(allocator: Allocator, key: ZoneDeclaration, number: number): ZoneRef {
  const name = lookupNameOf(key.apex);
  const ref = allocator.alloc(placeNameOffset + name.length);
  const { octets, words } = allocator.arena;
  const at = ref >>> 2;
  words[at + PlaceWord.state] = 0;
  words[at + PlaceWord.version] = 0;
  words[at + PlaceWord.generation] = 0;
  words[at + PlaceWord.labels] = name.labelCount;
  words[at + PlaceWord.number] = number;
  words[at + PlaceWord.view] = key.view;
  words[at + PlaceWord.class] = key.class;
  words[at + PlaceWord.apexOctets] = name.length;
  words[at + PlaceWord.allowQuery] = allowQueryOf(key);
  words[at + PlaceWord.allowTransfer] = allowTransferOf(key);
  words[at + PlaceWord.maxIxfrRatio] = key.maxIxfrRatio ?? 0;
  words[at + PlaceWord.expiresAt] = 0;
  words[at + PlaceWord.transferSeconds] = key.transferSeconds ?? 0;
  words[at + PlaceWord.transferIdleSeconds] = key.transferIdleSeconds ?? 0;
  copyLowerCase(name.octets, 0, octets, ref + placeNameOffset, name.length);
  return ref as ZoneRef;
}

/** AccessList.any and AccessList.none; the store knows them by their numbers only. */
const anybody = 0;
const nobody = 1;

export function allowQueryOf({ allowQuery = anybody }: ZoneDeclaration): number {
  return allowQuery;
}

export function allowTransferOf({ allowTransfer = nobody }: ZoneDeclaration): number {
  return allowTransfer;
}

/** Build the set of these places. */
export function writeZoneSet(
  memory: Memory,
  keys: readonly ZoneKey[],
  places: readonly ZoneRef[],
  views: readonly ViewDeclaration[],
): number {
  const entries = { hashes: new Int32Array(keys.length), leaves: new Int32Array(keys.length), count: keys.length };
  let mostLabels = 0;
  for (const [i, key] of keys.entries()) {
    const name = lookupNameOf(key.apex);
    entries.hashes[i] = mixZoneHash(name.suffixHashes[name.labelCount] as number, key.view, key.class);
    entries.leaves[i] = packRef(places[i] as number, Tag.leaf);
    mostLabels = Math.max(mostLabels, name.labelCount);
  }
  const root = buildTrie(memory, entries);
  const ref = memory.alloc(4 * (ZoneSetWord.views + viewWords * views.length));
  const at = ref >>> 2;
  const { words } = memory.arena;
  words[at + ZoneSetWord.root] = root;
  words[at + ZoneSetWord.mostLabels] = mostLabels;
  words[at + ZoneSetWord.viewCount] = views.length;
  for (const [i, view] of views.entries()) writeView(words, at + ZoneSetWord.views + i * viewWords, view);
  return ref;
}

function writeView(words: Int32Array, at: number, view: ViewDeclaration): void {
  words[at + ViewWord.number] = view.number;
  words[at + ViewWord.clients] = view.matchClients;
  words[at + ViewWord.destinations] = view.matchDestinations;
  words[at + ViewWord.recursiveOnly] = view.matchRecursiveOnly ? 1 : 0;
}

function lookupNameOf(apex: WireName): LookupName {
  const name = new LookupName();
  name.assign(apex, 0);
  return name;
}
