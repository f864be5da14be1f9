/** One version of a zone as the checks see it: where names lie in it, and what is found at them. */
import { octetAt, u16At, u32At } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import { asWireName, equalNames, nameText, type WireName } from '../../wire/name.ts';
import { LookupName } from '../index/lookup-name.ts';
import { NodeFlag, type NodeRef, type RrsetRef, type VersionRef, type ZoneReader } from '../zone-reader.ts';

/** What is found where a record points. */
export const TargetState = {
  /** Not below the apex: this server can't tell. */
  outside: 0,
  /** At or below a zone cut, with glue here; or without. */
  delegatedWithGlue: 1,
  delegatedWithoutGlue: 2,
  address: 3,
  withoutAddress: 4,
  alias: 5,
  belowDname: 6,
} as const;
export type TargetState = (typeof TargetState)[keyof typeof TargetState];

const noNode = 0 as NodeRef;

export class CheckedZone {
  readonly reader: ZoneReader;
  readonly version: VersionRef;
  readonly apexNode: NodeRef;
  readonly apex: WireName;
  readonly apexLabels: number;
  /** Filled by `solveTarget`, `findCutAbove`: how many labels the zone cut or DNAME has. */
  cutLabels = 0;
  /** Filled by `solveTarget`: the node (a wildcard's, where it stands for the name) that was judged; 0 where there is none. */
  foundNode = noNode;
  private readonly name = new LookupName();
  /** A node that holds addresses and is not hidden: the one last noted or found; 0 for none. */
  private lastHost = noNode;

  constructor(reader: ZoneReader, version: VersionRef) {
    this.reader = reader;
    this.version = version;
    this.apexNode = reader.apexNode(version);
    this.apex = this.owner(this.apexNode);
    this.name.assign(this.apex, 0);
    this.apexLabels = this.name.labelCount;
  }

  /** A copy of a node's owner, as it was written. */
  owner(node: NodeRef): WireName {
    const offset = this.reader.nodeOriginalNameOffset(node);
    return asWireName(this.reader.octets.slice(offset, offset + this.reader.nodeNameOctets(node)));
  }

  /** Whether the name in `octets[offset]` is the apex or lies below it. */
  encloses(octets: Uint8Array, offset: number): boolean {
    this.name.assign(octets, offset);
    return this.isEnclosed();
  }

  /** The zone cut or DNAME strictly between the apex (a DNAME there counts) and a node; 0 where its data is not hidden. */
  findCutAbove(node: NodeRef): NodeRef {
    const { reader, version, name } = this;
    name.assign(reader.octets, reader.nodeNameOffset(node));
    for (let labels = this.apexLabels; labels < name.labelCount; labels++) {
      const above = labels === this.apexLabels ? this.apexNode : reader.findNode(version, name, labels);
      if ((reader.nodeFlags(above) & (NodeFlag.zoneCut | NodeFlag.dname)) === 0) continue;
      this.cutLabels = labels;
      return above;
    }
    return 0 as NodeRef;
  }

  /**
   * Tell of a node with addresses that is neither a zone cut nor below one. Records mostly point to the host written before
   * them, which is then found without a look-up.
   */
  noteHost(node: NodeRef): void {
    this.lastHost = node;
  }

  /** What a record that points to the name at `octets[offset]` finds (RFC 1034 §4.3.2, wildcards by RFC 4592). */
  solveTarget(octets: Uint8Array, offset: number): TargetState {
    const { reader, version, name, lastHost } = this;
    this.foundNode = lastHost;
    if (lastHost !== 0 && equalNames(octets, offset, reader.octets, reader.nodeNameOffset(lastHost))) {
      return TargetState.address;
    }
    this.foundNode = noNode;
    name.assign(octets, offset);
    if (!this.isEnclosed()) return TargetState.outside;
    for (let labels = this.apexLabels; labels < name.labelCount; labels++) {
      const node = labels === this.apexLabels ? this.apexNode : reader.findNode(version, name, labels);
      if (node === 0) return this.solveSet(reader.findWildcard(version, name, labels - 1));
      const flags = reader.nodeFlags(node);
      if ((flags & NodeFlag.zoneCut) !== 0) return this.solveGlue(labels);
      if ((flags & NodeFlag.dname) !== 0) {
        this.cutLabels = labels;
        return TargetState.belowDname;
      }
    }
    const node = reader.findNode(version, name, name.labelCount);
    if (node === 0) return this.solveSet(reader.findWildcard(version, name, name.labelCount - 1));
    if ((reader.nodeFlags(node) & NodeFlag.zoneCut) !== 0) return this.solveGlue(name.labelCount);
    return this.solveSet(node);
  }

  /** The suffix of `cutLabels` labels of the name last looked up, for messages. */
  cutText(): string {
    return nameText(this.name.octets, this.name.suffixOffset(this.cutLabels));
  }

  private isEnclosed(): boolean {
    const { name, apexLabels } = this;
    if (name.labelCount < apexLabels) return false;
    const at = name.suffixOffset(apexLabels);
    if (name.length - at !== this.apex.length) return false;
    const apexAt = this.reader.nodeNameOffset(this.apexNode);
    for (let i = 0; i < this.apex.length; i++) {
      if (octetAt(name.octets, at + i) !== octetAt(this.reader.octets, apexAt + i)) return false;
    }
    return true;
  }

  private solveGlue(cutLabels: number): TargetState {
    this.cutLabels = cutLabels;
    const node = this.reader.findNode(this.version, this.name, this.name.labelCount);
    return this.hasAddress(node) ? TargetState.delegatedWithGlue : TargetState.delegatedWithoutGlue;
  }

  private solveSet(node: NodeRef): TargetState {
    this.foundNode = node;
    if (this.hasAddress(node)) return TargetState.address;
    if (node !== 0 && this.reader.findRrset(node, Type.cname) !== 0) return TargetState.alias;
    return TargetState.withoutAddress;
  }

  private hasAddress(node: NodeRef): boolean {
    if (node === 0) return false;
    return this.reader.findRrset(node, Type.a) !== 0 || this.reader.findRrset(node, Type.aaaa) !== 0;
  }
}

/** Call `take` with where the RDATA of each record of a set begins, and its octets. */
export function forEachRdata(
  reader: ZoneReader,
  rrset: RrsetRef,
  take: (rdataOffset: number, rdataOctets: number) => void,
): void {
  let at = reader.rrsetDataOffset(rrset);
  const end = at + reader.rrsetDataOctets(rrset);
  while (at < end) {
    const rdataOctets = u16At(reader.octets, at);
    take(at + 2, rdataOctets);
    at += 2 + rdataOctets;
  }
}

/** A copy of the RDATA of a set's second record, the one too many where there may be only one. */
export function secondRdata(reader: ZoneReader, rrset: RrsetRef): Uint8Array | undefined {
  let count = 0;
  let second: Uint8Array | undefined;
  forEachRdata(reader, rrset, (offset, octets) => {
    if (count++ === 1) second = reader.octets.slice(offset, offset + octets);
  });
  return second;
}

/** The five numbers of a SOA, which end its RDATA (RFC 1035 §3.3.13). Seconds, but the serial. */
export interface SoaNumbers {
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

export function readSoaNumbers(octets: Uint8Array, rdataEnd: number): SoaNumbers {
  const numberAt = (index: number): number => u32At(octets, rdataEnd - 20 + 4 * index);
  return {
    serial: numberAt(0),
    refresh: numberAt(1),
    retry: numberAt(2),
    expire: numberAt(3),
    minimum: numberAt(4),
  };
}
