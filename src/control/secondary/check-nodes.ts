/**
 * What BIND refuses of a transferred zone's owners: a CNAME beside other data, several CNAME or DNAME at one name. Other faults are
 * the primary's to mend.
 */
import { LookupName } from '../../store/index/lookup-name.ts';
import { NodeFlag, type NodeRef, type VersionRef, type ZoneReader } from '../../store/zone-reader.ts';
import { visitNodes } from '../../store/zone-walk.ts';
import type { Delta } from '../../transfer/journal/delta.ts';
import { forEachRecord } from '../../transfer/journal/record-octets.ts';
import { Type } from '../../wire/codes.ts';
import { formatName } from '../../wire/name.ts';

/** All nodes (packed refs); gives the first problem. */
export function checkNodes(reader: ZoneReader, nodes: Int32Array): string | undefined {
  let problem: string | undefined;
  visitNodes(nodes, (node) => {
    if ((reader.nodeFlags(node) & aliasFlags) !== 0) problem ??= checkAlias(reader, node);
  });
  return problem;
}

/** The owners that the differences speak of, as they are in the version that these lead to. */
export function checkChanged(reader: ZoneReader, version: VersionRef, deltas: readonly Delta[]): string | undefined {
  let problem: string | undefined;
  const name = new LookupName();
  for (const { octets } of deltas) {
    forEachRecord(octets, ({ owner }) => {
      name.assign(owner, 0);
      const node = reader.findNode(version, name, name.labelCount);
      if (node !== 0 && (reader.nodeFlags(node) & aliasFlags) !== 0) problem ??= checkAlias(reader, node);
    });
  }
  return problem;
}

const aliasFlags = NodeFlag.cname | NodeFlag.dname;

function checkAlias(reader: ZoneReader, node: NodeRef): string | undefined {
  for (const type of [Type.cname, Type.dname]) {
    const set = reader.findRrset(node, type);
    if (set !== 0 && reader.rrsetCount(set) > 1) return `multiple RRs of singleton type at ${ownerText(reader, node)}`;
  }
  if ((reader.nodeFlags(node) & NodeFlag.cname) === 0) return undefined;
  for (let set = reader.firstRrset(node); set !== 0; set = reader.nextRrset(node, set)) {
    if (besideCname.has(reader.rrsetType(set))) continue;
    return `CNAME and other data at ${ownerText(reader, node)}`;
  }
  return undefined;
}

/** RFC 2181 §10.1, RFC 4034 §§3, 4: DNSSEC's own records go with everything; RFC 3007 leaves KEY beside a CNAME. */
const besideCname: ReadonlySet<number> = new Set([Type.cname, Type.rrsig, Type.sig, Type.nsec, Type.nxt, Type.key]);

function ownerText(reader: ZoneReader, node: NodeRef): string {
  return formatName(reader.octets, reader.nodeOriginalNameOffset(node));
}
