/** AXFR and IXFR as far as one message answers them. Transfers themselves come with a later version. */
import { Rcode, Type } from '../wire/codes.ts';
import { Section } from '../wire/response.ts';
import type { AnswerContext } from './answer-context.ts';
import { writeSigned } from './write-rrset.ts';

export function isTransfer(qtype: number): boolean {
  return qtype === Type.axfr || qtype === Type.ixfr;
}

/** The zone of the question has been entered. */
export function answerTransfer(context: AnswerContext): void {
  const { request, overTcp } = context;
  // BIND, NSD and Knot alike: what is no apex of ours is no zone to transfer.
  if (context.name.labelCount !== context.zoneLabels) context.rcode = Rcode.notAuth;
  else if (overTcp) context.rcode = Rcode.refused;
  else if (request.qtype === Type.axfr) {
    // RFC 5936 §4.2: not defined over UDP; BIND's answer.
    context.rcode = Rcode.formErr;
  } else writeCurrentSoa(context);
}

/** RFC 1995 §2: what does not fit over UDP is answered with the current SOA, and the client comes back over TCP. */
function writeCurrentSoa(context: AnswerContext): void {
  const { reader, response } = context;
  const apex = reader.apexNode(context.version);
  const soa = reader.findRrset(apex, Type.soa);
  context.authoritative = true;
  response.section = Section.answer;
  if (soa === 0 || !writeSigned(context, apex, soa, context.namePosition)) context.truncated = true;
}
