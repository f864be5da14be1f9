/** The answer algorithm's outside: one message in, one message out (or silence). */

import { Draws } from '../base/draws.ts';
import { copyOctets, u16At } from '../base/octets.ts';
import { Client } from '../plane/access/client.ts';
import type { AnswerSettings } from '../plane/answer-settings.ts';
import { isHealthName } from '../plane/health-name.ts';
import type { SteeringTable } from '../plane/steering/steering-table.ts';
import type { ZoneReader } from '../store/zone-reader.ts';
import { signResponse, tsigReserveOctets } from '../tsig/sign-response.ts';
import type { TsigKey } from '../tsig/tsig-key.ts';
import { type TsigAccepted, type TsigFailed, verifyRequest } from '../tsig/verify-request.ts';
import { Class, Flag, Opcode, Rcode, Type } from '../wire/codes.ts';
import { minUdpPayloadOctets } from '../wire/edns.ts';
import { type Request, RequestStatus } from '../wire/request.ts';
import { questionPosition } from '../wire/response.ts';
import { AnswerContext } from './answer-context.ts';
import { answerChaos, ChaosNames } from './chaos.ts';
import { chooseView, noView, viewByClient } from './choose-view.ts';
import { MessageCookie } from './cookie/message-cookie.ts';
import { CookieStatus, cookieOptionOctets } from './cookie/server-cookies.ts';
import { enterZone, findZone, ZoneFit } from './enter-zone.ts';
import { expireSecondsOf } from './expire.ts';
import {
  type ExtendedError,
  notAuthoritativeError,
  noViewError,
  prohibitedError,
  transferChannelError,
  transferProhibitedError,
  zoneNotReadyError,
} from './extended-error.ts';
import { chooseSections } from './minimal.ts';
import { OptRecord } from './opt-record.ts';
import { Outcome, Transport } from './outcome.ts';
import { ResponseCache } from './response-cache.ts';
import { solve } from './solve.ts';
import { Variance } from './steer/answer-variant.ts';
import { maxTouchedZones } from './touched-zones.ts';
import { answerTransfer, isTransfer, TransferAnswer } from './transfer-question.ts';

export class Answerer {
  /** The message last answered; holds until the next call. */
  readonly request: Request;
  /** Who sends it: filled by the caller before each `answer`, but for the key. */
  readonly client: Client;
  /** An `Outcome`; the response's RCODE; the zone that the question fell in (number of ZoneReader.zoneNumber, -1 none). */
  outcome: number = Outcome.silent;
  rcode: number = Rcode.noError;
  zoneNumber = -1;
  /** The view that answered, by its number; `noView` where none is for the client. */
  view = 0;
  truncated = false;
  /** The first SRV that it gives (plane/steering/first-choice.ts); 0 where they are under no policy. */
  firstChoice = 0;
  /** Whether a wildcard stands for the name asked for. */
  isFromWildcard = false;
  /** Whether the response came from the cache. */
  isRepeated = false;
  /** Of the message last answered, where it was signed and the signature could be looked at. */
  verdict: TsigAccepted | TsigFailed | undefined = undefined;
  /** Seconds since 1970, for signatures; set by the caller now and then. */
  nowSeconds = 0;

  private readonly context: AnswerContext;
  private error: ExtendedError | undefined = undefined;
  private readonly cache: ResponseCache | undefined;
  /** Made of the settings. */
  private opt: OptRecord;
  private chaosNames: ChaosNames;
  private keys: readonly TsigKey[];
  private peerKeys: readonly number[] | undefined;
  private cookie: MessageCookie;

  /** With a cache, which must be this answerer's alone, responses that are asked again are not made again. */
  constructor(
    reader: ZoneReader,
    settings: AnswerSettings,
    cache?: ResponseCache,
    client: Client = new Client(),
    draws: Draws = new Draws(),
  ) {
    this.cache = cache;
    this.client = client;
    this.context = new AnswerContext(reader, settings, client);
    this.request = this.context.request;
    this.context.steering.draws = draws;
    this.opt = new OptRecord(settings);
    this.chaosNames = new ChaosNames(settings);
    this.keys = settings.keys ?? [];
    this.peerKeys = settings.peerKeys;
    this.cookie = new MessageCookie(settings);
  }

  /** Answer by other settings from now on. What an answer is made in stays, and so the thread makes next to no garbage of it. */
  apply(settings: AnswerSettings): void {
    this.context.apply(settings);
    this.opt = new OptRecord(settings);
    this.chaosNames = new ChaosNames(settings);
    this.keys = settings.keys ?? [];
    this.peerKeys = settings.peerKeys;
    this.cookie = new MessageCookie(settings);
    this.cache?.clear();
  }

