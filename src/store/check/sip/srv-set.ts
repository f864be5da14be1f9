/** An SRV set as the checks of telephony see it. */
import { octetAt, u16At } from '../../../base/octets.ts';
import { Type } from '../../../wire/codes.ts';
import { nameText, type WireName } from '../../../wire/name.ts';
import type { NodeRef, RrsetRef } from '../../zone-reader.ts';
import { type CheckedZone, TargetState } from '../checked-zone.ts';
import type { Place } from '../problem-list.ts';
import type { SrvServiceRow } from './sip-services.ts';

export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** The target begins at `rdataOffset + 6` of the reader's octets. */
  readonly rdataOffset: number;
  /** The node with the target's addresses, 0 where this zone has none. */
  readonly host: NodeRef;
}

export interface SrvSet {
  readonly node: NodeRef;
  readonly rrset: RrsetRef;
  readonly service: SrvServiceRow;
  /** In file order; without those whose target is the root, which says that there is no such service. */
  readonly records: readonly SrvRecord[];
}

export function readSrvSet(zone: CheckedZone, node: NodeRef, rrset: RrsetRef, service: SrvServiceRow): SrvSet {
  const { reader } = zone;
  const { octets } = reader;
  const records: SrvRecord[] = [];
  let at = reader.rrsetDataOffset(rrset);
  for (const end = at + reader.rrsetDataOctets(rrset); at < end; at += 2 + u16At(octets, at)) {
    const rdataOffset = at + 2;
    if (octetAt(octets, rdataOffset + 6) === 0) continue;
    const hasHost = zone.solveTarget(octets, rdataOffset + 6) === TargetState.address;
    records.push({
      priority: u16At(octets, rdataOffset),
      weight: u16At(octets, rdataOffset + 2),
      port: u16At(octets, rdataOffset + 4),
      rdataOffset,
      host: hasHost ? zone.foundNode : (0 as NodeRef),
    });
  }
  return { node, rrset, service, records };
}

export function targetText({ reader }: CheckedZone, record: SrvRecord): string {
  return nameText(reader.octets, record.rdataOffset + 6);
}

/** Where a person finds the record, or the first of the set. */
export function placeOf(zone: CheckedZone, { node }: SrvSet, record?: SrvRecord): Place & { readonly owner: WireName } {
  const owner = zone.owner(node);
  if (record === undefined) return { owner, type: Type.srv };
  const { octets } = zone.reader;
  const rdata = octets.slice(record.rdataOffset, record.rdataOffset + u16At(octets, record.rdataOffset - 2));
  return { owner, type: Type.srv, rdata, part: 'data' };
}
