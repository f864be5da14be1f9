/** The answer algorithm's outside: one message in, one message out (or silence). */
import { maxMessageOctets } from '../base/limits.ts';
import type { AnswerSettings } from '../plane/answer-settings.ts';
import type { ZoneReader } from '../store/zone-reader.ts';
import { Class, Flag, Rcode } from '../wire/codes.ts';
import { minUdpPayloadOctets } from '../wire/edns.ts';
import { type Request, RequestStatus } from '../wire/request.ts';
import { questionPosition } from '../wire/response.ts';
import { AnswerContext } from './answer-context.ts';
import { answerChaos, ChaosNames } from './chaos.ts';
import { enterZone, ZoneFit } from './enter-zone.ts';
import { type ExtendedError, noTransferError, notAuthoritativeError, zoneNotReadyError } from './extended-error.ts';
import { chooseSections } from './minimal.ts';
import { OptRecord } from './opt-record.ts';
import { ResponseCache } from './response-cache.ts';
import { solve } from './solve.ts';
import { answerTransfer, isTransfer } from './transfer-question.ts';

export const Transport = { udp: 0, tcp: 1 } as const;
export type Transport = (typeof Transport)[keyof typeof Transport];

/** What became of a message, for counters and logs. */
export const Outcome = {
  /** Nothing is sent (QR=1, less than a header). */
  silent: 0,
  answered: 1,
  formErr: 2,
  notImp: 3,
  badVers: 4,
  /** No zone of ours encloses the name. */
  refused: 5,
  /** The zone is configured and not loaded, or expired. */
  zoneNotLoaded: 6,
} as const;

export class Answerer {
  /** The message last answered; holds until the next call. */
  readonly request: Request;
  /** An `Outcome`; the response's RCODE; the zone that the question fell in (number of ZoneReader.zoneNumber, -1 none). */
  outcome: number = Outcome.silent;
  rcode: number = Rcode.noError;
  zoneNumber = -1;
  truncated = false;

  private readonly context: AnswerContext;
  private readonly opt: OptRecord;
  private readonly chaosNames: ChaosNames;
  private readonly udpOctets: number;
  private error: ExtendedError | undefined = undefined;
  private readonly cache: ResponseCache | undefined;

  /** With a cache, which must be this answerer's alone, responses that are asked again are not made again. */
  constructor(reader: ZoneReader, settings: AnswerSettings, cache?: ResponseCache) {
    this.cache = cache;
    this.context = new AnswerContext(reader, settings);
    this.request = this.context.request;
    this.opt = new OptRecord(settings);
    this.chaosNames = new ChaosNames(settings);
    this.udpOctets = settings.ednsUdpOctets;
  }

  /**
   * Answer the message in `request[offset, offset + octets)` into `response` at `responseOffset`, which must have room
   * for 65,535 octets (TCP) or 4,096 (UDP). Returns the response's octets, 0 for silence. The caller has done `reader.enter()`.
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
    const status = context.request.parse(request, offset, octets);
    this.zoneNumber = -1;
    this.truncated = false;
    this.error = undefined;
    if (status === RequestStatus.drop) {
      this.outcome = Outcome.silent;
      this.rcode = Rcode.noError;
      return 0;
    }
    const limit = this.limitOctets(transport);
    const { cache } = this;
    if (cache === undefined || status !== RequestStatus.ok || !ResponseCache.isFor(context.request)) {
      return this.compose(status, transport, view, limit, response, responseOffset);
    }
    if (cache.find(context.request, view, limit)) return this.repeat(cache, response, responseOffset);
    const composed = this.compose(status, transport, view, limit, response, responseOffset);
    if (this.outcome === Outcome.answered && !context.response.overflowed && !context.hasAskedCase) {
      cache.keep(response, responseOffset, composed, this.rcode, this.zoneNumber, context.touched);
    }
    return composed;
  }

  /** Make the response by the algorithm. */
  private compose(
    status: RequestStatus,
    transport: Transport,
    view: number,
    limitOctets: number,
    response: Uint8Array,
    responseOffset: number,
  ): number {
    const { context } = this;
    context.reset(view, transport === Transport.tcp);
    context.response.begin(response, responseOffset, limitOctets);
    this.opt.reserve(context.request, context.response);
    if (context.request.hasQuestion) this.echoQuestion();
    this.outcome = this.answerByStatus(status);
    return this.finish();
  }

  /** Give the response found in the cache; only answers are in it. */
  private repeat(cache: ResponseCache, response: Uint8Array, responseOffset: number): number {
    this.outcome = Outcome.answered;
    this.rcode = cache.rcode;
    this.zoneNumber = cache.zoneNumber;
    return cache.write(this.request, response, responseOffset);
  }

  /** RFC 6891 §6.2.3 to §6.2.5: what the sender takes, but not more than we send; 512 octets where it doesn't say. */
  private limitOctets(transport: Transport): number {
    if (transport === Transport.tcp) return maxMessageOctets;
    const { request } = this;
    return request.hasEdns ? Math.min(request.udpPayloadOctets, this.udpOctets) : minUdpPayloadOctets;
  }

  private echoQuestion(): void {
    const { qname, qnameOctets, qtype, qclass } = this.request;
    this.context.response.writeQuestion(qname, qnameOctets, qtype, qclass);
  }

  private answerByStatus(status: RequestStatus): number {
    switch (status) {
      case RequestStatus.ok:
        return this.answerQuery();
      case RequestStatus.notImp:
        this.context.rcode = Rcode.notImp;
        return Outcome.notImp;
      case RequestStatus.badVers:
        this.context.rcode = Rcode.badVers;
        return Outcome.badVers;
      default:
        this.context.rcode = Rcode.formErr;
        return Outcome.formErr;
    }
  }

  private answerQuery(): number {
    const { context } = this;
    const { qclass, qtype, qname } = context.request;
    if (qclass === Class.ch) {
      answerChaos(context, this.chaosNames);
      return context.rcode === Rcode.refused ? Outcome.refused : Outcome.answered;
    }
    if (qclass !== Class.in) return this.refuse();
    context.lookFor(qname, 0, questionPosition);
    const fit = enterZone(context);
    if (fit === ZoneFit.none) return this.refuse();
    this.zoneNumber = context.reader.zoneNumber(context.zone);
    if (fit === ZoneFit.notLoaded) return this.failNotLoaded();
    if (isTransfer(qtype)) return this.answerTransferQuestion();
    context.authoritative = true;
    chooseSections(context);
    solve(context);
    return Outcome.answered;
  }

  private refuse(): number {
    this.context.rcode = Rcode.refused;
    this.error = notAuthoritativeError;
    return Outcome.refused;
  }

  private failNotLoaded(): number {
    this.context.rcode = Rcode.servFail;
    this.error = zoneNotReadyError;
    return Outcome.zoneNotLoaded;
  }

  private answerTransferQuestion(): number {
    answerTransfer(this.context);
    if (this.context.rcode === Rcode.formErr) return Outcome.formErr;
    if (this.context.rcode === Rcode.noError) return Outcome.answered;
    if (this.context.rcode === Rcode.refused) this.error = noTransferError;
    return Outcome.refused;
  }

  private finish(): number {
    const { context, request } = this;
    this.rcode = context.rcode;
    this.truncated = context.truncated;
    this.opt.write(request, context.response, context.rcode, this.error);
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