  /** What the message's cookie is worth; `none` too where cookies are not looked at. */
  get cookieStatus(): CookieStatus {
    return this.cookie.status;
  }

  /**
   * Answer the message in `request[offset, offset + octets)` into `response` at `responseOffset`, which must have room
   * for 65,535 octets (TCP) or 4,096 (UDP). Returns the response's octets, 0 for silence. The caller has done `reader.enter()`.
   * `view`: the number of one, or `viewByClient` for the first that is for the client.
   */
  answer(
    request: Uint8Array,
    offset: number,
    octets: number,
    transport: Transport,
    view: number,
    response: Uint8Array,
    responseOffset: number,
  ): number {
    const { context } = this;
    this.view = view;
    const status = context.request.parse(request, offset, octets);
    this.zoneNumber = -1;
    this.truncated = false;
    this.isRepeated = false;
    this.firstChoice = 0;
    this.error = undefined;
    this.verdict = undefined;
    this.client.key = -1;
    context.steering.variant.clear();
    if (status === RequestStatus.drop) {
      this.outcome = Outcome.silent;
      this.rcode = Rcode.noError;
      return 0;
    }
    this.cookie.check(context.request, request, status, transport, this.client, this.nowSeconds);
    const limit = this.cookie.limitOctets(context.request, transport);
    if (context.request.tsigOffset >= 0 && status !== RequestStatus.formErr) {
      const octetsLeft = this.checkSignature(request, offset, octets, limit);
      // By the key, if that is right: a signature that isn't leaves the address (BIND).
      if (view === viewByClient) this.chooseView();
      return this.composeSigned(status, transport, octetsLeft, response, responseOffset);
    }
    if (view === viewByClient) this.chooseView();
    const { cache } = this;
    if (
      cache === undefined ||
      status !== RequestStatus.ok ||
      this.cookie.isRefused ||
      !ResponseCache.isFor(context.request)
    ) {
      const octets = this.compose(status, transport, limit, response, responseOffset);
      return this.addCookie(response, responseOffset, octets);
    }
    if (
      cache.find(context.request, this.view, limit) &&
      (!cache.isRestricted || this.mayRepeat(cache)) &&
      (cache.variance === Variance.none || this.findVariant(cache, limit))
    ) {
      return this.repeat(cache, response, responseOffset);
    }
    const { steering } = context;
    const generation = steering.table?.generation() ?? 0;
    const composed = this.compose(status, transport, limit, response, responseOffset);
    if (this.mayKeep(cache)) {
      const { rcode, zoneNumber } = this;
      const stamp = steering.isSteered ? generation : 0;
      cache.isFromWildcard = this.isFromWildcard;
      cache.keep(response, responseOffset, composed, rcode, zoneNumber, context.touched, steering.variant, stamp);
    }
    return this.addCookie(response, responseOffset, composed);
  }

  /** Choose one of the answers that the question found has, and look for that. */
  private findVariant(cache: ResponseCache, limitOctets: number): boolean {
    const { variant, draws } = this.context.steering;
    if (cache.variance === Variance.drawn) {
      const draw = draws.next();
      const part = cache.partOf(draw);
      if (part < 0) return false;
      variant.chooseDrawn(draw, part);
    } else if (cache.variance === Variance.cyclic) variant.chooseTurn(cache.nextTurn(), cache.period());
    else variant.chooseBucket(this.client, cache.prefixBits4, cache.prefixBits6);
    return cache.findVariant(variant.number, limitOctets);
  }

  /** Nothing was left out of the answer, and it says nothing that is for this client alone. */
  private mayKeep(cache: ResponseCache): boolean {
    const { response, hasAskedCase, denied, steering } = this.context;
    if (this.outcome !== Outcome.answered || response.overflowed || hasAskedCase || denied) return false;
    // The question's own entry may be any of its answers: only what they differ in is taken from it.
    return !steering.variant.isMixed || (cache.variance === Variance.none && steering.variant.kind === Variance.drawn);
  }

  /** What is in the table holds from now on; without one nothing is steered. */
  steer(table: SteeringTable | undefined): void {
    this.context.steering.table = table;
    this.context.templates.drop();
    this.cache?.steer(table);
  }

  private chooseView(): void {
    const { hasQuestion, qclass, opcode } = this.request;
    // Who the server is it tells everybody: with BIND such questions have a view of their own.
    const isOfServer = hasQuestion && qclass === Class.ch && opcode === Opcode.query;
    this.view = isOfServer ? 0 : chooseView(this.context);
  }

