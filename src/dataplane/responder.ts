/**
 * From one message to one response, with what is told about it: counters and query log. The same for every transport and
 * backend; one object per worker. Per question it makes no object.
 */

import { type Answerer, Outcome, Transport } from '../answer/answerer.ts';
import { isTransfer } from '../answer/transfer-question.ts';
import { copyOctets, octetAt, u16At } from '../base/octets.ts';
import { AccessList, type AccessListId, defaultAccessTable } from '../plane/access/access-list-table.ts';
import { AccessLists } from '../plane/access/access-lists.ts';
import { Client } from '../plane/access/client.ts';
import type { AnswerSettings } from '../plane/answer-settings.ts';
import { Counter, type CounterBlock } from '../plane/counters.ts';
import { LogFlag, LogKind, LogRecord } from '../plane/log-record.ts';
import type { LogRingWriter } from '../plane/log-ring.ts';
import type { TsigAccepted } from '../tsig/verify-request.ts';
import { Class, Flag, headerOctets, Opcode, Rcode, Type } from '../wire/codes.ts';
import type { Request } from '../wire/request.ts';
import type { FaultReporter } from './fault-reporter.ts';

/** What the data plane needs of the answer algorithm; tests put in a small one of their own. */
export type QuestionAnswerer = Pick<
  Answerer,
  'request' | 'outcome' | 'rcode' | 'zoneNumber' | 'truncated' | 'verdict' | 'nowSeconds' | 'answer'
>;
/** The answerer looks into `client` for who asks, and notes there the key that a message was signed with. */
export type AnswererFactory = (settings: AnswerSettings, client: Client) => QuestionAnswerer;

export class Responder {
  /** Whether queries are logged now; set once per batch. Then `record`'s time and addresses must be set for each message. */
  logging = false;
  /** Whether what is denied is logged now; set once per batch. */
  loggingSecurity = false;
  /** Who sends: filled by the caller for each message. */
  readonly client = new Client();
  /** Filled by the caller with time and addresses, by `respond` with the rest. */
  readonly record = new LogRecord();
  private readonly createAnswerer: AnswererFactory;
  private readonly counters: CounterBlock;
  private readonly log: LogRingWriter;
  private readonly faults: FaultReporter;
  private settings: AnswerSettings;
  private answerer: QuestionAnswerer;
  private nowSeconds = 0;
  private access: AccessLists;
  private blackhole: AccessListId;
  /** The message last seen came from somebody who gets no response of any kind. */
  private isIgnored = false;

  constructor(
    createAnswerer: AnswererFactory,
    settings: AnswerSettings,
    counters: CounterBlock,
    log: LogRingWriter,
    faults: FaultReporter,
  ) {
    this.createAnswerer = createAnswerer;
    this.counters = counters;
    this.log = log;
    this.faults = faults;
    this.settings = settings;
    this.answerer = createAnswerer(settings, this.client);
    this.access = new AccessLists(settings.access ?? defaultAccessTable);
    this.blackhole = settings.blackhole ?? AccessList.none;
  }

  apply(settings: AnswerSettings): void {
    this.settings = settings;
    this.renewAnswerer();
    this.access = new AccessLists(settings.access ?? defaultAccessTable);
    this.blackhole = settings.blackhole ?? AccessList.none;
  }

  /** Whether who is in `client` gets no response of any kind. A signature makes no difference: it isn't even looked at. */
  ignoresClient(): boolean {
    if (this.blackhole === AccessList.none) return false;
    this.client.key = -1;
    return this.access.allows(this.blackhole, this.client);
  }

  /**
   * Answer the message in `request[offset, offset + octets)` into `response` (room as `Answerer.answer` wants it). Returns the
   * response's octets, 0 for silence. What it throws is a bug: give it to `recover`.
   */
  respond(
    request: Uint8Array,
    offset: number,
    octets: number,
    family: 4 | 6,
    transport: Transport,
    response: Uint8Array,
    responseOffset: number,
  ): number {
    const { answerer, counters } = this;
    counters.add(family === 4 ? Counter.Requestv4 : Counter.Requestv6);
    if (transport === Transport.tcp) counters.add(Counter.ReqTCP);
    this.isIgnored = this.ignoresClient();
    if (this.isIgnored) {
      counters.add(Counter.QryDropped);
      return 0;
    }
    const sent = answerer.answer(request, offset, octets, transport, 0, response, responseOffset);
    if (sent === 0) {
      if (answerer.outcome === Outcome.deferred) this.countRequest(transport);
      else counters.add(Counter.QryDropped);
      return 0;
    }
    this.countRequest(transport);
    this.countResponse(response, responseOffset);
    const isOfSecurity = this.loggingSecurity && isSecurityOutcome(answerer.outcome);
    if (isOfSecurity || (this.logging && isLogged(answerer))) this.logQuery(request, transport, sent, isOfSecurity);
    return sent;
  }

