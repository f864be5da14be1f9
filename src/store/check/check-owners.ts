/** What a change may have made bad of a zone that was good: the same checks as of a whole zone, at the names that it touches. */
import type { WireName } from '../../wire/name.ts';
import { LookupName } from '../index/lookup-name.ts';
import { NodeFlag, type VersionRef, type ZoneReader } from '../zone-reader.ts';
import { checkApex } from './apex-checks.ts';
import { BrokenOwners } from './broken-owners.ts';
import type { CheckContext } from './check-context.ts';
import { CheckedZone } from './checked-zone.ts';
import { checkOwner } from './owner-checks.ts';
import { ProblemList } from './problem-list.ts';
import { SigningCheck } from './signing-checks.ts';
import { SipCheck } from './sip/sip-check.ts';
import { checkTargets } from './target-checks.ts';

/**
 * Check the apex, which depends on the addresses of the zone's servers, and these owners. Costs nothing for the rest of the zone: what
 * points to an owner from elsewhere is not looked at, and can become no error, except where a check is strict (`checkZone` then).
 */
export function checkOwners(reader: ZoneReader, version: VersionRef, owners: readonly WireName[]): ProblemList {
  const list = new ProblemList(false);
  const zone = new CheckedZone(reader, version);
  const context: CheckContext = { zone, list, broken: new BrokenOwners() };
  checkApex(context);
  checkOwner(context, zone.apexNode);
  checkTargets(context, zone.apexNode);
  new SigningCheck(context).report();
  const sip = new SipCheck(context);
  sip.visit(zone.apexNode);
  const name = new LookupName();
  for (const owner of owners) {
    name.assign(owner, 0);
    const node = reader.findNode(version, name, name.labelCount);
    if (node === 0 || node === zone.apexNode || (reader.nodeFlags(node) & NodeFlag.emptyNonTerminal) !== 0) continue;
    checkOwner(context, node);
    if (zone.findCutAbove(node) !== 0) continue;
    checkTargets(context, node);
    sip.visit(node);
  }
  sip.report();
  return list;
}
