/**
 * From one message to one response, with what is told about it: counters and query log. The same for every transport and
 * backend; one object per worker. Per question it makes no object.
 */

import type { Answerer } from '../answer/answerer.ts';
import { viewByClient } from '../answer/choose-view.ts';
import { CookieStatus } from '../answer/cookie/server-cookies.ts';
import { Outcome, Transport } from '../answer/outcome.ts';
import { isTransfer } from '../answer/transfer-question.ts';
import { copyOctets, octetAt, u16At } from '../base/octets.ts';
import { AccessList, type AccessListId, defaultAccessTable } from '../plane/access/access-list-table.ts';
import { AccessLists } from '../plane/access/access-lists.ts';
import { Client } from '../plane/access/client.ts';
import type { AnswerSettings } from '../plane/answer-settings.ts';
import { Counter, type CounterBlock } from '../plane/counters.ts';
import { LogFlag, LogKind, LogRecord } from '../plane/rings/log-record.ts';
import type { LogRingWriter } from '../plane/rings/log-ring.ts';
import { firstChoiceBits, firstChoiceEntry } from '../plane/steering/first-choice.ts';
import { SteeringTable } from '../plane/steering/steering-table.ts';
import type { TsigAccepted } from '../tsig/verify-request.ts';
import { Class, Flag, headerOctets, Opcode, Rcode, Type } from '../wire/codes.ts';
import { isNoDataType, type Request } from '../wire/request.ts';
import type { FaultReporter } from './fault-reporter.ts';
import { copyFirstTarget } from './first-target.ts';
import { countHeldBack, countRequest, countResponse } from './message-counts.ts';
import { LimitLog } from './rate-limit/limit-log.ts';
import { LimitVerdict, ResponseLimiter } from './rate-limit/response-limiter.ts';
import { weighed } from './shared-weight.ts';

/** What the data plane needs of the answer algorithm; tests put in a small one of their own. */
export type QuestionAnswerer = Pick<
  Answerer,
  'request' | 'outcome' | 'rcode' | 'zoneNumber' | 'view' | 'truncated' | 'verdict' | 'nowSeconds' | 'answer' | 'apply'
> &
  // For dnstap alone, where answers are steered, for statistics, and against abuse.
  Partial<
    Pick<Answerer, 'writeApex' | 'steer' | 'isRepeated' | 'firstChoice' | 'cookieStatus' | 'isFromWildcard' | 'slip'>
  >;
/** The answerer looks into `client` for who asks, and notes there the key that a message was signed with. */
export type AnswererFactory = (settings: AnswerSettings, client: Client) => QuestionAnswerer;

