/**
 * What is told of rate limits, in BIND's words: that a network's responses are limited from now on, each one that is held back, and that
 * they are limited no more. Bounded, whatever is asked: so many lines a second, and so many limits at a time of which the end is told.
 */
import { copyOctets } from '../../base/octets.ts';
import type { Client } from '../../plane/access/client.ts';
import { LimitVerb, limitTextOctets, writeLimitText } from '../../plane/rate-limit/limit-text.ts';
import { type RateLimit, ResponseKind } from '../../plane/rate-limit/rate-limit.ts';
import type { RateLimitTable } from '../../plane/rate-limit/rate-limit-table.ts';
import { LogKind, LogRecord } from '../../plane/rings/log-record.ts';
import type { LogRingWriter } from '../../plane/rings/log-ring.ts';
import { LimitVerdict, type ResponseLimiter } from './response-limiter.ts';

/** A worker's; the rest is left out. */
const maxLinesPerSecond = 1000;
const maxToldLimits = 256;
/** BIND's: a limit is over when it has been quiet for so long, and one that goes on is told of again. */
const quietSeconds = 60;
const repeatSeconds = 1800;
/** So many of the limits told of are looked at in a second. */
const looksPerSecond = 64;

/** A limit that was told of, until its end is. Made once, and used again. */
class ToldLimit {
  limit: RateLimit | undefined = undefined;
  table: RateLimitTable | undefined = undefined;
  account = 0;
  tag = 0;
  toldAtSecond = 0;
  kind: ResponseKind = ResponseKind.answer;
  nameOffset = 0;
  family: 4 | 6 = 4;
  readonly address = new Uint8Array(16);
  readonly qname = new Uint8Array(256);
  qnameOctets = 0;
  qtype = 0;
  qclass = 0;
}

export class LimitLog {
  private readonly ring: LogRingWriter;
  private readonly record = new LogRecord();
  private readonly told: ToldLimit[] = [];
  private toldCount = 0;
  private nextLook = 0;
  private lines = 0;
  private second = 0;
  private timeMs = 0;

  constructor(ring: LogRingWriter) {
    this.ring = ring;
    this.record.text = new Uint8Array(limitTextOctets);
  }

  /** Limits go on in these tables. What was told of another one is forgotten: nobody counts there any more. */
  follow(tables: readonly (RateLimitTable | undefined)[]): void {
    for (let i = this.toldCount - 1; i >= 0; i--) {
      const told = this.told[i] as ToldLimit;
      const { table: before } = told;
      told.table = tables.find((table) => before !== undefined && table?.isSameAs(before));
      if (told.table === undefined) this.remove(i);
    }
  }

  /** Milliseconds since 1970, for all that follows. Tells of limits that have ended, while `isRead`. */
  setTime(nowMs: number, isRead: boolean): void {
    const second = Math.floor(nowMs / 1000);
    this.timeMs = nowMs;
    if (second === this.second) return;
    this.second = second;
    this.lines = 0;
    if (this.toldCount > 0) this.lookForEnds(isRead);
  }

  /**
   * Tell of a response that `limiter` holds back, or would. `question` is filled with all that the query log says of it; `errorKind`: what
   * the record of a limited error is.
   */
  tell(limiter: ResponseLimiter, verdict: LimitVerdict, client: Client, question: LogRecord, errorKind: number): void {
    const { limit, table, account, kind, nameOffset } = limiter;
    if (limit === undefined || table === undefined) return;
    const at = Math.max(nameOffset, 0);
    // Beyond the bound nothing is marked, so that it is told of when there is time.
    if (this.lines < maxLinesPerSecond && !table.wasTold(account))
      this.begin(limit, table, account, kind, at, client, question);
    const logKind = kind === ResponseKind.error ? errorKind : LogKind.rateLimited;
    if (logKind === 0 || this.lines >= maxLinesPerSecond) return;
    this.lines++;
    const { kind: otherKind, text, textOctets } = question;
    question.text = this.record.text;
    const verb = verdict === LimitVerdict.slip ? LimitVerb.slip : LimitVerb.drop;
    writeLimitText(question, verb, kind, bitsOf(limit, client.family), limit.isLogOnly, at);
    question.kind = logKind;
    this.ring.append(question);
    question.kind = otherKind;
    question.text = text;
    question.textOctets = textOctets;
  }

  private begin(
    limit: RateLimit,
    table: RateLimitTable,
    account: number,
    kind: ResponseKind,
    nameOffset: number,
    client: Client,
    question: LogRecord,
  ): void {
    const told = this.takePlace();
    told.limit = limit;
    told.table = table;
    told.account = account;
    told.tag = table.tagOf(account);
    told.toldAtSecond = this.second;
    told.family = client.family;
    copyOctets(client.octets, client.offset, told.address, 0, client.family === 4 ? 4 : 16);
    copyOctets(question.qname, 0, told.qname, 0, question.qnameOctets);
    told.qnameOctets = question.qnameOctets;
    told.qtype = question.qtype;
    told.qclass = question.qclass;
    told.kind = kind;
    told.nameOffset = nameOffset;
    this.append(told, LimitVerb.limit, question.rcode, question.outcome);
  }

  /** The next free one; where there is none the last one, whose end will not be told. */
  private takePlace(): ToldLimit {
    if (this.toldCount < maxToldLimits) this.toldCount++;
    if (this.told.length < this.toldCount) this.told.push(new ToldLimit());
    return this.told[this.toldCount - 1] as ToldLimit;
  }

  private lookForEnds(isRead: boolean): void {
    for (let i = 0; i < looksPerSecond && this.toldCount > 0; i++) {
      this.nextLook = this.nextLook >= this.toldCount - 1 ? 0 : this.nextLook + 1;
      const told = this.told[this.nextLook] as ToldLimit;
      const table = told.table as RateLimitTable;
      const isGone = table.tagOf(told.account) !== told.tag;
      if (isGone || table.isOver(told.account, quietSeconds)) {
        if (!isGone) table.forgetTold(told.account);
        if (isRead) this.append(told, isGone ? LimitVerb.stopEarly : LimitVerb.stop, 0, 0);
        this.remove(this.nextLook);
      } else if (this.second - told.toldAtSecond >= repeatSeconds) {
        told.toldAtSecond = this.second;
        if (isRead && !table.isOver(told.account, 1)) this.append(told, LimitVerb.goOn, 0, 0);
      }
      if (this.toldCount <= i + 1) return;
    }
  }

  private remove(index: number): void {
    const last = --this.toldCount;
    const removed = this.told[index] as ToldLimit;
    // Its memory is not for it to hold.
    removed.table = undefined;
    removed.limit = undefined;
    this.told[index] = this.told[last] as ToldLimit;
    this.told[last] = removed;
  }

  private append(told: ToldLimit, verb: LimitVerb, rcode: number, outcome: number): void {
    if (this.lines >= maxLinesPerSecond) return;
    this.lines++;
    const { record } = this;
    const limit = told.limit as RateLimit;
    record.kind = LogKind.rateLimit;
    record.timeMs = this.timeMs;
    record.family = told.family;
    record.client = told.address;
    record.qname = told.qname;
    record.qnameOctets = told.qnameOctets;
    record.qtype = told.qtype;
    record.qclass = told.qclass;
    record.rcode = rcode;
    record.outcome = outcome;
    writeLimitText(record, verb, told.kind, bitsOf(limit, told.family), limit.isLogOnly, told.nameOffset);
    this.ring.append(record);
  }
}

function bitsOf(limit: RateLimit, family: 4 | 6): number {
  return family === 4 ? limit.ipv4PrefixBits : limit.ipv6PrefixBits;
}
