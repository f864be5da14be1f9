/**
 * The additional section: addresses of what the records written before point at (RFC 1035 §3.3.9, RFC 2782, RFC 3403 §4.1,
 * RFC 9460 §4.1), in the order of those records, A before AAAA. Nothing here is required: what doesn't fit is left out, set by
 * set, and TC stays clear.
 *
 * Only names of the same zone are looked up. BIND without recursion, NSD and Knot do so too: a resolver may not believe
 * addresses from beside the zone that it asked (RFC 2181 §5.4.1), and an answer must not depend on several zones' states.
 */
import { octetAt, u16At } from '../base/octets.ts';
import { additionalTargetOffset, NaptrFlag, naptrFlag, naptrReplacementOffset } from '../rr/answer-rules.ts';
import { type NodeRef, type RrsetRef, VersionFlag, type VersionRef } from '../store/zone-reader.ts';
import { Type } from '../wire/codes.ts';
import { Section } from '../wire/response.ts';
import type { AnswerContext } from './answer-context.ts';
import { findName, Match } from './find-name.ts';
import { writeRrset, writeSignatures } from './write-rrset.ts';

/** Write what fits. SRV sets of NAPTR and sets of SVCB aliases join the list while it is worked off. */
export function solveAdditional(context: AnswerContext): void {
  if (context.leavesOutAdditional) return;
  context.response.section = Section.additional;
  const { pending, templates } = context;
  for (let index = 0; index < pending.count; index++) if (index !== pending.lastIndex) addTargets(context, index);
  if (pending.lastIndex < 0 || templates.writeGlue(context)) return;
  context.hasRepeatedSet = false;
  addTargets(context, pending.lastIndex);
  templates.takeGlue(context, !context.hasRepeatedSet);
}

/** Go through the records of one set in the zone and, beside them, in the response: there the owners' names stand. */
function addTargets(context: AnswerContext, index: number): void {
  const { reader, response, pending } = context;
  const rrset = pending.rrsetAt(index);
  const type = reader.rrsetType(rrset);
  context.version = pending.versionAt(index);
  context.zoneLabels = pending.zoneLabelsAt(index);
  let position = pending.positionAt(index);
  if (pending.recordCountAt(index) > 0) {
    addArrangedTargets(context, type, position, pending.recordCountAt(index));
    return;
  }
  let at = reader.rrsetDataOffset(rrset);
  const end = at + reader.rrsetDataOctets(rrset);
  while (at < end) {
    const rdataOctets = u16At(reader.octets, at);
    const fixed = response.skipName(position);
    const rdata = fixed + recordFixedOctets;
    addTarget(context, type, reader.octets, at + 2, rdataOctets, position, rdata);
    position = rdata + u16At(response.octets, response.start + rdata - 2);
    at += 2 + rdataOctets;
  }
}

/** The set was written in another order than the zone's: its records are read from the response. */
function addArrangedTargets(context: AnswerContext, type: number, begin: number, recordCount: number): void {
  const { response } = context;
  let position = begin;
  for (let i = 0; i < recordCount; i++) {
    const rdata = response.skipName(position) + recordFixedOctets;
    const rdataOctets = u16At(response.octets, response.start + rdata - 2);
    // Their names are never compressed (RFC 3597 §4), so they stand there as in the zone; those of others may be.
    if (type === Type.naptr || type === Type.svcb || type === Type.https)
      addTarget(context, type, response.octets, response.start + rdata, rdataOctets, position, rdata);
    else addWrittenHost(context, type, rdata + additionalTargetOffset(type));
    position = rdata + rdataOctets;
  }
}

function addWrittenHost(context: AnswerContext, type: number, position: number): void {
  copyNameAt(context, position);
  if (context.other.labelCount > 0) addAddresses(context, findTarget(context, type === Type.ns), position);
}

/** The RDATA stands at `octets[rdataOffset]`, and at `rdataPosition` in the response. */
function addTarget(
  context: AnswerContext,
  type: number,
  octets: Uint8Array,
  rdataOffset: number,
  rdataOctets: number,
  ownerPosition: number,
  rdataPosition: number,
): void {
  switch (type) {
    case Type.naptr:
      addReplacement(context, octets, rdataOffset, rdataOctets, rdataPosition);
      break;
    case Type.svcb:
    case Type.https:
      addService(context, type, octets, rdataOffset, ownerPosition, rdataPosition);
      break;
    default:
      addHost(context, type, octets, rdataOffset, rdataPosition);
  }
}

function addHost(context: AnswerContext, type: number, octets: Uint8Array, rdata: number, rdataPosition: number): void {
  const { other } = context;
  const target = additionalTargetOffset(type);
  // The root says that there is no such service (RFC 2782, RFC 7505).
  if (octetAt(octets, rdata + target) === 0) return;
  other.assign(octets, rdata + target);
  addAddresses(context, findTarget(context, type === Type.ns), rdataPosition + target);
}

