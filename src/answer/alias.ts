/** Follow CNAME (RFC 1034 §3.6.2) and DNAME (RFC 6672): write them, and look for the name to which they lead. */
import { maxNameOctets } from '../base/limits.ts';
import { copyOctets } from '../base/octets.ts';
import type { NodeRef, RrsetRef } from '../store/zone-reader.ts';
import { Rcode, Type } from '../wire/codes.ts';
import { isAtOrBelow, nameOctets } from '../wire/name.ts';
import type { AnswerContext } from './answer-context.ts';
import { State } from './state.ts';
import { writeRrset, writeSignatures, writeSigned } from './write-rrset.ts';

/** The CNAME at `node`, which is the name's own or its wildcard. */
export function followCname(context: AnswerContext, node: NodeRef): State {
  const { reader, response, name } = context;
  const cname = reader.findRrset(node, Type.cname);
  // A circle: the client has the whole of it.
  if (context.written.has(cname, response, name.octets, 0)) return State.left;
  if (!writeRrset(context, node, cname, context.namePosition)) return truncate(context);
  const targetPosition = context.response.rdataPosition;
  if (!writeSignatures(context, node, cname, context.namePosition)) return truncate(context);
  context.lookFor(reader.octets, reader.rrsetDataOffset(cname) + 2, targetPosition);
  return State.follow;
}

/** The DNAME at `node`, above the name: it stands beside the CNAME that it makes of the name (RFC 6672 §3.1). */
export function followDname(context: AnswerContext, node: NodeRef): State {
  const { reader, response, name, written } = context;
  const dname = reader.findRrset(node, Type.dname);
  if (!written.has(dname, response, reader.octets, reader.nodeNameOffset(node))) {
    const position = context.suffixPosition(context.found.labels);
    if (!writeSigned(context, node, dname, position)) return truncate(context);
  }
  const synthesised = synthesisedFrom(dname);
  if (written.has(synthesised, response, name.octets, 0)) return State.left;
  if (!substitute(context, reader.rrsetDataOffset(dname) + 2)) {
    // RFC 6672 §2.2: a name that became too long is YXDOMAIN.
    context.rcode = Rcode.yxDomain;
    return State.left;
  }
  if (!writeSynthesised(context, reader.rrsetTtl(dname))) return truncate(context);
  written.add(synthesised, context.namePosition);
  // RFC 6672 §3.2 step 3c: who asks for the CNAME has it. Without NS in the authority section, as with NSD and Knot.
  if (context.request.qtype === Type.cname) return State.left;
  // A target below its own owner makes the name grow without end. As NSD and Knot: the client asks on from here.
  if (isAtOrBelow(reader.octets, reader.rrsetDataOffset(dname) + 2, reader.octets, reader.nodeNameOffset(node))) {
    return State.left;
  }
  context.lookFor(context.madeName, 0, response.rdataPosition);
  return State.follow;
}

function truncate(context: AnswerContext): State {
  context.truncated = true;
  return State.left;
}

/** Put the name's labels below the DNAME's owner in front of its target, into `madeName`. False where that is too long. */
function substitute(context: AnswerContext, targetOffset: number): boolean {
  const { reader, name, madeName } = context;
  const prefixOctets = name.suffixOffset(context.found.labels);
  const targetOctets = nameOctets(reader.octets, targetOffset, reader.octets.length);
  if (prefixOctets + targetOctets > maxNameOctets) return false;
  copyOctets(context.nameSource, context.nameSourceOffset, madeName, 0, prefixOctets);
  context.hasAskedCase = true;
  copyOctets(reader.octets, targetOffset, madeName, prefixOctets, targetOctets);
  return true;
}

/** RFC 6672 §3.1, §5.3.1: the CNAME has the DNAME's TTL and no signature. */
function writeSynthesised(context: AnswerContext, ttlSeconds: number): boolean {
  const { response, madeName, request } = context;
  const position = response.position();
  const count = response.count();
  const rdataOctets = nameOctets(madeName, 0, madeName.length);
  const fits =
    response.writeOwnerAt(context.namePosition) &&
    response.writeRecord(Type.cname, request.qclass, ttlSeconds, madeName, 0, rdataOctets, 0, 1);
  if (!fits) response.rollback(position, count);
  return fits;
}

/** What stands for the CNAME made of a DNAME in the list of sets written; no set of a zone has a negative reference. */
function synthesisedFrom(dname: RrsetRef): RrsetRef {
  return -dname as RrsetRef;
}