  /** Whether the message that `respond` gave 0 octets for is another's to answer. */
  get isDeferred(): boolean {
    return !this.isIgnored && this.answerer.outcome === Outcome.deferred;
  }

  /** Whether what `respond` made is the frame of a transfer's first message: header, question and OPT, unsigned. */
  get isTransfer(): boolean {
    return !this.isIgnored && this.answerer.outcome === Outcome.transfer;
  }

  /** The message last answered. */
  get request(): Request {
    return this.answerer.request;
  }

  /** The right signature of the message last answered. */
  get verdict(): TsigAccepted | undefined {
    const { verdict } = this.answerer;
    return verdict?.status === 'ok' ? verdict : undefined;
  }

  /** Seconds since 1970, for signatures. */
  setTime(nowSeconds: number): void {
    this.nowSeconds = nowSeconds;
    this.answerer.nowSeconds = nowSeconds;
  }

  private renewAnswerer(): void {
    this.answerer = this.createAnswerer(this.settings, this.client);
    this.answerer.nowSeconds = this.nowSeconds;
  }

  /**
   * After `respond` threw: tell of it, take a fresh answerer, and make SERVFAIL of the message, so that one poisonous question
   * neither ends the worker nor leaves its client waiting. Returns the response's octets.
   */
  recover(
    error: unknown,
    request: Uint8Array,
    offset: number,
    octets: number,
    response: Uint8Array,
    responseOffset: number,
  ): number {
    this.counters.add(Counter.assertionFailures);
    this.faults.report(error);
    this.renewAnswerer();
    // RFC 1035 §4.1.1; a response is answered with silence whatever else is wrong with it.
    if (octets < headerOctets || (u16At(request, offset + 2) & Flag.qr) !== 0) return 0;
    response.fill(0, responseOffset, responseOffset + headerOctets);
    copyOctets(request, offset, response, responseOffset, 2);
    // QR, the opcode and RD of the question; neither AA nor TC.
    response[responseOffset + 2] = 0x80 | (octetAt(request, offset + 2) & 0x79);
    response[responseOffset + 3] = Rcode.servFail;
    this.counters.add(Counter.Response);
    this.counters.addRcode(Rcode.servFail);
    return headerOctets;
  }

  /** Show the logger what this batch has logged. */
  publishLog(): void {
    this.log.publish();
  }

  private countRequest(transport: Transport): void {
    const { counters } = this;
    const { request, outcome } = this.answerer;
    counters.addOpcode(request.opcode);
    if (request.hasEdns) counters.add(Counter.ReqEdns0);
    if (request.dnssecOk) counters.add(Counter.dnssecOk);
    if (request.wantsNsid) counters.add(Counter.NSIDOpt);
    if (request.cookieOctets > 0) counters.add(Counter.CookieIn);
    if (request.tsigOffset >= 0) counters.add(outcome === Outcome.badSignature ? Counter.ReqBadSIG : Counter.ReqTSIG);
    if (outcome === Outcome.badVers) counters.add(Counter.ReqBadEDNSVer);
    if (outcome === Outcome.formErr) counters.add(Counter.malformed);
    if (request.opcode !== Opcode.query || !request.hasQuestion) return;
    counters.add(transport === Transport.tcp ? Counter.QryTCP : Counter.QryUDP);
    counters.addQtype(request.qtype);
  }

  private countResponse(response: Uint8Array, offset: number): void {
    const { counters } = this;
    const { request, outcome, rcode, truncated } = this.answerer;
    counters.add(Counter.Response);
    counters.addRcode(rcode);
    if (truncated) counters.add(Counter.TruncatedResp);
    if (request.hasEdns) counters.add(Counter.RespEDNS0);
    if (this.verdict !== undefined) counters.add(Counter.RespTSIG);
    if (request.opcode !== Opcode.query || outcome === Outcome.transfer) return;
    if (outcome === Outcome.denied && isTransfer(request.qtype)) counters.add(Counter.XfrRej);
    if (rcode === Rcode.noError) this.countNoError(response, offset);
    else counters.add(counterOfError(rcode));
  }