/** RFC 3403 §4.1: flag S leads to SRV, flag A to addresses; what it leads to without a flag is the next question's matter. */
function addReplacement(
  context: AnswerContext,
  octets: Uint8Array,
  rdata: number,
  rdataOctets: number,
  rdataPosition: number,
): void {
  const { other } = context;
  const flag = naptrFlag(octets, rdata);
  if (flag !== NaptrFlag.s && flag !== NaptrFlag.a) return;
  const replacement = naptrReplacementOffset(octets, rdata, rdataOctets);
  if (replacement < 0 || octetAt(octets, replacement) === 0) return;
  other.assign(octets, replacement);
  const position = rdataPosition + replacement - rdata;
  const node = findTarget(context, false);
  if (flag === NaptrFlag.s) addSet(context, node, Type.srv, position);
  else addAddresses(context, node, position);
}

/** RFC 9460 §2.5, §4.1: `.` is the owner in ServiceMode and nothing in AliasMode; an alias leads to another SVCB set. */
function addService(
  context: AnswerContext,
  type: number,
  octets: Uint8Array,
  rdata: number,
  ownerPosition: number,
  rdataPosition: number,
): void {
  const { other } = context;
  const isAlias = u16At(octets, rdata) === 0;
  const target = rdata + additionalTargetOffset(type);
  const targetPosition = rdataPosition + additionalTargetOffset(type);
  if (octetAt(octets, target) !== 0) {
    other.assign(octets, target);
    const node = findTarget(context, false);
    if (isAlias) addSet(context, node, type, targetPosition);
    addAddresses(context, node, targetPosition);
  } else if (!isAlias) {
    copyNameAt(context, ownerPosition);
    addAddresses(context, findTarget(context, false), ownerPosition);
  }
}

/** Make `other` the name at `position` of the response. */
function copyNameAt(context: AnswerContext, position: number): void {
  context.response.readName(position, context.scratchName);
  context.other.assign(context.scratchName, 0);
}

/**
 * The node with the data of the name in `other`: its own, or its wildcard. 0 where it is not in the zone, or not authoritative
 * there; what lies below a cut is known only as glue, for NS.
 */
function findTarget(context: AnswerContext, takesGlue: boolean): NodeRef {
  const { reader, version, zoneLabels, other, foundOther } = context;
  const own = reader.findNode(version, other, other.labelCount);
  if (own !== 0 && (reader.versionFlags(version) & VersionFlag.cutsOrDnames) === 0) return own;
  if (!isInZone(context, version, zoneLabels)) return 0 as NodeRef;
  switch (findName(reader, version, zoneLabels, other, foundOther)) {
    case Match.exact:
    case Match.wildcard:
      return foundOther.node;
    case Match.cut:
      return takesGlue ? own : (0 as NodeRef);
    default:
      return 0 as NodeRef;
  }
}

function isInZone(context: AnswerContext, version: VersionRef, zoneLabels: number): boolean {
  const { reader, other } = context;
  if (other.labelCount < zoneLabels) return false;
  return reader.findNode(version, other, zoneLabels) === reader.apexNode(version);
}

function addAddresses(context: AnswerContext, node: NodeRef, ownerPosition: number): void {
  addSet(context, node, Type.a, ownerPosition);
  addSet(context, node, Type.aaaa, ownerPosition);
}

/**
 * Write one set, whose owner is the name in `other` and stands at `ownerPosition`, unless it is there or doesn't fit.
 * RFC 4035 §3.1.1: signatures that don't fit here may go without TC.
 */
function addSet(context: AnswerContext, node: NodeRef, type: number, ownerPosition: number): void {
  if (node === 0) return;
  const { reader, response, written, other } = context;
  const rrset = reader.findRrset(node, type);
  if (rrset === 0 || !response.hasRoom(octetsOf(context, rrset, ownerPosition))) return;
  if (written.isFull() || written.has(rrset, response, other.octets, 0)) {
    context.hasRepeatedSet = true;
    return;
  }
  if (writeRrset(context, node, rrset, ownerPosition)) writeSignatures(context, node, rrset, ownerPosition);
}

/**
 * The octets that a set takes: the types here have nothing in their RDATA that is compressed. Looked at first, so that of hundreds
 * of targets with large sets not each is written up to the message's end and taken back.
 */
function octetsOf(context: AnswerContext, rrset: RrsetRef, ownerPosition: number): number {
  const { reader, response } = context;
  const recordOctets = response.ownerOctetsAt(ownerPosition) + recordFixedOctets - rdataLengthOctets;
  return reader.rrsetDataOctets(rrset) + reader.rrsetCount(rrset) * recordOctets;
}

/** TYPE, CLASS, TTL, RDLENGTH. */
const recordFixedOctets = 10;
/** In front of each record of the zone. */
const rdataLengthOctets = 2;
