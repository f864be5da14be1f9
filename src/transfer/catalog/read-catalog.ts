/** The members of a catalog zone (RFC 9432 §4) from a version of it. */
import { octetAt, u16At } from '../../base/octets.ts';
import type { NodeRef, VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { walkNodesInOrder } from '../../store/zone-walk.ts';
import { Class, Type } from '../../wire/codes.ts';
import { asWireName, countLabels, equalNames, formatName, type WireName } from '../../wire/name.ts';
import type { CatalogMember } from './catalog-member.ts';

export type CatalogContent =
  | { readonly kind: 'good'; readonly members: readonly CatalogMember[] }
  /** RFC 9432 §5.1: it is not to be processed; what was read before stays. `problem` is half a sentence. */
  | { readonly kind: 'broken'; readonly problem: string };

/** RFC 9432 §4.2.1. */
const schemaVersion = '2';

/** Read a version that is held. Takes time in proportion to it. Records that mean nothing here are ignored (§4.2). */
export function readCatalog(reader: ZoneReader, version: VersionRef): CatalogContent {
  if (reader.versionClass(version) !== Class.in) return broken('its class is not IN');
  const reading = new CatalogReading(reader, version);
  walkNodesInOrder(reader, version, (node) => reading.visit(node));
  return reading.finish();
}

interface Draft {
  apex: WireName | undefined;
  groups: readonly string[];
  newCatalog: WireName | undefined;
}

class CatalogReading {
  private readonly reader: ZoneReader;
  private readonly apexLabels: number;
  private readonly drafts = new Map<string, Draft>();
  private versions: readonly string[] = [];
  private problem: string | undefined;

  constructor(reader: ZoneReader, version: VersionRef) {
    this.reader = reader;
    this.apexLabels = countLabels(reader.octets, reader.nodeNameOffset(reader.apexNode(version)));
  }

  visit(node: NodeRef): void {
    const labels = this.labelsBelowApex(node);
    if (labels.length === 1 && labels[0] === 'version') this.versions = this.textsOf(node);
    if (labels.at(-1) !== 'zones') return;
    if (labels.length === 2) this.readMember(labels[0] as string, node);
    else if (labels.length === 3) this.readProperty(labels[0] as string, labels[1] as string, node);
  }

  finish(): CatalogContent {
    const problem = this.versionProblem() ?? this.problem;
    if (problem !== undefined) return broken(problem);
    const members: CatalogMember[] = [];
    const labels = new Map<string, string>();
    for (const [label, { apex, groups, newCatalog }] of this.drafts) {
      // Properties of no member.
      if (apex === undefined) continue;
      const name = formatName(apex).toLowerCase();
      const before = labels.get(name);
      // RFC 9432 §4.1: the same member under two labels.
      if (before !== undefined) return broken(`member zone '${name}' is listed twice, as '${before}' and '${label}'`);
      labels.set(name, label);
      members.push({ apex, label, groups, newCatalog });
    }
    return { kind: 'good', members };
  }

  private versionProblem(): string | undefined {
    const { versions } = this;
    if (versions.length === 0) return "no 'version' record";
    if (versions.length > 1) return "'version' property TXT RRset contains more than one record, which is invalid";
    return versions[0] === schemaVersion ? undefined : `unsupported version '${versions[0]}'`;
  }

  private readMember(label: string, node: NodeRef): void {
    const names = this.namesOf(node);
    if (names.length > 1) {
      this.problem ??= `member zone PTR RRset of '${label}' contains more than one record, which is invalid`;
    }
    const [apex] = names;
    if (apex !== undefined) this.draftOf(label).apex = apex;
  }

  private readProperty(property: string, label: string, node: NodeRef): void {
    if (property === 'group') this.draftOf(label).groups = this.textsOf(node);
    if (property !== 'coo') return;
    const names = this.namesOf(node);
    if (names.length > 1) {
      this.problem ??= `'coo' property PTR RRset of '${label}' contains more than one record, which is invalid`;
    }
    this.draftOf(label).newCatalog = names[0];
  }

  private draftOf(label: string): Draft {
    const draft = this.drafts.get(label) ?? { apex: undefined, groups: [], newCatalog: undefined };
    this.drafts.set(label, draft);
    return draft;
  }

  /** The labels of the node's name before the apex, leftmost first. */
  private labelsBelowApex(node: NodeRef): readonly string[] {
    const { octets } = this.reader;
    let at = this.reader.nodeNameOffset(node);
    const labels: string[] = [];
    for (let left = countLabels(octets, at) - this.apexLabels; left > 0 && labels.length < 4; left--) {
      const end = at + 1 + octetAt(octets, at);
      labels.push(formatName(Uint8Array.of(...octets.subarray(at, end), 0)).slice(0, -1));
      at = end;
    }
    return labels;
  }

  private namesOf(node: NodeRef): readonly WireName[] {
    const names: WireName[] = [];
    this.forEachRdata(node, Type.ptr, (rdata) => {
      const name = asWireName(rdata);
      // Two that differ in case are one record.
      if (!names.some((other) => equalNames(other, 0, name, 0))) names.push(name);
    });
    return names;
  }

  /** The strings of each record put together. */
  private textsOf(node: NodeRef): readonly string[] {
    const texts: string[] = [];
    this.forEachRdata(node, Type.txt, (rdata) => {
      const parts: Uint8Array[] = [];
      for (let at = 0; at < rdata.length; at += 1 + octetAt(rdata, at)) {
        parts.push(rdata.subarray(at + 1, at + 1 + octetAt(rdata, at)));
      }
      texts.push(Buffer.concat(parts).toString());
    });
    return texts.sort();
  }

  private forEachRdata(node: NodeRef, type: number, visit: (rdata: Uint8Array) => void): void {
    const { reader } = this;
    const set = reader.findRrset(node, type);
    if (set === 0) return;
    const start = reader.rrsetDataOffset(set);
    const end = start + reader.rrsetDataOctets(set);
    for (let at = start; at < end; at += 2 + u16At(reader.octets, at)) {
      visit(reader.octets.slice(at + 2, at + 2 + u16At(reader.octets, at)));
    }
  }
}

function broken(problem: string): CatalogContent {
  return { kind: 'broken', problem };
}
