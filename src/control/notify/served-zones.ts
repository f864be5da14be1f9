/** What main reads in the zones that are served: whom to tell of a change, and where they are. */
import { u16At } from '../../base/octets.ts';
import { formatAddress } from '../../plane/sockets/socket-address.ts';
import { maxReaders } from '../../store/image/image-types.ts';
import { LookupName } from '../../store/index/lookup-name.ts';
import type { NodeRef, RrsetRef, VersionRef } from '../../store/zone-reader.ts';
import { ZoneReader } from '../../store/zone-reader.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import { Type } from '../../wire/codes.ts';
import { asWireName, equalNames, type WireName } from '../../wire/name.ts';
import type { Notice } from './notify-message.ts';

/** Main's place among the arena's readers: the last one, which no worker and no transfer has. */
export const mainReaderIndex: number = maxReaders - 1;

/** Of a zone's apex. */
export interface ServedApex {
  readonly notice: Notice;
  /** The names of its servers, without that of the SOA's primary (RFC 1996 §2.1). */
  readonly servers: readonly WireName[];
}

export class ServedZones {
  private readonly reader: ZoneReader;
  private readonly name = new LookupName();

  constructor(arena: SharedArrayBuffer) {
    this.reader = new ZoneReader(arena, mainReaderIndex);
  }

  /** `undefined`: it is not served now. */
  readApex(id: ZoneId): ServedApex | undefined {
    return this.inside(() => {
      const version = this.enterZone(id.view, id.class, id.apex);
      if (version === 0) return undefined;
      const { reader } = this;
      const apex = reader.apexNode(version);
      const soaSet = reader.findRrset(apex, Type.soa);
      if (soaSet === 0) return undefined;
      const [soa] = this.rdataOf(soaSet);
      if (soa === undefined) return undefined;
      const servers = this.rdataOf(reader.findRrset(apex, Type.ns))
        .filter((server) => !equalNames(server, 0, soa, 0))
        .map(asWireName);
      const notice = { apex: id.apex, zoneClass: id.class, soa, soaTtlSeconds: reader.rrsetTtl(soaSet) };
      return { notice, servers };
    });
  }

  /** The addresses that a zone served here has for the name; `undefined`: the name lies in none, or below a zone cut without glue. */
  readAddresses(view: number, zoneClass: number, name: WireName): readonly string[] | undefined {
    return this.inside(() => {
      const version = this.enterZone(view, zoneClass, name);
      if (version === 0) return undefined;
      const node = this.reader.findNode(version, this.name, this.name.labelCount);
      if (node === 0) return undefined;
      const addresses = [Type.a, Type.aaaa].flatMap((type) => this.addressesOf(node, type));
      return addresses.length === 0 ? undefined : addresses;
    });
  }

  private inside<T>(read: () => T): T {
    this.reader.enter();
    try {
      return read();
    } finally {
      this.reader.leave();
    }
  }

  /** The version of the zone that the name lies in. */
  private enterZone(view: number, zoneClass: number, name: WireName): VersionRef {
    this.name.assign(name, 0);
    const zone = this.reader.findZone(view, zoneClass, this.name);
    return zone === 0 ? (0 as VersionRef) : this.reader.takeVersion(zone);
  }

  private addressesOf(node: NodeRef, type: number): readonly string[] {
    return this.rdataOf(this.reader.findRrset(node, type)).map(formatAddress);
  }

  private rdataOf(rrset: RrsetRef): readonly Uint8Array[] {
    if (rrset === 0) return [];
    const { reader } = this;
    const found: Uint8Array[] = [];
    const start = reader.rrsetDataOffset(rrset);
    const end = start + reader.rrsetDataOctets(rrset);
    for (let at = start; at < end; at += 2 + u16At(reader.octets, at)) {
      found.push(reader.octets.slice(at + 2, at + 2 + u16At(reader.octets, at)));
    }
    return found;
  }
}
