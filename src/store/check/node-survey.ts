/**
 * What stands at a node, found in one walk over its sets. Nearly all nodes of nearly all zones hold addresses, texts and
 * services under plain names: these need no closer look.
 */
import { u16At } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import {
  endOfRrsets,
  nameOffsetOf,
  rrsetDataOctetsOf,
  rrsetHeaderOctets,
  rrsetsOffsetOf,
} from '../image/node-layout.ts';
import { hasInnerWildcard, isHostname } from './owner-checks.ts';

/** Bits of what `surveyNode` found. */
export const NodeContent = {
  address: 1,
  /** A type whose owner is a host name. */
  host: 2,
  /** A type that points to a host. */
  target: 4,
  /** A type that there is more to check of, or a large set. */
  other: 8,
  /** SRV or NAPTR: phones may find their servers by it. */
  service: 16,
} as const;

/** By type; the types above are `other`. */
const contents = new Uint8Array(64).fill(NodeContent.other);
contents[Type.a] = NodeContent.address | NodeContent.host;
contents[Type.aaaa] = NodeContent.address | NodeContent.host;
contents[Type.mx] = NodeContent.target | NodeContent.host;
contents[Type.srv] = NodeContent.target | NodeContent.service;
contents[Type.naptr] = NodeContent.other | NodeContent.service;
contents[Type.txt] = 0;

/** With data of fewer octets a set fits into an answer, however small and many its records are. */
const largeOctets = 10_000;

/** Bits of NodeContent. */
export function surveyNode(octets: Uint8Array, node: number): number {
  let content = 0;
  for (let rrset = rrsetsOffsetOf(octets, node); ; ) {
    const type = u16At(octets, rrset);
    if (type === endOfRrsets) return content;
    const dataOctets = rrsetDataOctetsOf(octets, rrset);
    content |= contents[type] ?? NodeContent.other;
    if (dataOctets > largeOctets) content |= NodeContent.other;
    rrset += rrsetHeaderOctets + dataOctets;
  }
}

/** Whether there is nothing to say of the owner of a node with this content. */
export function isPlainNode(octets: Uint8Array, node: number, content: number): boolean {
  if ((content & NodeContent.other) !== 0) return false;
  const nameOffset = nameOffsetOf(node);
  return (
    ((content & NodeContent.host) === 0 || isHostname(octets, nameOffset)) && !hasInnerWildcard(octets, nameOffset)
  );
}
