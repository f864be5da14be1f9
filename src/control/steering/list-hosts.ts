import { FoundName, findName, Match } from '../../answer/find-name.ts';
import { u16At } from '../../base/octets.ts';
import { LookupName } from '../../store/index/lookup-name.ts';
import type { NodeRef, VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { Class, Type } from '../../wire/codes.ts';
import { asWireName } from '../../wire/name.ts';
import type { ZonePlace } from '../load/zone-place.ts';
import { ownerOf } from './list-srv.ts';
import type { HostAddress, TargetHost } from './steered-zone.ts';

/** The zones that are served, as the loader thread knows them. */
export interface ServedZones {
  find(view: number, zoneClass: number, apex: ZonePlace['id']['apex']): ZonePlace | undefined;
}

/** The version published; 0 for none. */
export type VersionOf = (place: ZonePlace) => VersionRef;

/** Finds the addresses of names in the zones of one view. */
export class HostLister {
  /** Zones that were looked into, or would be if they were there. */
  readonly touched = new Set<ZonePlace>();
  /** Some name is in none of the zones: another zone may change that. */
  isForeign = false;
  private readonly reader: ZoneReader;
  private readonly zones: ServedZones;
  private readonly versionOf: VersionOf;
  private readonly view: number;
  private readonly name = new LookupName();
  private readonly found = new FoundName();

  constructor(reader: ZoneReader, zones: ServedZones, versionOf: VersionOf, view: number) {
    this.reader = reader;
    this.zones = zones;
    this.versionOf = versionOf;
    this.view = view;
  }

  list(target: Uint8Array): TargetHost {
    const { name } = this;
    name.assign(target, 0);
    const node = this.findNode();
    if (node === undefined) this.isForeign = true;
    if (node === undefined) return { target, owner: undefined, addresses: [] };
    // The name is one of ours and has no data: nobody else has.
    if (node === 0) return { target, owner: target, addresses: [] };
    const addresses = [...this.addressesOf(node, Type.a), ...this.addressesOf(node, Type.aaaa)];
    return { target, owner: ownerOf(this.reader, node), addresses };
  }

  /** The node that answers for `name`, 0 for none; `undefined` where that is not ours to say. */
  private findNode(): NodeRef | 0 | undefined {
    const { reader, name, found } = this;
    for (let labels = name.labelCount; labels >= 0; labels--) {
      const suffix = asWireName(name.octets.slice(name.suffixOffset(labels), name.length));
      const place = this.zones.find(this.view, Class.in, suffix);
      if (place === undefined) continue;
      this.touched.add(place);
      const version = this.versionOf(place);
      if (version === 0) return undefined;
      switch (findName(reader, version, labels, name, found)) {
        case Match.exact:
        case Match.wildcard:
          return found.node;
        case Match.none:
          return 0;
        // RFC 2782 forbids aliases; what lies below a cut is another server's.
        default:
          return undefined;
      }
    }
    return undefined;
  }

  private addressesOf(node: NodeRef, type: number): readonly HostAddress[] {
    const { reader } = this;
    const rrset = reader.findRrset(node, type);
    if (rrset === 0) return [];
    const ttlSeconds = reader.rrsetTtl(rrset);
    const addresses: HostAddress[] = [];
    let at = reader.rrsetDataOffset(rrset);
    const end = at + reader.rrsetDataOctets(rrset);
    while (at < end) {
      const next = at + 2 + u16At(reader.octets, at);
      addresses.push({ octets: reader.octets.slice(at + 2, next), ttlSeconds });
      at = next;
    }
    return addresses;
  }
}