export class Responder {
  /** Whether queries are logged now; set once per batch. Then `record`'s time and addresses must be set for each message. */
  logging = false;
  /** Whether responses are logged now; set once per batch. Addresses as for `logging`. */
  loggingResponses = false;
  /** Whether questions that get an error are logged for who debugs, while `logging` is off; set once per batch. */
  loggingErrors = false;
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
  private steering: SteeringTable | undefined;
  private nowSeconds = 0;
  /** ANCOUNT, NSCOUNT and ARCOUNT of a response that is logged. */
  private readonly counts = new Uint8Array(6);
  /** Of an answer that is logged. */
  private readonly target = new Uint8Array(256);
  private access: AccessLists;
  private blackhole: AccessListId;
  /** The message last seen came from somebody who gets no response of any kind. */
  private isIgnored = false;
  /** Where there are rate limits. */
  private limiter: ResponseLimiter | undefined;
  private readonly limitLog: LimitLog;
  private readonly apex = new Uint8Array(256);

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
    this.limitLog = new LimitLog(log);
    this.faults = faults;
    this.settings = settings;
    this.answerer = createAnswerer(settings, this.client);
    this.access = new AccessLists(settings.access ?? defaultAccessTable);
    this.blackhole = settings.blackhole ?? AccessList.none;
    this.limiter = this.createLimiter();
  }

  apply(settings: AnswerSettings): void {
    this.settings = settings;
    this.answerer.apply(settings);
    this.access = new AccessLists(settings.access ?? defaultAccessTable);
    this.blackhole = settings.blackhole ?? AccessList.none;
    this.limiter = this.createLimiter();
    this.limitLog.follow(this.limiter?.tables ?? []);
  }

  /** Another steering table, or none. */
  steer(table: SharedArrayBuffer | undefined): void {
    if (this.steering === undefined && table === undefined) return;
    this.steering = table === undefined ? undefined : weighed(new SteeringTable(table), table);
    this.answerer.steer?.(this.steering);
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
    this.isIgnored = this.ignoresClient();
    if (this.isIgnored) {
      counters.add(Counter.ignored);
      return 0;
    }
    const made = answerer.answer(request, offset, octets, transport, viewByClient, response, responseOffset);
    if (made === 0) {
      if (answerer.outcome === Outcome.deferred) countRequest(counters, answerer, family, transport, octets);
      else counters.add(Counter.ignored);
      return 0;
    }
    countRequest(counters, answerer, family, transport, octets);
    const { limiter } = this;
    let sent = made;
    if (limiter !== undefined) {
      const verdict = limiter.judge(answerer, this.client, transport, response, responseOffset);
      if (verdict !== LimitVerdict.send) {
        this.tellLimit(limiter, verdict, request, transport, made);
        sent = this.holdBack(limiter, verdict, transport, made, response, responseOffset);
      }
    }
    if (sent > 0) {
      countResponse(counters, answerer, family, transport, response, responseOffset, sent);
      if (this.steering !== undefined) this.countFirstChoice(this.steering);
    }
    const isOfSecurity = this.loggingSecurity && isSecurityOutcome(answerer.outcome);
    if (isOfSecurity || ((this.needsAddresses || this.loggingErrors) && isLogged(answerer))) {
      this.fillRecord(request, transport, sent);
      this.logAnswer(isOfSecurity, response, responseOffset);
    }
    return sent;
  }

  private countFirstChoice(table: SteeringTable): void {
    const entry = firstChoiceEntry(this.answerer.firstChoice ?? 0);
    if (entry !== 0) table.countFirstChoice(entry);
  }

  /** Drop the response that was made of so many octets, or send less in its place: returns what is left of it. */
  private holdBack(
    { limit }: ResponseLimiter,
    verdict: LimitVerdict,
    transport: Transport,
    made: number,
    response: Uint8Array,
    responseOffset: number,
  ): number {
    const { answerer, counters } = this;
    if (limit?.isLogOnly !== false) return made;
    // BIND: of errors none slips.
    if (verdict === LimitVerdict.drop || answerer.outcome !== Outcome.answered || answerer.slip === undefined) {
      countHeldBack(counters, answerer, transport);
      return 0;
    }
    counters.add(Counter.RateSlipped);
    return answerer.slip(response, responseOffset);
  }

  private tellLimit(
    limiter: ResponseLimiter,
    verdict: LimitVerdict,
    request: Uint8Array,
    transport: Transport,
    made: number,
  ): void {
    if (!this.loggingSecurity) return;
    this.fillRecord(request, transport, made);
    if (limiter.nameOffset < 0) {
      const apexOctets = this.answerer.writeApex?.(this.apex) ?? 0;
      limiter.nameOffset = Math.max(this.answerer.request.qnameOctets - apexOctets, 0);
    }
    const errorDebug = this.loggingErrors ? LogKind.rateLimitedErrorDebug : 0;
    this.limitLog.tell(
      limiter,
      verdict,
      this.client,
      this.record,
      this.logging ? LogKind.rateLimitedError : errorDebug,
    );
  }

  private createLimiter(): ResponseLimiter | undefined {
    const { rateLimits } = this.settings;
    if (rateLimits === undefined) return undefined;
    const limiter = new ResponseLimiter(rateLimits, this.access);
    // In the middle of a batch, whose time was said to the one before.
    limiter.setTime(this.record.timeMs);
    return limiter;
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

  /** The view of the message last answered, by its number, and its name; the default view has none. */
  get view(): number {
    return this.answerer.view;
  }

  get viewName(): string | undefined {
    const { view } = this.answerer;
    return view === 0 ? undefined : this.settings.viewNames?.[view];
  }

  /** The apex of the zone that answered the message last answered: see Answerer.writeApex. */
  writeApex(out: Uint8Array): number {
    return this.answerer.writeApex?.(out) ?? 0;
  }

  /** When the batch began, in milliseconds since 1970. */
  get timeMs(): number {
    return this.record.timeMs;
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
    if (this.limiter === undefined) return;
    this.limiter.setTime(this.record.timeMs);
    this.limitLog.setTime(this.record.timeMs, this.loggingSecurity);
  }

  private renewAnswerer(): void {
    this.answerer = this.createAnswerer(this.settings, this.client);
    this.answerer.nowSeconds = this.nowSeconds;
    if (this.steering !== undefined) this.answerer.steer?.(this.steering);
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
    this.counters.add(this.client.family === 4 ? Counter.Requestv4 : Counter.Requestv6);
    this.counters.add(Counter.Response);
    this.counters.addRcode(Rcode.servFail);
    return headerOctets;
  }

  /** Show the logger what this batch has logged. */
  publishLog(): void {
    this.log.publish();
  }

  /** Whether the record must have time and addresses for each message. */
  get needsAddresses(): boolean {
    return this.logging || this.loggingResponses;
  }

  private fillRecord(message: Uint8Array, transport: Transport, sent: number): void {
    const { record, answerer, client } = this;
    const { request } = answerer;
    let flags = transport === Transport.tcp ? LogFlag.tcp : 0;
    if ((request.flags & Flag.rd) !== 0) flags |= LogFlag.recursionDesired;
    if ((request.flags & Flag.cd) !== 0) flags |= LogFlag.checkingDisabled;
    if (request.hasEdns) flags |= LogFlag.edns;
    if (request.dnssecOk) flags |= LogFlag.dnssecOk;
    const { cookieStatus = CookieStatus.none } = answerer;
    if (cookieStatus === CookieStatus.valid) flags |= LogFlag.cookieValid;
    if (cookieStatus !== CookieStatus.none) flags |= LogFlag.cookiePresent;
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
    record.view = answerer.view;
    record.responseOctets = sent;
    record.family = client.family;
    record.client = client.octets;
    record.clientOffset = client.offset;
    record.clientPort = client.port;
  }

  /** In the order in which BIND comes to tell of them. */
  private logAnswer(isOfSecurity: boolean, response: Uint8Array, responseOffset: number): void {
    const { answerer } = this;
    const { outcome, rcode, request } = answerer;
    const isQuestion = isLogged(answerer);
    if (this.logging && isQuestion) this.logQuery(response, responseOffset);
    if (isOfSecurity) this.append(securityKind(outcome, request.qtype));
    // Of transfers BIND tells in other categories.
    if (isTransfer(request.qtype) || outcome === Outcome.noView) return;
    if ((this.logging || this.loggingErrors) && isQueryError(rcode)) this.append(this.errorKind(rcode));
    if (this.loggingResponses && isQuestion && this.record.responseOctets > 0)
      this.logResponse(response, responseOffset);
  }

  /** Of SRV with the target that the answer gives first. */
  private logQuery(response: Uint8Array, offset: number): void {
    const { record, target } = this;
    if (record.qtype === Type.srv && record.responseOctets > 0) {
      const bits = firstChoiceBits(this.answerer.firstChoice ?? 0);
      record.flags |= ((bits & 1) * LogFlag.degraded) | ((bits >>> 1) * LogFlag.srvOrder);
      record.text = target;
      record.textOctets = copyFirstTarget(response, offset, offset + record.responseOctets, target);
    }
    this.append(LogKind.query);
    record.textOctets = 0;
  }

  private errorKind(rcode: number): number {
    if (this.logging) return LogKind.queryError;
    return rcode === Rcode.servFail ? LogKind.queryErrorDebug : LogKind.queryErrorTrace;
  }

  /** With the counts of its sections, as its header has them. */
  private logResponse(response: Uint8Array, offset: number): void {
    const { record, counts } = this;
    copyOctets(response, offset + countsOffset, counts, 0, counts.length);
    record.text = counts;
    record.textOctets = counts.length;
    this.append(LogKind.response);
    record.textOctets = 0;
  }

  private append(kind: number): void {
    const { record } = this;
    record.kind = kind;
    this.log.append(record);
  }
}

