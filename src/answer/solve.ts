/**
 * The answer algorithm, RFC 1034 §4.3.2, with what RFC 2308 (negative answers), 4035 and 5155 (DNSSEC), 4592 (wildcards),
 * 6672 (DNAME), 8482 (ANY) and 9471 (glue) made of it. Section by section; each step says by its state what it found.
 */
import { maxAliasSteps } from '../base/limits.ts';
import type { NodeRef, RrsetRef } from '../store/zone-reader.ts';
import { NodeFlag } from '../store/zone-reader.ts';
import { Rcode, Type } from '../wire/codes.ts';
import { Section } from '../wire/response.ts';
import { solveAdditional } from './additional.ts';
import { followCname, followDname } from './alias.ts';
import type { AnswerContext } from './answer-context.ts';
import { answerAny, answerSignatures } from './any.ts';
import { writeApexNs, writeSoa } from './apex.ts';
import { enterZone, ZoneFit } from './enter-zone.ts';
import { findName, Match } from './find-name.ts';
import { proveNameError, proveNoData, proveWildcardAnswer, proveWildcardNoData, writeProofs } from './proof.ts';
import { writeGlue, writeReferral } from './referral.ts';
import { State } from './state.ts';
import { isAnswered, writeSigned } from './write-rrset.ts';

/** Answer the question, whose zone has been entered. The question section is written; header and OPT are the caller's. */
export function solve(context: AnswerContext): void {
  const state = solveAnswer(context);
  if (!context.truncated) solveAuthority(context, state);
  if (!context.truncated && state === State.delegation) writeGlue(context);
  // RFC 2181 §9: a truncated answer is asked again; what is optional would only make it longer.
  if (!context.truncated) solveAdditional(context);
}

/** Steps 2 to 4: find the name, follow aliases until it has led to an answer or out of our zones. */
function solveAnswer(context: AnswerContext): State {
  context.response.section = Section.answer;
  for (;;) {
    const state = solveName(context);
    if (state !== State.follow) return state;
    // RFC 1034 §5.2.2 asks for a bound on chains; what has been found stands, as with NSD and Knot.
    if (++context.aliasSteps > maxAliasSteps) return State.left;
    if (enterZone(context) !== ZoneFit.entered) return State.left;
  }
}

/** One name of the chain. */
function solveName(context: AnswerContext): State {
  const { found, name } = context;
  switch (findName(context.reader, context.version, context.zoneLabels, name, found)) {
    case Match.exact:
      return answerFrom(context, found.node);
    case Match.cut:
      // RFC 4035 §3.1.4.1: DS is the parent's, at the cut.
      if (context.request.qtype === Type.ds && found.labels === name.labelCount) return answerFrom(context, found.node);
      return State.delegation;
    case Match.dname:
      return followDname(context, found.node);
    case Match.wildcard:
      if (context.aliasSteps === 0) context.isFromWildcard = true;
      return answerFromWildcard(context, found.node);
    case Match.none:
      return State.nameError;
  }
}

/** Answer from the node that has, or stands for, the name. */
function answerFrom(context: AnswerContext, node: NodeRef): State {
  const { reader } = context;
  const { qtype } = context.request;
  if (qtype === Type.any) return answerAny(context, node);
  if (qtype === Type.rrsig) return answerSignatures(context, node);
  const rrset = reader.findRrset(node, qtype);
  if (rrset !== 0) return answerRrset(context, node, rrset);
  // NSEC stands beside CNAME (RFC 4034 §4), so that asking for it asks for this node; BIND and Knot do so too.
  const isAlias = (reader.nodeFlags(node) & NodeFlag.cname) !== 0;
  if (isAlias && qtype !== Type.nsec) return followCname(context, node);
  return State.noData;
}

/**
 * RFC 4592 §3.3: the wildcard's data, under the name looked for. Its NS or DNAME is data as any other here and neither cuts
 * nor redirects: RFC 1034 §4.3.2 step 3c looks for no cut, RFC 4592 §4.2 and §4.4 leave it undefined.
 */
function answerFromWildcard(context: AnswerContext, node: NodeRef): State {
  // Noted before an alias changes the name: the proof that no closer name exists (RFC 4035 §3.1.3.3).
  const proofCount = context.proofs.count;
  proveWildcardAnswer(context);
  const state = answerFrom(context, node);
  if (state !== State.noData) return state;
  context.proofs.count = proofCount;
  return State.wildcardNoData;
}

function answerRrset(context: AnswerContext, node: NodeRef, rrset: RrsetRef): State {
  if (isAnswered(context, rrset)) return State.hit;
  const count = context.response.count();
  if (!writeSigned(context, node, rrset, context.namePosition)) context.truncated = true;
  // With nobody up, a policy may have a set answered as if it were not there.
  else if (context.response.count() === count) return State.noData;
  return State.hit;
}

/** What the authority section must hold, and may. */
function solveAuthority(context: AnswerContext, state: State): void {
  context.response.section = Section.authority;
  switch (state) {
    case State.delegation:
      context.authoritative = context.response.countOf(Section.answer) > 0;
      // RFC 9471 §3.2: addresses of sibling name servers belong to a referral, whatever the question.
      context.leavesOutAdditional = false;
      writeReferral(context);
      break;
    case State.nameError:
      // RFC 2308 §2.1: of the last name in the chain.
      context.rcode = Rcode.nxDomain;
      proveNameError(context);
      writeSoa(context);
      break;
    case State.noData:
      proveNoData(context);
      writeSoa(context);
      break;
    case State.wildcardNoData:
      proveWildcardNoData(context);
      writeSoa(context);
      break;
    default:
      break;
  }
  writeProofs(context);
  if (state === State.hit && !context.leavesOutAuthority && !context.truncated) writeApexNs(context);
}
