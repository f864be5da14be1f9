/**
 * What is counted of one message and of its response, as BIND counts them: the same events under the same names, so that a
 * dashboard shows the same line after a move. Per message no object is made.
 */

import { CookieStatus } from '../answer/cookie/server-cookies.ts';
import { Outcome, Transport } from '../answer/outcome.ts';
import { isTransfer } from '../answer/transfer-question.ts';
import { u16At } from '../base/octets.ts';
import { Counter, type CounterBlock } from '../plane/counters.ts';
import { Class, Flag, Opcode, Rcode } from '../wire/codes.ts';
import { isNoDataType, OptionBit, type Request } from '../wire/request.ts';
import type { QuestionAnswerer } from './responder.ts';

/** Count the message that `answerer` has just looked at; not one that it is silent to. */
export function countRequest(
  counters: CounterBlock,
  answerer: QuestionAnswerer,
  family: 4 | 6,
  transport: Transport,
  octets: number,
): void {
  const { request, outcome } = answerer;
  countArrival(counters, family, transport, octets);
  if (isMalformed(answerer)) {
    counters.add(Counter.malformed);
    return;
  }
  counters.addOpcode(request.opcode);
  if (outcome === Outcome.badVers) {
    counters.add(Counter.ReqBadEDNSVer);
    return;
  }
  if (request.hasEdns) countEdns(counters, request);
  if (answerer.cookieStatus !== undefined) countCookie(counters, answerer.cookieStatus);
  if (outcome === Outcome.noView || isForeignClass(request)) return;
  if (request.tsigOffset >= 0) counters.add(Counter.ReqTSIG);
  if (outcome === Outcome.badSignature) counters.add(Counter.ReqBadSIG);
  else if (request.opcode === Opcode.query && request.hasQuestion) counters.addQtype(request.qtype);
}

/** The part that needs no look into the message. */
export function countArrival(counters: CounterBlock, family: 4 | 6, transport: Transport, octets: number): void {
  counters.add(family === 4 ? Counter.Requestv4 : Counter.Requestv6);
  if (transport === Transport.tcp) counters.add(Counter.ReqTCP);
  counters.addRequestSize(transport, family, octets);
}

function countEdns(counters: CounterBlock, request: Request): void {
  counters.add(Counter.ReqEdns0);
  if (request.dnssecOk) counters.add(Counter.dnssecOk);
  if (request.wantsNsid) counters.add(Counter.NSIDOpt);
  if (request.wantsExpire) counters.add(Counter.ExpireOpt);
  if (request.wantsPadding) counters.add(Counter.PadOpt);
  if (request.clientSubnetOctets > 0) counters.add(Counter.ECSOpt);
  const { otherOptions } = request;
  if (otherOptions === 0) return;
  if ((otherOptions & OptionBit.keepalive) !== 0) counters.add(Counter.KeepAliveOpt);
  if ((otherOptions & OptionBit.keyTag) !== 0) counters.add(Counter.KeyTagOpt);
  if ((otherOptions & OptionBit.unknown) !== 0) counters.add(Counter.OtherOpt);
}

function countCookie(counters: CounterBlock, status: CookieStatus): void {
  if (status === CookieStatus.none) return;
  counters.add(Counter.CookieIn);
  switch (status) {
    case CookieStatus.clientOnly:
      counters.add(Counter.CookieNew);
      return;
    case CookieStatus.badSize:
      counters.add(Counter.CookieBadSize);
      return;
    case CookieStatus.badTime:
      counters.add(Counter.CookieBadTime);
      return;
    case CookieStatus.noMatch:
      counters.add(Counter.CookieNoMatch);
      return;
    default:
      counters.add(Counter.CookieMatch);
  }
}

/** Count a response that was made and is not sent: a rate limit holds it back. */
export function countHeldBack(counters: CounterBlock, answerer: QuestionAnswerer, transport: Transport): void {
  counters.add(Counter.RateDropped);
  counters.add(Counter.QryDropped);
  if (answerer.request.opcode !== Opcode.query) return;
  if (answerer.outcome === Outcome.answered)
    counters.add(transport === Transport.tcp ? Counter.QryTCP : Counter.QryUDP);
  else if (answerer.outcome === Outcome.refused || answerer.outcome === Outcome.denied) {
    if (!isForeignClass(answerer.request)) countRefusal(counters, answerer.request);
  }
}

