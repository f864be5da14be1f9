/** Referrals: RFC 1034 §4.3.2 step 3b, with DS or its denial (RFC 4035 §3.1.4) and the glue (RFC 9471). */
import { u16At } from '../base/octets.ts';
import type { NodeRef, RrsetRef } from '../store/zone-reader.ts';
import { Type } from '../wire/codes.ts';
import { isAtOrBelow } from '../wire/name.ts';
import { Section } from '../wire/response.ts';
import type { AnswerContext } from './answer-context.ts';
import { proveUnsignedDelegation } from './proof.ts';
import { ownerUnknown, writeRrset, writeSigned } from './write-rrset.ts';

/** Write the NS of the cut that was found and its DS, or note the proof that there is none. */
export function writeReferral(context: AnswerContext): void {
  const { reader, found } = context;
  const cut = found.node;
  const ns = reader.findRrset(cut, Type.ns);
  const position = context.response.position();
  // The NS of a cut are not authoritative, so they have no signatures.
  if (!writeRrset(context, cut, ns, context.suffixPosition(found.labels))) {
    context.truncated = true;
    return;
  }
  writeDs(context, cut, position);
}

function writeDs(context: AnswerContext, cut: NodeRef, ownerPosition: number): void {
  if (!context.request.dnssecOk) return;
  const ds = context.reader.findRrset(cut, Type.ds);
  if (ds === 0) proveUnsignedDelegation(context);
  // A DS without signatures, of a zone that isn't signed, proves nothing; BIND, NSD and Knot leave it out as well.
  else if (context.reader.findRrsig(cut, Type.ds) === 0) return;
  else if (!writeSigned(context, cut, ds, ownerPosition)) context.truncated = true;
}

/**
 * RFC 9471 §3.1: the addresses of name servers in the domain that is delegated are required, because nobody can find them
 * elsewhere. Others are additional as everywhere, and follow by `solveAdditional`.
 */
export function writeGlue(context: AnswerContext): void {
  const { reader, response, found } = context;
  response.section = Section.additional;
  const ns = reader.findRrset(found.node, Type.ns);
  const cutName = reader.nodeNameOffset(found.node);
  let at = reader.rrsetDataOffset(ns);
  const end = at + reader.rrsetDataOctets(ns);
  for (; at < end && !context.truncated; at += 2 + u16At(reader.octets, at)) {
    if (!isAtOrBelow(reader.octets, at + 2, reader.octets, cutName)) continue;
    writeGlueOf(context, at + 2);
  }
}

function writeGlueOf(context: AnswerContext, targetOffset: number): void {
  const { reader, version, other } = context;
  other.assign(reader.octets, targetOffset);
  const node = reader.findNode(version, other, other.labelCount);
  if (node === 0) return;
  writeRequired(context, node, reader.findRrset(node, Type.a));
  writeRequired(context, node, reader.findRrset(node, Type.aaaa));
}

function writeRequired(context: AnswerContext, node: NodeRef, rrset: RrsetRef): void {
  const { reader, response, written } = context;
  if (rrset === 0 || context.truncated) return;
  if (written.has(rrset, response, reader.octets, reader.nodeNameOffset(node))) return;
  if (!writeRrset(context, node, rrset, ownerUnknown)) context.truncated = true;
}
