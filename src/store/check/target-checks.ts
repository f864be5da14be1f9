/** Whether what records point to is there: the hosts of NS, MX, SRV, KX, AFSDB and RT, and the glue of delegations. */
import { octetAt, u16At } from '../../base/octets.ts';
import { typeText } from '../../rr/mnemonics.ts';
import { Type } from '../../wire/codes.ts';
import { isAtOrBelow, nameText, type WireName } from '../../wire/name.ts';
import type { NodeRef, RrsetRef } from '../zone-reader.ts';
import type { CheckContext } from './check-context.ts';
import { TargetState } from './checked-zone.ts';
import { ContentProblem } from './codes.ts';

/** Where the host's name begins in the RDATA of the types that point to a host with addresses. */
const hostOffsets: Readonly<Record<number, number>> = {
  [Type.ns]: 0,
  [Type.mx]: 2,
  [Type.srv]: 6,
  [Type.kx]: 2,
  [Type.afsdb]: 2,
  [Type.rt]: 2,
};

/** One record that points to a host. */
interface Pointer {
  readonly node: NodeRef;
  readonly owner: WireName;
  readonly type: number;
  readonly rdata: Uint8Array;
  readonly part: 'data';
  /** In the reader's octets. */
  readonly targetOffset: number;
}

/** Check the targets of all records at a node that is not hidden below a cut. */
export function checkTargets(context: CheckContext, node: NodeRef): void {
  const { reader } = context.zone;
  for (let set = reader.firstRrset(node); set !== 0; set = reader.nextRrset(node, set)) {
    const hostOffset = hostOffsets[reader.rrsetType(set)];
    if (hostOffset !== undefined) checkSet(context, node, set, hostOffset);
  }
}

function checkSet(context: CheckContext, node: NodeRef, set: RrsetRef, hostOffset: number): void {
  const { zone } = context;
  const { octets } = zone.reader;
  const type = zone.reader.rrsetType(set);
  let at = zone.reader.rrsetDataOffset(set);
  // A loop of its own, and no closure: there may be a million of these sets.
  for (const end = at + zone.reader.rrsetDataOctets(set); at < end; at += 2 + u16At(octets, at)) {
    const targetOffset = at + 2 + hostOffset;
    // RFC 7505 §3 and RFC 2782: the root as a target says that there is no service.
    if (octetAt(octets, targetOffset) === 0 && type !== Type.ns) continue;
    const state = zone.solveTarget(octets, targetOffset);
    if (state === TargetState.address && !endsInDigits(octets, targetOffset)) continue;
    const rdata = octets.slice(at + 2, at + 2 + u16At(octets, at));
    judge(context, { node, owner: zone.owner(node), type, rdata, part: 'data', targetOffset }, state);
  }
}

function judge(context: CheckContext, pointer: Pointer, state: TargetState): void {
  const isAddress = looksLikeAddress(context, pointer);
  if (isAddress) reportAddress(context, pointer);
  switch (state) {
    case TargetState.address:
    case TargetState.delegatedWithGlue:
      return;
    case TargetState.outside:
      if (!isAddress) reportOutside(context, pointer);
      return;
    case TargetState.delegatedWithoutGlue:
      judgeGlue(context, pointer);
      return;
    case TargetState.withoutAddress:
      reportWithoutAddress(context, pointer);
      return;
    case TargetState.alias:
      reportAlias(context, pointer, 'is an alias (CNAME)');
      return;
    case TargetState.belowDname:
      reportAlias(context, pointer, `lies below the DNAME ${context.zone.cutText()}, so it is an alias`);
  }
}

/** Delegations may point anywhere; only the zone's own servers are worth the note. */
function reportOutside({ zone, list }: CheckContext, pointer: Pointer): void {
  if (pointer.type !== Type.ns || pointer.node !== zone.apexNode) return;
  const { octets } = zone.reader;
  const target = nameText(octets, pointer.targetOffset);
  const parentAt = pointer.targetOffset + 1 + octetAt(octets, pointer.targetOffset);
  const parent = octetAt(octets, pointer.targetOffset) === 0 ? '.' : nameText(octets, parentAt);
  list.add(
    ContentProblem.nsOutOfZone,
    pointer,
    `NS ${target} is outside this zone: its address must exist in ${parent}; this server can't check it`,
    `ask for it: dig ${target} A`,
  );
}