/** Count the response in `response[offset, offset + sent)`. That of a transfer is counted by who sends it. */
export function countResponse(
  counters: CounterBlock,
  answerer: QuestionAnswerer,
  family: 4 | 6,
  transport: Transport,
  response: Uint8Array,
  offset: number,
  sent: number,
): void {
  const { request, outcome, rcode, truncated } = answerer;
  if (outcome === Outcome.transfer) return;
  counters.add(Counter.Response);
  counters.addRcode(rcode);
  counters.addResponseSize(transport, family, sent);
  if (truncated) counters.add(Counter.TruncatedResp);
  if (answerer.isRepeated === true) counters.add(Counter.cacheHits);
  if (request.hasEdns) counters.add(Counter.RespEDNS0);
  if (answerer.verdict !== undefined) counters.add(Counter.RespTSIG);
  if (request.opcode === Opcode.query) countQueryResult(counters, answerer, transport, response, offset);
}

function countQueryResult(
  counters: CounterBlock,
  answerer: QuestionAnswerer,
  transport: Transport,
  response: Uint8Array,
  offset: number,
): void {
  const { request, outcome } = answerer;
  if (isTransfer(request.qtype)) {
    // Else it is none, or is up to date; those that are sent count as XfrReqDone.
    if (outcome === Outcome.denied) counters.add(Counter.XfrRej);
    return;
  }
  switch (outcome) {
    case Outcome.answered:
    case Outcome.badCookie:
      counters.add(transport === Transport.tcp ? Counter.QryTCP : Counter.QryUDP);
      countAnswer(counters, answerer.rcode, response, offset);
      break;
    case Outcome.refused:
    case Outcome.denied:
      if (!isForeignClass(request)) countRefusal(counters, request);
      break;
    case Outcome.zoneNotLoaded:
      counters.add(Counter.QrySERVFAIL);
      break;
    case Outcome.formErr:
      if (!isMalformed(answerer)) counters.add(Counter.QryFORMERR);
      break;
    case Outcome.notImp:
      counters.add(Counter.QryFailure);
      break;
    default:
    // BADVERS, a wrong signature: they never came to be queries.
  }
}

function countRefusal(counters: CounterBlock, request: Request): void {
  counters.add((request.flags & Flag.rd) === 0 ? Counter.AuthQryRej : Counter.RecQryRej);
  counters.add(Counter.QryFailure);
}

function countAnswer(counters: CounterBlock, rcode: number, response: Uint8Array, offset: number): void {
  switch (rcode) {
    case Rcode.servFail:
      counters.add(Counter.QrySERVFAIL);
      return;
    case Rcode.formErr:
      counters.add(Counter.QryFORMERR);
      return;
    case Rcode.noError:
    case Rcode.nxDomain:
      break;
    case Rcode.badCookie:
      counters.add(Counter.QryBADCOOKIE);
      break;
    default:
      counters.add(Counter.QryFailure);
  }
  const flags = u16At(response, offset + 2);
  const authoritative = (flags & Flag.aa) !== 0;
  counters.add(authoritative ? Counter.QryAuthAns : Counter.QryNoauthAns);
  if (rcode === Rcode.nxDomain) counters.add(Counter.QryNXDOMAIN);
  if (rcode === Rcode.noError) counters.add(kindOfAnswer(flags, response, offset));
}

/** As BIND tells them apart: an answer (also one that was left out for want of room), a referral, no data. */
function kindOfAnswer(flags: number, response: Uint8Array, offset: number): number {
  if (u16At(response, offset + 6) > 0) return Counter.QrySuccess;
  if ((flags & Flag.aa) === 0 && u16At(response, offset + 8) > 0) return Counter.QryReferral;
  return (flags & Flag.tc) !== 0 ? Counter.QrySuccess : Counter.QryNxrrset;
}

/** It could not be parsed; a query for OPT, TSIG or TKEY could, and is FORMERR all the same. */
function isMalformed({ request, outcome }: QuestionAnswerer): boolean {
  if (outcome !== Outcome.formErr) return false;
  const { opcode, hasQuestion, qtype } = request;
  if (opcode !== Opcode.query || !hasQuestion) return true;
  return !isNoDataType(qtype) && !isTransfer(qtype);
}

/** BIND has views of IN and CH; what is of another class comes to none. */
function isForeignClass({ qclass, hasQuestion }: Request): boolean {
  return hasQuestion && qclass !== Class.in && qclass !== Class.ch;
}
