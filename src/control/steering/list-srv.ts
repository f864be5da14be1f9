import { u16At } from '../../base/octets.ts';
import type { NodeRef, RrsetRef, VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { walkNodes } from '../../store/zone-walk.ts';
import { Type } from '../../wire/codes.ts';
import { isSignedVersion } from '../load/signed-version.ts';
import type { SrvOwner, SrvRecord, SteeredZone } from './steered-zone.ts';

/** RFC 2782: priority, weight and port, two octets each, stand before the target. */
const portAt = 4;
const targetAt = 6;

/**
 * List the SRV of a version, at most `maxRecords` of them, in the same order each time. The version is held, or not yet
 * published.
 */
export function listSrv(
  reader: ZoneReader,
  version: VersionRef,
  maxRecords: number,
): Pick<SteeredZone, 'owners' | 'isCut' | 'isSigned'> {
  reader.renew();
  const owners: SrvOwner[] = [];
  let records = 0;
  let isCut = false;
  walkNodes(reader, version, (node) => {
    const rrset = reader.findRrset(node, Type.srv);
    if (rrset === 0) return;
    records += reader.rrsetCount(rrset);
    if (records > maxRecords) isCut = true;
    else
      owners.push({
        owner: ownerOf(reader, node),
        ttlSeconds: reader.rrsetTtl(rrset),
        records: recordsOf(reader, rrset),
      });
  });
  owners.sort((a, b) => Buffer.compare(a.owner, b.owner));
  const hasKey = reader.findRrset(reader.apexNode(version), Type.dnskey) !== 0;
  return { owners, isCut, isSigned: hasKey || isSignedVersion(reader, version) };
}

/** A copy of the node's name, lower case. */
export function ownerOf(reader: ZoneReader, node: NodeRef): Uint8Array {
  const offset = reader.nodeNameOffset(node);
  return reader.octets.slice(offset, offset + reader.nodeNameOctets(node));
}

function recordsOf(reader: ZoneReader, rrset: RrsetRef): readonly SrvRecord[] {
  const { octets } = reader;
  const records: SrvRecord[] = [];
  let at = reader.rrsetDataOffset(rrset);
  const end = at + reader.rrsetDataOctets(rrset);
  while (at < end) {
    const rdata = at + 2;
    const next = rdata + u16At(octets, at);
    records.push({
      priority: u16At(octets, rdata),
      weight: u16At(octets, rdata + 2),
      port: u16At(octets, rdata + portAt),
      target: lowerCased(octets.slice(rdata + targetAt, next)),
    });
    at = next;
  }
  return records;
}

/** Of a name in wire format: the octets of lengths are below those of letters. */
function lowerCased(name: Uint8Array): Uint8Array {
  return name.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet));
}
