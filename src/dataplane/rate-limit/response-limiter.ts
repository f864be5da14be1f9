/**
 * Which responses are held back (BIND's `rate-limit`), so that nobody can have this server flood another who never asked: the more alike
 * responses a network gets in a second, the fewer.
 *
 * What is alike is BIND's: answers to the same question; with a wildcard, or to names that don't exist, all of a zone; referrals to the same
 * zone; all "no data" of a name; all errors. Over TCP, and with a valid cookie or signature, the sender is who it says, and is not limited.
 */

import { CookieStatus } from '../../answer/cookie/server-cookies.ts';
import { Outcome, Transport } from '../../answer/outcome.ts';
import { lowerCase, octetAt, u16At } from '../../base/octets.ts';
import type { AccessLists } from '../../plane/access/access-lists.ts';
import type { Client } from '../../plane/access/client.ts';
import { type RateLimit, ResponseKind } from '../../plane/rate-limit/rate-limit.ts';
import { RateLimitTable } from '../../plane/rate-limit/rate-limit-table.ts';
import { Flag, headerOctets, Rcode } from '../../wire/codes.ts';
import type { QuestionAnswerer } from '../responder.ts';

export const LimitVerdict = { send: 0, drop: 1, slip: 2 } as const;
export type LimitVerdict = (typeof LimitVerdict)[keyof typeof LimitVerdict];

/** Accounts of those who have asked over TCP; no kind of response. */
const tcpKind = 6;
const keyWords = 5;

export class ResponseLimiter {
  /** Of the response last judged, where that is held back: which limit holds it, of which kind, and the account. */
  limit: RateLimit | undefined = undefined;
  kind: ResponseKind = ResponseKind.answer;
  account = 0;
  table: RateLimitTable | undefined = undefined;
  /** Where in the question's name that begins which the account counts; -1 where its zone's name does. */
  nameOffset = 0;

  private readonly limits: readonly (RateLimit | undefined)[];
  /** Of each view. */
  readonly tables: readonly (RateLimitTable | undefined)[];
  private readonly access: AccessLists;
  /** Network (two words), kind with type and class, name, family. */
  private readonly key = new Int32Array(keyWords);
  private place = 0;
  private tag = 0;

  /** `limits`: by the number of the view. */
  constructor(limits: readonly (RateLimit | undefined)[], access: AccessLists) {
    this.limits = limits;
    this.tables = limits.map((limit) => (limit?.table === undefined ? undefined : new RateLimitTable(limit.table)));
    this.access = access;
  }

  /** Milliseconds since 1970, for all that follows. */
  setTime(nowMs: number): void {
    for (let view = 0; view < this.tables.length; view++) this.tables[view]?.setTime(nowMs);
  }

  /** Judge the response at `response[offset]`, which `answerer` has just made for `client`. */
  judge(
    answerer: QuestionAnswerer,
    client: Client,
    transport: Transport,
    response: Uint8Array,
    offset: number,
  ): LimitVerdict {
    const { view } = answerer;
    const limit = view < 0 ? undefined : this.limits[view];
    const table = view < 0 ? undefined : this.tables[view];
    if (limit === undefined || table === undefined || isKnown(answerer)) return LimitVerdict.send;
    const scale = limit.qpsScale === 0 ? 1 : limit.qpsScale / table.countResponse(limit.windowSeconds);
    this.readNetwork(limit, client);
    if (transport === Transport.tcp) {
      if (scale < 1) this.noteTcp(limit, table);
      return LimitVerdict.send;
    }
    const kind = this.readKind(answerer, response, offset);
    const rateScale = scale < 1 && !this.usesTcp(limit, table) ? scale : 1;
    const slip = rateScale < 1 && limit.slip > 2 ? Math.max(Math.floor(limit.slip * rateScale), 2) : limit.slip;
    const verdict = this.debit(limit, table, kind, rateScale, slip);
    // Only now, because it is seldom asked.
    if (verdict === LimitVerdict.send || this.access.allows(limit.exempt, client)) return LimitVerdict.send;
    this.limit = limit;
    this.table = table;
    return verdict;
  }

  /** BIND's: both accounts are debited, and that of all responses decides where both are empty. */
  private debit(
    limit: RateLimit,
    table: RateLimitTable,
    kind: ResponseKind,
    scale: number,
    slip: number,
  ): LimitVerdict {
    const { key } = this;
    let verdict: LimitVerdict = LimitVerdict.send;
    const perSecond = scaled(limit.perSecond[kind] as number, scale);
    if (perSecond > 0) {
      this.mix(table);
      if (!table.debit(this.place, this.tag, perSecond, limit.windowSeconds)) {
        this.kind = kind;
        this.account = table.account;
        verdict = table.slips(table.account, slip) ? LimitVerdict.slip : LimitVerdict.drop;
      }
    }
    const allPerSecond = scaled(limit.perSecond[ResponseKind.all] as number, scale);
    if (allPerSecond === 0) return verdict;
    key[2] = ResponseKind.all;
    key[3] = 0;
    this.mix(table);
    if (table.debit(this.place, this.tag, allPerSecond, limit.windowSeconds)) return verdict;
    this.kind = ResponseKind.all;
    this.account = table.account;
    return LimitVerdict.drop;
  }