function judgeGlue(context: CheckContext, pointer: Pointer): void {
  if (pointer.type !== Type.ns) return;
  const { zone, list, broken } = context;
  const { octets } = zone.reader;
  if (pointer.node === zone.apexNode) {
    reportOutside(context, pointer);
    return;
  }
  if (broken.mayHave(octets, pointer.targetOffset, Type.a, Type.aaaa)) return;
  const target = nameText(octets, pointer.targetOffset);
  const inDomain = isAtOrBelow(octets, pointer.targetOffset, pointer.owner);
  list.add(
    ContentProblem.missingGlue,
    pointer,
    inDomain
      ? `NS ${target} lies inside the zone ${nameText(pointer.owner)} that it serves, and has no A or AAAA here (glue): nobody can reach it`
      : `NS ${target} lies below the delegation ${zone.cutText()} and has no A or AAAA here (sibling glue)`,
    `add its address to this zone: \`${nameText(octets, pointer.targetOffset)}. IN A 192.0.2.53\` with the right address`,
  );
}

function reportWithoutAddress({ zone, list, broken }: CheckContext, pointer: Pointer): void {
  const { octets } = zone.reader;
  if (broken.mayHave(octets, pointer.targetOffset, Type.a, Type.aaaa, Type.cname)) return;
  const isOwnServer = pointer.type === Type.ns && pointer.node === zone.apexNode;
  const target = nameText(octets, pointer.targetOffset);
  list.add(
    isOwnServer ? ContentProblem.apexNsWithoutAddress : ContentProblem.targetWithoutAddress,
    pointer,
    `${described(pointer)} ${target} has no A or AAAA here${consequence(pointer)}`,
    looksDoubled(target, nameText(zone.apex))
      ? `the name ends in ${nameText(zone.apex)} twice; put a dot behind the name in the record`
      : `add its address, for example \`${target}. IN A 192.0.2.11\` with the right address, or mend the name`,
  );
}

/** What the fault does to callers, in their words. */
function consequence({ type, rdata }: Pointer): string {
  if (type !== Type.srv) return '';
  return `: phones that pick it (priority ${u16At(rdata, 0)}, weight ${u16At(rdata, 2)}) will fail`;
}

function aliasConsequence({ type, rdata }: Pointer): string {
  if (type !== Type.srv) return '';
  return `: phones that follow no alias there, or take the address from the same answer, miss it (priority ${u16At(rdata, 0)}, weight ${u16At(rdata, 2)})`;
}

function reportAlias({ zone, list }: CheckContext, pointer: Pointer, what: string): void {
  const isOwnServer = pointer.type === Type.ns && pointer.node === zone.apexNode;
  list.add(
    isOwnServer ? ContentProblem.apexNsAlias : ContentProblem.targetAlias,
    pointer,
    // RFC 2181 §10.3 for NS and MX, RFC 2782 for SRV.
    `${described(pointer)} ${nameText(zone.reader.octets, pointer.targetOffset)} ${what}, which is not allowed${aliasConsequence(pointer)}`,
    `point ${typeText(pointer.type)} to a name that has addresses of its own; some clients follow no alias here`,
  );
}

function reportAddress({ zone, list }: CheckContext, pointer: Pointer): void {
  const target = nameText(zone.reader.octets, pointer.targetOffset);
  list.add(
    ContentProblem.targetIsAddress,
    pointer,
    `${described(pointer)} ${target} looks like an address`,
    `${typeText(pointer.type)} takes a name: give the address a name with an A record, and write that name here`,
  );
}

function described({ type }: Pointer): string {
  return type === Type.ns ? 'NS' : `${typeText(type)} target`;
}

/** Four labels of one to three digits, alone or (without the final dot) before the apex. */
function looksLikeAddress({ zone }: CheckContext, { targetOffset }: Pointer): boolean {
  const { octets } = zone.reader;
  let at = targetOffset;
  for (let labels = 0; labels < 4; labels++) {
    const length = octetAt(octets, at);
    if (length === 0 || length > 3) return false;
    for (let i = at + 1; i <= at + length; i++) if (!isDigit(octetAt(octets, i))) return false;
    at += 1 + length;
  }
  return octetAt(octets, at) === 0 || zone.encloses(octets, at);
}

function endsInDigits(octets: Uint8Array, offset: number): boolean {
  const length = octetAt(octets, offset);
  return length > 0 && length <= 3 && isDigit(octetAt(octets, offset + length));
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

function looksDoubled(target: string, apex: string): boolean {
  return apex !== '.' && target.toLowerCase().endsWith(`.${apex}.${apex}`.toLowerCase());
}
