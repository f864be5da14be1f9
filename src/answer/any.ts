/** Questions for more than one type: ANY, and RRSIG, which is kept with the sets that it signs. */
import type { NodeRef, RrsetRef } from '../store/zone-reader.ts';
import { Type } from '../wire/codes.ts';
import type { AnswerContext } from './answer-context.ts';
import { State } from './state.ts';
import { isAnswered, writeRrset, writeSigned } from './write-rrset.ts';

/**
 * ANY: over UDP one set, that of the lowest type, as NSD and Knot choose it (RFC 8482 §4.1: a small answer to a question that
 * is asked with a forged sender); over TCP all of them.
 */
export function answerAny(context: AnswerContext, node: NodeRef): State {
  const { reader } = context;
  let state: State = State.noData;
  for (let rrset = reader.firstRrset(node); rrset !== 0; rrset = reader.nextRrset(node, rrset)) {
    if (!isForAny(context, rrset)) continue;
    state = State.hit;
    if (isAnswered(context, rrset)) continue;
    if (!writeSigned(context, node, rrset, context.namePosition)) context.truncated = true;
    if (context.truncated || !context.overTcp) return state;
  }
  return state;
}

/** Signatures come with their sets. RFC 3225 §3: nothing of DNSSEC's own where DO is clear and nobody asked for it by type. */
function isForAny(context: AnswerContext, rrset: RrsetRef): boolean {
  const type = context.reader.rrsetType(rrset);
  if (type === Type.rrsig) return false;
  return context.request.dnssecOk || (type !== Type.nsec && type !== Type.nsec3);
}

/** RRSIG: the signatures of all sets of the node. */
export function answerSignatures(context: AnswerContext, node: NodeRef): State {
  const { reader } = context;
  let state: State = State.noData;
  for (let rrset = reader.firstRrset(node); rrset !== 0; rrset = reader.nextRrset(node, rrset)) {
    if (reader.rrsetType(rrset) !== Type.rrsig) continue;
    state = State.hit;
    if (isAnswered(context, rrset)) continue;
    if (!writeRrset(context, node, rrset, context.namePosition)) {
      context.truncated = true;
      return state;
    }
  }
  return state;
}
