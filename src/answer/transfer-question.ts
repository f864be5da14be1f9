/** AXFR and IXFR as far as one message answers them; what takes more is sent by the TCP worker (transfer/out). */
import { Channel } from '../plane/access/client.ts';
import { Rcode, Type } from '../wire/codes.ts';
import { Section } from '../wire/response.ts';
import type { AnswerContext } from './answer-context.ts';
import { writeSigned } from './write-rrset.ts';

/** What a transfer question gets. */
export const TransferAnswer = {
  /** What is asked for is no zone of ours. */
  notAuth: 0,
  /** The client may not transfer the zone. */
  denied: 1,
  /** Not over this kind of TLS. */
  notXot: 5,
  formErr: 2,
  /** The one message is complete. */
  answered: 3,
  /** The zone: the response is header, question and OPT of the first message. */
  transfer: 4,
} as const;
export type TransferAnswer = (typeof TransferAnswer)[keyof typeof TransferAnswer];

export function isTransfer(qtype: number): boolean {
  return qtype === Type.axfr || qtype === Type.ixfr;
}

/** The zone of the question has been entered. */
export function answerTransfer(context: AnswerContext): TransferAnswer {
  const { request, overTcp, reader, zone } = context;
  // BIND, NSD and Knot alike: what is no apex of ours is no zone to transfer.
  if (context.name.labelCount !== context.zoneLabels) {
    context.rcode = Rcode.notAuth;
    return TransferAnswer.notAuth;
  }
  // RFC 9103 §7.1, §7.2: transfers over TLS take 1.3 and ALPN `dot`.
  if (context.client.channel === Channel.tls) {
    context.rcode = Rcode.refused;
    return TransferAnswer.notXot;
  }
  if (!context.access.allows(reader.zoneAllowTransfer(zone), context.client)) {
    context.rcode = Rcode.refused;
    return TransferAnswer.denied;
  }
  if (overTcp) {
    context.authoritative = true;
    return TransferAnswer.transfer;
  }
  if (request.qtype === Type.axfr) {
    // RFC 5936 §4.2: not defined over UDP; BIND's answer.
    context.rcode = Rcode.formErr;
    return TransferAnswer.formErr;
  }
  // RFC 1995 §3: the authority section says which version the client has.
  if (request.authorityCount === 0) {
    context.rcode = Rcode.formErr;
    return TransferAnswer.formErr;
  }
  writeCurrentSoa(context);
  return TransferAnswer.answered;
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
