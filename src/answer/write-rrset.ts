/** Write RRsets of a zone, their signatures beside them. */
import { maxTtlSeconds } from '../base/limits.ts';
import { putU16, u16At } from '../base/octets.ts';
import { additionalTargetOffset, compressibleNameCount, compressiblePrefixOctets } from '../rr/answer-rules.ts';
import type { NodeRef, RrsetRef } from '../store/zone-reader.ts';
import { Type } from '../wire/codes.ts';
import { Section } from '../wire/response.ts';
import type { AnswerContext } from './answer-context.ts';
import type { Steering } from './steer/steering.ts';

/** For `ownerPosition`: the owner is not known to stand in the response; it is looked for, or written. */
export const ownerUnknown = -1;

/**
 * Write `rrset` of `node` and, when DO is set, its RRSIGs. False where not all of it fits.
 *
 * The owner is the name at `ownerPosition` in the response (the question, for a wildcard's set), or the node's own.
 * All or nothing, but in the answer section whole records that fit stay: RFC 2181 §9 allows it when TC is set, and
 * there are SIP clients that never come back over TCP and use what they got.
 */
export function writeSigned(
  context: AnswerContext,
  node: NodeRef,
  rrset: RrsetRef,
  ownerPosition: number,
  maxTtl: number = maxTtlSeconds,
): boolean {
  const position = context.response.position();
  if (!writeRrset(context, node, rrset, ownerPosition, maxTtl)) return false;
  // RFC 4035 §3.1.1: the signatures go with the set wherever it goes.
  return writeSignatures(context, node, rrset, ownerPosition === ownerUnknown ? position : ownerPosition, maxTtl);
}

/**
 * Whether the answer section has `rrset` under the name looked for: a DNAME on the way may be what the chain leads back to,
 * and no record is written twice (RFC 2181 §5).
 */
export function isAnswered(context: AnswerContext, rrset: RrsetRef): boolean {
  const { aliasSteps, written, response, name } = context;
  return aliasSteps > 0 && written.has(rrset, response, name.octets, 0);
}

/**
 * Write `rrset` with its RRSIGs where all of it fits, else nothing of it. For the authority section, where a set may not go
 * without its signatures (RFC 4035 §3.1.1).
 */
export function writeOptional(context: AnswerContext, node: NodeRef, rrset: RrsetRef, ownerPosition: number): void {
  const { response, written, pending } = context;
  const position = response.position();
  const count = response.count();
  const writtenCount = written.count;
  const pendingCount = pending.count;
  if (writeSigned(context, node, rrset, ownerPosition)) return;
  response.rollback(position, count);
  written.count = writtenCount;
  pending.count = pendingCount;
}

/**
 * Write the RRSIGs of `rrset`, whose owner stands at `ownerPosition`; nothing unless DO is set. They lie behind their set: to
 * look for each from the node's beginning would cost ANY the square of its types.
 */
export function writeSignatures(
  context: AnswerContext,
  node: NodeRef,
  rrset: RrsetRef,
  ownerPosition: number,
  maxTtl: number = maxTtlSeconds,
): boolean {
  if (!context.request.dnssecOk) return true;
  const signatures = context.reader.rrsigBehind(node, rrset);
  if (signatures === 0) return true;
  // RFC 4034 §3: their TTL is that of the set that they cover.
  return writeRrset(context, node, signatures, ownerPosition, Math.min(maxTtl, context.steering.ttlBound));
}