const noName = new Uint8Array(0);
/** Of ANCOUNT in the header. */
const countsOffset = 6;

/** What is told of whether questions are logged or not. */
function isSecurityOutcome(outcome: number): boolean {
  return (
    outcome === Outcome.denied ||
    outcome === Outcome.notAuth ||
    outcome === Outcome.badTransfer ||
    outcome === Outcome.badSignature ||
    outcome === Outcome.noView
  );
}

function securityKind(outcome: number, qtype: number): number {
  if (outcome === Outcome.badSignature) return LogKind.badSignature;
  if (outcome === Outcome.notAuth) return LogKind.transferNotAuth;
  if (outcome === Outcome.noView) return LogKind.noView;
  if (outcome === Outcome.badTransfer) return LogKind.transferMalformed;
  return isTransfer(qtype) ? LogKind.transferDenied : LogKind.denied;
}

/** As BIND: each query that could be parsed, of the classes that it has views of, also of types that can't be asked for; not BADVERS. */
function isLogged({ outcome, request }: QuestionAnswerer): boolean {
  if (request.qclass !== Class.in && request.qclass !== Class.ch) return false;
  switch (outcome) {
    case Outcome.answered:
    case Outcome.transfer:
    case Outcome.notAuth:
    case Outcome.badTransfer:
    case Outcome.refused:
    case Outcome.denied:
    case Outcome.zoneNotLoaded:
    case Outcome.badCookie:
      return true;
    case Outcome.notImp:
      // Of a query only the type can be that.
      return request.opcode === Opcode.query;
    case Outcome.formErr:
      return request.opcode === Opcode.query && isNoDataType(request.qtype);
    default:
      return false;
  }
}

function isQueryError(rcode: number): boolean {
  return rcode === Rcode.servFail || rcode === Rcode.refused || rcode === Rcode.formErr || rcode === Rcode.notImp;
}
