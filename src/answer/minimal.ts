/** How much beyond the answer a question gets: BIND's `minimal-responses`, with BIND's exceptions by type. */
import type { MinimalResponses } from '../plane/answer-settings.ts';
import { Flag, Type } from '../wire/codes.ts';
import type { AnswerContext } from './answer-context.ts';

/** Decide what this answer leaves out. Nothing here touches what a negative answer or a referral needs. */
export function chooseSections(context: AnswerContext): void {
  const { minimalResponses } = context.settings;
  const { qtype } = context.request;
  const isSmall = isKeyMaterial(qtype) || (qtype === Type.any && !context.overTcp);
  context.leavesOutAuthority = isSmall || leavesOutAuthority(minimalResponses, context.request.flags);
  context.leavesOutAdditional = isSmall || minimalResponses === 'yes';
  // Who asks for NS wants to go to them; BIND gives their addresses whatever the setting.
  if (qtype === Type.ns) context.leavesOutAdditional = false;
}

function leavesOutAuthority(minimalResponses: MinimalResponses, flags: number): boolean {
  if (minimalResponses === 'no') return false;
  return minimalResponses !== 'no-auth-recursive' || (flags & Flag.rd) !== 0;
}

/** Large sets that resolvers fetch for themselves, by type. */
function isKeyMaterial(qtype: number): boolean {
  return qtype === Type.dnskey || qtype === Type.cdnskey || qtype === Type.cds || qtype === Type.ds;
}