/** Write the set alone, by the policies that it is under. */
export function writeRrset(
  context: AnswerContext,
  node: NodeRef,
  rrset: RrsetRef,
  ownerPosition: number,
  maxTtl: number = maxTtlSeconds,
): boolean {
  const { reader, response, steering, written, pending } = context;
  const isArranged = steering.isOn && steering.arrange(node, rrset, context.view, context.version);
  const type = reader.rrsetType(rrset);
  if (steering.firstChoice !== 0 && response.section === Section.answer) takeFirst(steering);
  const ttlSeconds = Math.min(reader.rrsetTtl(rrset), maxTtl, steering.ttlBound);
  const begin = response.position();
  const count = response.count();
  const isWritten = isArranged
    ? writeArranged(context, node, type, ownerPosition, ttlSeconds)
    : writeInOrder(context, node, rrset, type, ownerPosition, ttlSeconds);
  if (!isWritten) {
    // Whole records that fit stay in the answer section alone; of a record that doesn't fit nothing has stayed.
    if (response.section !== Section.answer) response.rollback(begin, count);
    return false;
  }
  // A policy may have left nothing.
  if (response.count() === count) return true;
  written.add(rrset, ownerPosition === ownerUnknown ? begin : ownerPosition);
  if (pointsAtNames(type))
    pending.add(rrset, context.version, context.zoneLabels, begin, isArranged ? response.count() - count : 0);
  return true;
}

/** The first SRV of the answer section are those that a client takes. */
function takeFirst({ variant, firstChoice }: Steering): void {
  if (variant.firstChoice === 0) variant.firstChoice = firstChoice;
}

function writeInOrder(
  context: AnswerContext,
  node: NodeRef,
  rrset: RrsetRef,
  type: number,
  ownerPosition: number,
  ttlSeconds: number,
): boolean {
  const { reader, response } = context;
  const { octets } = reader;
  const prefixOctets = compressiblePrefixOctets(type);
  const nameCount = compressibleNameCount(type);
  const begin = response.position();
  let owner = ownerPosition;
  let at = reader.rrsetDataOffset(rrset);
  const end = at + reader.rrsetDataOctets(rrset);
  while (at < end) {
    if (!writeOne(context, node, owner, type, ttlSeconds, at, prefixOctets, nameCount)) return false;
    if (owner === ownerUnknown) owner = begin;
    at += 2 + u16At(octets, at);
  }
  return true;
}

/** Write the records that `steering` has picked, in its order; of SRV with the priority and weight that it gives them. */
function writeArranged(
  context: AnswerContext,
  node: NodeRef,
  type: number,
  ownerPosition: number,
  ttlSeconds: number,
): boolean {
  const { response, steering } = context;
  const { set } = steering;
  const begin = response.position();
  const prefixOctets = compressiblePrefixOctets(type);
  const nameCount = compressibleNameCount(type);
  let owner = ownerPosition;
  for (let position = 0; position < set.pickedCount; position++) {
    const record = set.at(position);
    const at = (set.rdata[record] as number) - 2;
    if (!writeOne(context, node, owner, type, ttlSeconds, at, prefixOctets, nameCount)) return false;
    if (type === Type.srv) {
      const rdata = response.start + response.rdataPosition;
      putU16(response.octets, rdata, set.priority[record] as number);
      putU16(response.octets, rdata + 2, set.weight[record] as number);
    }
    if (owner === ownerUnknown) owner = begin;
  }
  return true;
}

/** Write the record whose RDLENGTH and RDATA stand at `at` in the zone's octets; nothing of it where it doesn't fit. */
function writeOne(
  context: AnswerContext,
  node: NodeRef,
  owner: number,
  type: number,
  ttlSeconds: number,
  at: number,
  prefixOctets: number,
  nameCount: number,
): boolean {
  const { reader, response } = context;
  const { octets } = reader;
  const begin = response.position();
  const count = response.count();
  const isOwnerWritten =
    owner === ownerUnknown
      ? response.writeOwner(octets, reader.nodeOriginalNameOffset(node))
      : response.writeOwnerAt(owner);
  const { qclass } = context.request;
  const rdataOctets = u16At(octets, at);
  if (
    isOwnerWritten &&
    response.writeRecord(type, qclass, ttlSeconds, octets, at + 2, rdataOctets, prefixOctets, nameCount)
  )
    return true;
  response.rollback(begin, count);
  return false;
}

function pointsAtNames(type: number): boolean {
  return additionalTargetOffset(type) >= 0 || type === Type.naptr;
}