  private readNetwork({ ipv4PrefixBits, ipv6PrefixBits }: RateLimit, { family, octets, offset }: Client): void {
    const { key } = this;
    key[4] = family;
    if (family === 4) {
      key[0] = wordAt(octets, offset) & maskOf(ipv4PrefixBits);
      key[1] = 0;
      return;
    }
    key[0] = wordAt(octets, offset) & maskOf(ipv6PrefixBits);
    key[1] = wordAt(octets, offset + 4) & maskOf(ipv6PrefixBits - 32);
  }

  /** What kind of response it is, and what makes it alike others. */
  private readKind(answerer: QuestionAnswerer, response: Uint8Array, offset: number): ResponseKind {
    const { key } = this;
    const { request } = answerer;
    const kind = kindOf(answerer, response, offset);
    this.nameOffset = 0;
    const classBits = (request.qclass & 255) << 3;
    switch (kind) {
      case ResponseKind.error:
        key[2] = kind;
        key[3] = 0;
        return kind;
      case ResponseKind.nameError:
        key[2] = kind;
        key[3] = answerer.zoneNumber;
        this.nameOffset = -1;
        return kind;
      case ResponseKind.referral:
        this.nameOffset = findDelegation(request.qnameOctets, response, offset);
        key[2] = kind | classBits;
        break;
      case ResponseKind.noData:
        key[2] = kind | classBits;
        break;
      default:
        key[2] = kind | classBits | (request.qtype << 11);
    }
    // A name that a wildcard stands for is none of the zone's: there are as many as somebody makes up.
    key[3] =
      answerer.isFromWildcard === true
        ? ~answerer.zoneNumber
        : hashOf(request.qname, this.nameOffset, request.qnameOctets);
    return kind;
  }

  private noteTcp(limit: RateLimit, table: RateLimitTable): void {
    this.mixTcp(table);
    table.touch(this.place, this.tag, limit.windowSeconds);
  }

  /** BIND: the limit for clients that have used TCP is not scaled. */
  private usesTcp(limit: RateLimit, table: RateLimitTable): boolean {
    const { key } = this;
    const kindWord = key[2] as number;
    const nameWord = key[3] as number;
    this.mixTcp(table);
    key[2] = kindWord;
    key[3] = nameWord;
    return table.has(this.place, this.tag, limit.windowSeconds);
  }

  private mixTcp(table: RateLimitTable): void {
    this.key[2] = tcpKind;
    this.key[3] = 0;
    this.mix(table);
  }

  private mix({ seed, secondSeed }: RateLimitTable): void {
    const { key } = this;
    let place = seed;
    let tag = secondSeed;
    for (let i = 0; i < keyWords; i++) {
      const word = key[i] as number;
      place = Math.imul(place ^ word, 0x9e3779b1);
      place ^= place >>> 15;
      tag = Math.imul(tag + word, 0x85ebca6b);
      tag ^= tag >>> 13;
    }
    place = Math.imul(place, 0x2c1b3c6d);
    this.place = place ^ (place >>> 16);
    // 0 is that of an account that was never used.
    this.tag = tag === 0 ? 1 : tag;
  }
}

/** Whose address is sure to be the sender's; and what is no larger than what it answers. */
function isKnown({ cookieStatus, verdict, outcome }: QuestionAnswerer): boolean {
  return (
    cookieStatus === CookieStatus.valid ||
    verdict?.status === 'ok' ||
    outcome === Outcome.badCookie ||
    outcome === Outcome.cookieOnly
  );
}

function scaled(perSecond: number, scale: number): number {
  return scale >= 1 || perSecond === 0 ? perSecond : Math.max(Math.floor(perSecond * scale), 1);
}

/** By the first name of a chain, as with BIND: what an alias leads to doesn't matter. */
function kindOf({ outcome, rcode }: QuestionAnswerer, response: Uint8Array, offset: number): ResponseKind {
  if (outcome !== Outcome.answered) return ResponseKind.error;
  const hasAnswer = u16At(response, offset + 6) > 0;
  if (rcode === Rcode.nxDomain && !hasAnswer) return ResponseKind.nameError;
  if (rcode !== Rcode.noError || hasAnswer) return ResponseKind.answer;
  const flags = u16At(response, offset + 2);
  if ((flags & Flag.tc) !== 0) return ResponseKind.answer;
  return (flags & Flag.aa) === 0 && u16At(response, offset + 8) > 0 ? ResponseKind.referral : ResponseKind.noData;
}

/** Where in the question's name that of the zone begins that is referred to: the owner of the first record, a pointer into the question. */
function findDelegation(qnameOctets: number, response: Uint8Array, offset: number): number {
  const pointer = u16At(response, offset + headerOctets + qnameOctets + 4) - 0xc000 - headerOctets;
  return pointer > 0 && pointer < qnameOctets ? pointer : 0;
}

function hashOf(name: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ octetAt(lowerCase, octetAt(name, at)), 0x01000193);
  return hash;
}

function wordAt(octets: Uint8Array, at: number): number {
  return (
    (octetAt(octets, at) << 24) |
    (octetAt(octets, at + 1) << 16) |
    (octetAt(octets, at + 2) << 8) |
    octetAt(octets, at + 3)
  );
}

/** The first `bits` of a word; all where there are more, none where there are less than one. */
function maskOf(bits: number): number {
  return bits >= 32 ? -1 : bits <= 0 ? 0 : -1 << (32 - bits);
}
