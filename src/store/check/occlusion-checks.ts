/**
 * Data that no answer will ever show, because a zone cut or a DNAME stands above it or beside it. Addresses below a cut are
 * glue if an NS record of the zone names them, so they are judged when the walk is over.
 */
import { maxDiagnostics } from '../../base/limits.ts';
import { typeText } from '../../rr/mnemonics.ts';
import { Type } from '../../wire/codes.ts';
import { equalNames, nameText } from '../../wire/name.ts';
import { LookupName } from '../index/lookup-name.ts';
import { NodeFlag, type NodeRef, type RrsetRef } from '../zone-reader.ts';
import { walkNodes } from '../zone-walk.ts';
import type { CheckContext } from './check-context.ts';
import { forEachRdata } from './checked-zone.ts';
import { ContentProblem } from './codes.ts';

export class OcclusionCheck {
  private readonly context: CheckContext;
  /** Addresses that may be glue, by their owner. */
  private readonly mayBeGlue = new Map<string, { node: NodeRef; cut: NodeRef; type: number }>();
  private readonly name = new LookupName();
  /** What the NS of cuts name that have many. */
  private readonly namesOfCuts = new Map<NodeRef, ReadonlySet<string>>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  /** Take a node below the zone cut or DNAME `cut`. */
  visitBelow(node: NodeRef, cut: NodeRef): void {
    const { reader } = this.context.zone;
    const isBelowDname = (reader.nodeFlags(cut) & NodeFlag.zoneCut) === 0;
    for (let set = reader.firstRrset(node); set !== 0; set = reader.nextRrset(node, set)) {
      const type = reader.rrsetType(set);
      if (!isBelowDname && isAddress(type)) this.keep(node, cut, type);
      else {
        this.reportHidden(node, cut, type);
        return;
      }
    }
  }

  /** Take a zone cut: beside its NS only DS and its proofs are of use, and glue. */
  visitCut(cut: NodeRef): void {
    const { reader } = this.context.zone;
    for (let set = reader.firstRrset(cut); set !== 0; set = reader.nextRrset(cut, set)) {
      const type = reader.rrsetType(set);
      if (isAddress(type)) this.keep(cut, cut, type);
      // A CNAME here is reported as "CNAME and other data".
      else if (!standsAtCut(type) && type !== Type.cname) {
        this.reportHidden(cut, cut, type);
        return;
      }
    }
  }

  /** Walks the zone a second time where there is doubt about addresses. */
  report(): void {
    const { mayBeGlue } = this;
    if (mayBeGlue.size === 0) return;
    const { reader, version } = this.context.zone;
    walkNodes(reader, version, (node) => {
      const set = reader.findRrset(node, Type.ns);
      if (set !== 0) forEachRdata(reader, set, (offset) => mayBeGlue.delete(this.key(offset)));
    });
    for (const { node, cut, type } of mayBeGlue.values()) this.reportHidden(node, cut, type);
  }

  private keep(node: NodeRef, cut: NodeRef, type: number): void {
    const { mayBeGlue } = this;
    const nameOffset = this.context.zone.reader.nodeNameOffset(node);
    if (this.isNamedBy(cut, nameOffset) || mayBeGlue.size >= maxDiagnostics) return;
    const key = this.key(nameOffset);
    if (!mayBeGlue.has(key)) mayBeGlue.set(key, { node, cut, type });
  }

  /** Whether an NS record of the cut itself names this owner, as most glue is named. */
  private isNamedBy(cut: NodeRef, nameOffset: number): boolean {
    const { reader } = this.context.zone;
    const set = reader.findRrset(cut, Type.ns);
    if (set === 0) return false;
    if (reader.rrsetCount(set) > fewServers) return this.namesOf(cut, set).has(this.key(nameOffset));
    let isNamed = false;
    forEachRdata(reader, set, (offset) => {
      isNamed ||= equalNames(reader.octets, offset, reader.octets, nameOffset);
    });
    return isNamed;
  }

  /** The names in a large set of NS, gathered once: each glue record asks. */
  private namesOf(cut: NodeRef, set: RrsetRef): ReadonlySet<string> {
    const known = this.namesOfCuts.get(cut);
    if (known !== undefined) return known;
    const names = new Set<string>();
    forEachRdata(this.context.zone.reader, set, (offset) => names.add(this.key(offset)));
    this.namesOfCuts.set(cut, names);
    return names;
  }

  private reportHidden(node: NodeRef, cut: NodeRef, type: number): void {
    const { zone, list } = this.context;
    const owner = zone.owner(node);
    const above = nameText(zone.owner(cut));
    const isDname = (zone.reader.nodeFlags(cut) & NodeFlag.zoneCut) === 0;
    const what = `${nameText(owner)} ${typeText(type)}`;
    const message = isDname
      ? `${what} is never answered: the DNAME of ${above} stands for all names below it`
      : `${what} is never answered: ${above} is delegated to other servers`;
    const hint = isDname
      ? 'remove the record, or the DNAME'
      : `put the record into the zone ${above}, or remove the NS records of ${above}${isAddress(type) ? '; glue must be named by an NS record' : ''}`;
    list.add(ContentProblem.occluded, { owner, type }, message, hint);
  }

  /** The name at `offset` of the reader's octets, lower-cased. */
  private key(offset: number): string {
    const { name } = this;
    name.assign(this.context.zone.reader.octets, offset);
    return String.fromCharCode(...name.octets.subarray(0, name.length));
  }
}

function isAddress(type: number): boolean {
  return type === Type.a || type === Type.aaaa;
}

/** RFC 4035 §2.2 to §2.5. */
function standsAtCut(type: number): boolean {
  return type === Type.ns || type === Type.ds || type === Type.nsec || type === Type.rrsig;
}

/** Sets of NS up to this size are compared name by name. */
const fewServers = 16;
