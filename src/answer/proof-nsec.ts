/** Proofs by NSEC, RFC 4035 §3.1.3. Each function notes nodes; `writeProofs` writes them, each once. */
import type { LookupName } from '../store/index/lookup-name.ts';
import { Type } from '../wire/codes.ts';
import type { AnswerContext } from './answer-context.ts';
import { lookAtWildcard } from './wildcard-name.ts';

/** RFC 4035 §3.1.3.2: neither the name nor the wildcard that could have answered for it. */
export function proveNameError(context: AnswerContext): void {
  noteAtOrBefore(context, context.name, context.name.labelCount);
  lookAtWildcard(context, context.found.labels);
  noteAtOrBefore(context, context.other, context.other.labelCount);
}

/** RFC 4035 §3.1.3.1: the name's own NSEC, or for an empty non-terminal, which has none, the one that spans it. */
export function proveNoData(context: AnswerContext): void {
  noteAtOrBefore(context, context.name, context.name.labelCount);
}

/** RFC 4035 §3.1.3.4: the wildcard's own NSEC, and the one that spans the name. */
export function proveWildcardNoData(context: AnswerContext): void {
  context.proofs.add(context.found.node, Type.nsec);
  noteAtOrBefore(context, context.name, context.name.labelCount);
}

/** RFC 4035 §3.1.3.3: no closer name. */
export function proveWildcardAnswer(context: AnswerContext): void {
  noteAtOrBefore(context, context.name, context.name.labelCount);
}

/** RFC 4035 §3.1.4: the NSEC of the delegation, without DS in its bitmap. */
export function proveUnsignedDelegation(context: AnswerContext): void {
  context.proofs.add(context.found.node, Type.nsec);
}

function noteAtOrBefore(context: AnswerContext, name: LookupName, labels: number): void {
  context.proofs.add(context.reader.findNsecAtOrBefore(context.version, name, labels), Type.nsec);
}