  /** As BIND tells them apart: an answer, a referral (neither answer nor AA, but an authority section), no data. */
  private countNoError(response: Uint8Array, offset: number): void {
    const { counters } = this;
    const authoritative = (u16At(response, offset + 2) & Flag.aa) !== 0;
    if (u16At(response, offset + 6) > 0) {
      counters.add(Counter.QrySuccess);
      counters.add(authoritative ? Counter.QryAuthAns : Counter.QryNoauthAns);
    } else if (!authoritative && u16At(response, offset + 8) > 0) {
      counters.add(Counter.QryReferral);
    } else {
      counters.add(Counter.QryNxrrset);
    }
  }

  private logQuery(message: Uint8Array, transport: Transport, sent: number, isOfSecurity: boolean): void {
    const { record, answerer, client } = this;
    const { request } = answerer;
    let flags = transport === Transport.tcp ? LogFlag.tcp : 0;
    if ((request.flags & Flag.rd) !== 0) flags |= LogFlag.recursionDesired;
    if ((request.flags & Flag.cd) !== 0) flags |= LogFlag.checkingDisabled;
    if (request.hasEdns) flags |= LogFlag.edns;
    if (request.dnssecOk) flags |= LogFlag.dnssecOk;
    if (request.cookieOctets > 0) flags |= LogFlag.cookiePresent;
    if (answerer.truncated) flags |= LogFlag.truncated;
    const { verdict } = answerer;
    if (verdict?.status === 'ok') flags |= LogFlag.signed;
    record.keyName = verdict?.record.keyName ?? noName;
    record.keyNameOctets = record.keyName.length;
    record.tsigError = verdict?.status === 'failed' ? verdict.error : 0;
    record.flags = flags;
    record.qtype = request.qtype;
    record.qclass = request.qclass;
    record.qname = request.qname;
    record.qnameOctets = request.qnameOctets;
    record.ednsVersion = request.ednsVersion;
    record.ecs = message;
    record.ecsOffset = request.clientSubnetOffset;
    record.ecsOctets = request.clientSubnetOctets;
    record.rcode = answerer.rcode;
    record.outcome = answerer.outcome;
    record.zoneNumber = answerer.zoneNumber;
    record.responseOctets = sent;
    record.family = client.family;
    record.client = client.octets;
    record.clientOffset = client.offset;
    record.clientPort = client.port;
    if (this.logging && isLogged(answerer)) this.append(LogKind.query);
    if (isOfSecurity) this.append(securityKind(answerer.outcome, request.qtype));
    // BIND tells of these in other categories.
    if (this.logging && isQueryError(answerer.rcode) && !isTransfer(request.qtype)) this.append(LogKind.queryError);
  }

  private append(kind: number): void {
    const { record } = this;
    record.kind = kind;
    this.log.append(record);
  }
}

const noName = new Uint8Array(0);

function isSecurityOutcome(outcome: number): boolean {
  return outcome === Outcome.denied || outcome === Outcome.notAuth || outcome === Outcome.badSignature;
}

function securityKind(outcome: number, qtype: number): number {
  if (outcome === Outcome.badSignature) return LogKind.badSignature;
  if (outcome === Outcome.notAuth) return LogKind.transferNotAuth;
  return isTransfer(qtype) ? LogKind.transferDenied : LogKind.denied;
}

/** As BIND: each query that could be parsed, of the classes that it has views of, also of types that can't be asked for; not BADVERS. */
function isLogged({ outcome, request }: QuestionAnswerer): boolean {
  if (request.qclass !== Class.in && request.qclass !== Class.ch) return false;
  switch (outcome) {
    case Outcome.answered:
    case Outcome.transfer:
    case Outcome.notAuth:
    case Outcome.refused:
    case Outcome.denied:
    case Outcome.zoneNotLoaded:
      return true;
    case Outcome.notImp:
      // Of a query only the type can be that.
      return request.opcode === Opcode.query;
    case Outcome.formErr:
      return request.opcode === Opcode.query && (request.qtype === Type.opt || request.qtype === Type.tsig);
    default:
      return false;
  }
}

function isQueryError(rcode: number): boolean {
  return rcode === Rcode.servFail || rcode === Rcode.refused || rcode === Rcode.formErr || rcode === Rcode.notImp;
}

function counterOfError(rcode: number): number {
  switch (rcode) {
    case Rcode.nxDomain:
      return Counter.QryNXDOMAIN;
    case Rcode.servFail:
      return Counter.QrySERVFAIL;
    case Rcode.formErr:
      return Counter.QryFORMERR;
    default:
      return Counter.QryFailure;
  }
}