  /**
   * Write the apex of the zone that the question last answered fell in to `out`, in wire format and lower case; the caller is still
   * between `reader.enter()` and `leave()`. Returns its octets, 0 where it fell in none.
   */
  writeApex(out: Uint8Array): number {
    const { context, zoneNumber } = this;
    if (zoneNumber < 0) return 0;
    const { other, reader, request } = context;
    context.view = this.view;
    other.assign(request.qname, 0);
    const zone = findZone(context, other);
    if (zone === 0) return 0;
    const suffixAt = other.suffixOffset(reader.zoneLabels(zone));
    copyOctets(other.octets, suffixAt, out, 0, other.length - suffixAt);
    return other.length - suffixAt;
  }

  /** Look at the TSIG of the request. Returns the limit less what the response's TSIG takes; -1 where the record is malformed. */
  private checkSignature(request: Uint8Array, offset: number, octets: number, limitOctets: number): number {
    const { tsigOffset } = this.context.request;
    const verdict = verifyRequest(this.keys, request, offset, octets, tsigOffset, this.nowSeconds);
    if (verdict.status === 'formErr') return -1;
    this.verdict = verdict;
    if (verdict.status === 'ok') this.client.key = verdict.keyNumber;
    return limitOctets - tsigReserveOctets(verdict);
  }

  /** RFC 8945 §5.3: the response to a signed request is signed. Here objects are made: HMAC costs more than they. */
  private composeSigned(
    status: RequestStatus,
    transport: Transport,
    limitOctets: number,
    response: Uint8Array,
    responseOffset: number,
  ): number {
    const { verdict } = this;
    if (verdict === undefined) {
      const limit = this.cookie.limitOctets(this.request, transport);
      const octets = this.compose(RequestStatus.formErr, transport, limit, response, responseOffset);
      return this.addCookie(response, responseOffset, octets);
    }
    const composed = this.compose(status, transport, limitOctets, response, responseOffset);
    const octets = this.addCookie(response, responseOffset, composed);
    if (octets === 0 || this.outcome === Outcome.transfer) return octets;
    return signResponse(verdict, response, responseOffset, octets, this.nowSeconds);
  }

  /** Make the response by the algorithm. */
  private compose(
    status: RequestStatus,
    transport: Transport,
    limitOctets: number,
    response: Uint8Array,
    responseOffset: number,
  ): number {
    const { context } = this;
    context.reset(this.view, transport === Transport.tcp);
    context.response.begin(response, responseOffset, limitOctets);
    this.opt.reserve(context.request, context.response);
    if (context.request.hasQuestion) this.echoQuestion();
    this.outcome = this.answerByStatus(status);
    this.isFromWildcard = context.isFromWildcard;
    this.firstChoice = context.steering.variant.firstChoice;
    if (this.outcome === Outcome.deferred) return 0;
    return this.finish();
  }

  /** Whether the client may query all zones that the response found was made of. */
  private mayRepeat(cache: ResponseCache): boolean {
    const { access, reader } = this.context;
    for (let i = 0; i < maxTouchedZones; i++) {
      const zone = cache.zoneAt(i);
      if (zone !== 0 && !access.allows(reader.zoneAllowQuery(zone), this.client)) return false;
    }
    return true;
  }

  /** Give the response found in the cache; only answers are in it. */
  private repeat(cache: ResponseCache, response: Uint8Array, responseOffset: number): number {
    this.outcome = Outcome.answered;
    this.isRepeated = true;
    this.rcode = cache.rcode;
    this.zoneNumber = cache.zoneNumber;
    this.isFromWildcard = cache.isFromWildcard;
    this.firstChoice = cache.firstChoice;
    this.opt.optionOctets = 0;
    return this.addCookie(response, responseOffset, cache.write(this.request, response, responseOffset));
  }

  /**
   * Write, in place of the answer to the message last answered, what sends a client that is there for another try, and is of no use to one
   * that isn't: TC (to TCP), or BADCOOKIE to who knows cookies. Returns its octets.
   */
  slip(response: Uint8Array, responseOffset: number): number {
    const { context, request } = this;
    const flags = u16At(response, responseOffset + 2);
    const hasCookie = this.cookie.status !== CookieStatus.none;
    context.response.begin(response, responseOffset, minUdpPayloadOctets - cookieOptionOctets);
    this.opt.reserve(request, context.response);
    if (request.hasQuestion) this.echoQuestion();
    context.authoritative = !hasCookie && (flags & Flag.aa) !== 0;
    context.truncated = !hasCookie;
    this.firstChoice = 0;
    context.rcode = hasCookie ? Rcode.badCookie : this.rcode;
    return this.addCookie(response, responseOffset, this.finish());
  }

  private addCookie(response: Uint8Array, offset: number, octets: number): number {
    return this.cookie.add(response, offset, octets, this.opt.optionOctets);
  }

