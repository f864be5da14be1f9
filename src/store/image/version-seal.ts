/** Writes a version's record, once its index stands. */
import { Type } from '../../wire/codes.ts';
import type { Memory } from '../memory/bulk-memory.ts';
import { packRef, unpackRef, wordAt } from '../memory/ref.ts';
import type { VersionRef } from './image-types.ts';
import { VersionFlag } from './image-types.ts';
import { findSet } from './node-layout.ts';
import { VersionWord, versionOctets } from './version-layout.ts';
import type { Nsec3Params } from './zone-facts.ts';
import { soaSerialOf } from './zone-facts.ts';

/** What a version is made of: roots as packed refs, the apex as a ref. */
export interface VersionParts {
  readonly zoneClass: number;
  readonly apex: number;
  readonly names: number;
  readonly hashedOwners: number;
  readonly nsecTree: number;
  readonly nsec3Tree: number;
  readonly nodeCount: number;
  readonly recordCount: number;
  readonly cutCount: number;
  /** Of the chain that `nsec3Tree` holds. */
  readonly nsec3Params: Nsec3Params | undefined;
}

export function writeVersion(memory: Memory, parts: VersionParts): VersionRef {
  const ref = memory.alloc(versionOctets);
  const { octets, words } = memory.arena;
  const at = ref >>> 2;
  words[at + VersionWord.flags] = flagsOf(octets, parts);
  words[at + VersionWord.serial] = soaSerialOf(octets, parts.apex);
  words[at + VersionWord.apex] = packRef(parts.apex);
  words[at + VersionWord.names] = parts.names;
  words[at + VersionWord.hashedOwners] = parts.hashedOwners;
  words[at + VersionWord.nsecTree] = parts.nsecTree;
  words[at + VersionWord.nsec3Tree] = parts.nsec3Tree;
  words[at + VersionWord.nodeCount] = parts.nodeCount;
  words[at + VersionWord.recordCount] = parts.recordCount;
  words[at + VersionWord.cutCount] = parts.cutCount;
  words[at + VersionWord.class] = parts.zoneClass;
  words[at + VersionWord.nsec3Iterations] = parts.nsec3Params?.iterations ?? 0;
  words[at + VersionWord.nsec3SaltOffset] = parts.nsec3Params?.saltOffset ?? 0;
  words[at + VersionWord.nsec3SaltOctets] = parts.nsec3Params?.saltOctets ?? 0;
  return ref as VersionRef;
}

/** Read the parts back, to derive the next version from them. */
export function readVersion(words: Int32Array, version: VersionRef): VersionParts {
  const at = version >>> 2;
  return {
    zoneClass: wordAt(words, at + VersionWord.class),
    apex: unpackRef(wordAt(words, at + VersionWord.apex)),
    names: wordAt(words, at + VersionWord.names),
    hashedOwners: wordAt(words, at + VersionWord.hashedOwners),
    nsecTree: wordAt(words, at + VersionWord.nsecTree),
    nsec3Tree: wordAt(words, at + VersionWord.nsec3Tree),
    nodeCount: wordAt(words, at + VersionWord.nodeCount),
    recordCount: wordAt(words, at + VersionWord.recordCount),
    cutCount: wordAt(words, at + VersionWord.cutCount),
    nsec3Params: readParams(words, at),
  };
}

function readParams(words: Int32Array, at: number): Nsec3Params | undefined {
  const saltOffset = wordAt(words, at + VersionWord.nsec3SaltOffset) >>> 0;
  if (saltOffset === 0) return undefined;
  const iterations = wordAt(words, at + VersionWord.nsec3Iterations);
  return { iterations, saltOffset, saltOctets: wordAt(words, at + VersionWord.nsec3SaltOctets) };
}

function flagsOf(octets: Uint8Array, parts: VersionParts): number {
  let flags = parts.cutCount > 0 ? VersionFlag.cutsOrDnames : 0;
  if (findSet(octets, parts.apex, 2 * Type.dnskey) === 0) return flags;
  // While a zone goes from one to the other both are there; either proves, and NSEC needs no hashing (RFC 5155 §10.4).
  if (findSet(octets, parts.apex, 2 * Type.nsec) !== 0) flags |= VersionFlag.nsec;
  else if (parts.nsec3Tree !== 0) flags |= VersionFlag.nsec3;
  return flags;
}