  private echoQuestion(): void {
    const { qname, qnameOctets, qtype, qclass } = this.request;
    this.context.response.writeQuestion(qname, qnameOctets, qtype, qclass);
  }

  private answerByStatus(status: RequestStatus): number {
    if (this.view === noView && (status === RequestStatus.ok || status === RequestStatus.deferred)) {
      this.context.rcode = Rcode.refused;
      this.error = noViewError;
      return Outcome.noView;
    }
    if (this.verdict?.status === 'failed') {
      this.context.rcode = Rcode.notAuth;
      return Outcome.badSignature;
    }
    switch (status) {
      case RequestStatus.deferred:
        return Outcome.deferred;
      case RequestStatus.ok:
        if (!this.cookie.isRefused) return this.answerQuery();
        this.context.rcode = Rcode.badCookie;
        return Outcome.badCookie;
      case RequestStatus.cookieOnly:
        if (this.cookie.status === CookieStatus.none) return this.failMalformed();
        return Outcome.cookieOnly;
      case RequestStatus.notImp:
        this.context.rcode = Rcode.notImp;
        return Outcome.notImp;
      case RequestStatus.badVers:
        this.context.rcode = Rcode.badVers;
        return Outcome.badVers;
      default:
        return this.failMalformed();
    }
  }

  private failMalformed(): number {
    this.context.rcode = Rcode.formErr;
    return Outcome.formErr;
  }

  private answerQuery(): number {
    const { context } = this;
    const { qclass, qtype, qname } = context.request;
    if (qclass === Class.ch) {
      if (this.isOfPeer()) return Outcome.deferred;
      answerChaos(context, this.chaosNames);
      return context.rcode === Rcode.refused ? Outcome.refused : Outcome.answered;
    }
    if (qclass !== Class.in) return this.refuse();
    context.lookFor(qname, 0, questionPosition);
    const fit = enterZone(context);
    if (fit === ZoneFit.none) return isTransfer(qtype) ? this.refuseTransfer() : this.refuse();
    this.zoneNumber = context.reader.zoneNumber(context.zone);
    if (fit === ZoneFit.denied) return this.deny();
    if (fit === ZoneFit.notLoaded) return this.failNotLoaded();
    if (isTransfer(qtype)) return this.answerTransferQuestion();
    context.authoritative = true;
    chooseSections(context);
    solve(context);
    return Outcome.answered;
  }

  /** Whether a peer asks how targets are, with its key: main knows. To everybody else the name is one that there is not. */
  private isOfPeer(): boolean {
    const { verdict, peerKeys, request } = this;
    if (peerKeys === undefined || verdict?.status !== 'ok' || !peerKeys.includes(verdict.keyNumber)) return false;
    return request.qtype === Type.txt && isHealthName(request.qname);
  }

  private refuse(): number {
    this.context.rcode = Rcode.refused;
    this.error = notAuthoritativeError;
    return Outcome.refused;
  }

  private deny(): number {
    this.context.rcode = Rcode.refused;
    this.error = prohibitedError;
    return Outcome.denied;
  }

  private failNotLoaded(): number {
    this.context.rcode = Rcode.servFail;
    this.error = zoneNotReadyError;
    return Outcome.zoneNotLoaded;
  }

  private answerTransferQuestion(): number {
    switch (answerTransfer(this.context)) {
      case TransferAnswer.transfer:
        return Outcome.transfer;
      case TransferAnswer.answered:
        return Outcome.answered;
      case TransferAnswer.formErr:
        return Outcome.badTransfer;
      case TransferAnswer.denied:
        this.error = transferProhibitedError;
        return Outcome.denied;
      case TransferAnswer.notXot:
        this.error = transferChannelError;
        return Outcome.denied;
      default:
        return Outcome.notAuth;
    }
  }

  /** A transfer of what none of our zones encloses, as BIND answers it (RFC 5936 §2.2.1). */
  private refuseTransfer(): number {
    this.context.rcode = Rcode.notAuth;
    return Outcome.notAuth;
  }

  private finish(): number {
    const { context, request } = this;
    this.rcode = context.rcode;
    this.truncated = context.truncated;
    const expireSeconds = expireSecondsOf(context, this.nowSeconds);
    this.opt.write(request, context.response, context.rcode, this.error, expireSeconds);
    return context.response.finish(request.id, this.flags());
  }

  /** RD is copied (RFC 1035 §4.1.1). RA, AD and CD stay clear: we neither recurse nor validate (RFC 4035 §3.1.6). */
  private flags(): number {
    const { context, request } = this;
    let flags = Flag.qr | (request.opcode << 11) | (request.flags & Flag.rd) | (context.rcode & 15);
    if (context.authoritative) flags |= Flag.aa;
    if (context.truncated) flags |= Flag.tc;
    return flags;
  }
}
