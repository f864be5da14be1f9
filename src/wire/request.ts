/**
 * The parsed request: one object per thread, filled again for each message.
 *
 * Wire format (RFC 1035 §4.1): a header of 12 octets, then as many questions and records as its four counts say. Nothing
 * here allocates or throws, no count is believed before the octets are seen, and no step looks at an octet that an
 * earlier one has passed, so the work is bounded by the message's size.
 */
import { maxLabelOctets, maxNameOctets } from '../base/limits.ts';
import { copyOctets, octetAt, u16At } from '../base/octets.ts';
import { Class, EdnsOption, Flag, headerOctets, Opcode, Type } from './codes.ts';
import {
  clientSubnetFixedOctets,
  ednsFlagDo,
  ednsVersion,
  isCookieLength,
  minUdpPayloadOctets,
  optionHeaderOctets,
} from './edns.ts';

/** What a message is good for. */
export const RequestStatus = {
  /** A query with one question. */
  ok: 0,
  /** Answer with silence: less than a header, or a response (two servers would answer each other for ever). */
  drop: 1,
  formErr: 2,
  notImp: 3,
  badVers: 4,
  /** A NOTIFY or UPDATE that is well-formed so far as its sections go. */
  deferred: 5,
  /** A query without a question that has a cookie: it asks for ours alone (RFC 7873 §5.4). */
  cookieOnly: 6,
} as const;
export type RequestStatus = (typeof RequestStatus)[keyof typeof RequestStatus];

/** EDNS options that are only counted. */
export const OptionBit = { keepalive: 1, keyTag: 2, unknown: 4 } as const;

export class Request {
  /** What `parse` returned last. Unless it is `drop`, `id`, `flags` and `opcode` hold. */
  status: RequestStatus = RequestStatus.drop;
  id = 0;
  /** The second 16 bits of the header (see Flag). */
  flags = 0;
  opcode = 0;

  /** Whether qname, qtype and qclass hold: also where the message is malformed behind its question. */
  hasQuestion = false;
  /** In wire format, uncompressed, case as asked. */
  readonly qname: Uint8Array = new Uint8Array(maxNameOctets + 1);
  qnameOctets = 0;
  qtype = 0;
  qclass = 0;

  /** EDNS (RFC 6891): whether an OPT is there, its version, DO, the sender's UDP payload size (512 at least). */
  hasEdns = false;
  ednsVersion = 0;
  dnssecOk = false;
  udpPayloadOctets = minUdpPayloadOctets;
  wantsNsid = false;
  /** EDNS EXPIRE (RFC 7314). */
  wantsExpire = false;
  /** Padding (RFC 7830). */
  wantsPadding = false;
  /** Offset and octets of the COOKIE option's data in the message, 0 octets where there is none. */
  cookieOffset = 0;
  cookieOctets = 0;
  /** The same of the client subnet (RFC 7871): family, source and scope prefix length, address. Checked, not acted upon. */
  clientSubnetOffset = 0;
  clientSubnetOctets = 0;
  /** Of `OptionBit`: options that are there and mean nothing to the answer. */
  otherOptions = 0;

  /** Where the sections behind the question begin in the message, and what the header counts in them. */
  answerOffset = 0;
  answerCount = 0;
  authorityOffset = 0;
  authorityCount = 0;
  additionalOffset = 0;
  additionalCount = 0;
  /** Offset of the TSIG record, which is the last one (RFC 8945 §5.1); -1 where there is none. */
  tsigOffset = -1;

  /** How many labels, records and options the last `parse` looked at. Never more than the message has octets. */
  steps = 0;

  private message: Uint8Array = noOctets;
  private start = 0;
  private end = 0;
  /** The next octet to look at. */
  private at = 0;
  /** Where the fixed part (TYPE, CLASS, TTL, RDLENGTH) of the record last passed begins, and where its data. */
  private recordFixed = 0;
  private recordData = 0;

  /** Parse the message in `message[offset, offset + octets)` and say what it is good for. */
  parse(message: Uint8Array, offset: number, octets: number): RequestStatus {
    this.reset(message, offset, octets);
    this.status = this.parseMessage();
    this.message = noOctets;
    return this.status;
  }

  private reset(message: Uint8Array, offset: number, octets: number): void {
    this.message = message;
    this.start = offset;
    this.at = offset;
    this.end = offset + octets;
    this.steps = 0;
    this.hasQuestion = false;
    this.qnameOctets = 0;
    this.qtype = 0;
    this.qclass = 0;
    this.hasEdns = false;
    this.ednsVersion = 0;
    this.dnssecOk = false;
    this.udpPayloadOctets = minUdpPayloadOctets;
    this.wantsNsid = false;
    this.wantsExpire = false;
    this.wantsPadding = false;
    this.cookieOffset = 0;
    this.cookieOctets = 0;
    this.clientSubnetOffset = 0;
    this.clientSubnetOctets = 0;
    this.otherOptions = 0;
    this.tsigOffset = -1;
  }

  private parseMessage(): RequestStatus {
    if (this.end - this.start < headerOctets) return RequestStatus.drop;
    const { message, start: header } = this;
    this.id = u16At(message, header);
    this.flags = u16At(message, header + 2);
    this.opcode = (this.flags >> 11) & 15;
    if ((this.flags & Flag.qr) !== 0) return RequestStatus.drop;
    const questionCount = u16At(message, header + 4);
    this.answerCount = u16At(message, header + 6);
    this.authorityCount = u16At(message, header + 8);
    this.additionalCount = u16At(message, header + 10);
    this.at = header + headerOctets;
    if (!isKnownOpcode(this.opcode)) return this.passUnknown(questionCount);
    // RFC 9619 §4: more than one question is FORMERR. None at all is only for cookies (RFC 7873 §5.4) and DSO.
    if (questionCount === 0) return this.parseWithoutQuestion();
    if (questionCount !== 1 || !this.parseQuestion() || !this.parseSections()) return RequestStatus.formErr;
    if (this.ednsVersion > ednsVersion) return RequestStatus.badVers;
    return this.opcode === Opcode.query ? statusOfType(this.qtype) : RequestStatus.deferred;
  }

  /**
   * An opcode that we don't know may give the sections another meaning, so nothing behind the header is believed, but for an OPT record where
   * all can be read: it is answered by one (RFC 6891 §6.1.1).
   */
  private passUnknown(questionCount: number): RequestStatus {
    const isReadable = (questionCount === 0 || (questionCount === 1 && this.parseQuestion())) && this.parseSections();
    if (!isReadable) this.reset(this.message, this.start, this.end - this.start);
    this.hasQuestion = false;
    this.tsigOffset = -1;
    return RequestStatus.notImp;
  }

  private parseWithoutQuestion(): RequestStatus {
    if (this.opcode !== Opcode.query || !this.parseSections() || this.cookieOctets === 0) return RequestStatus.formErr;
    return this.ednsVersion > ednsVersion ? RequestStatus.badVers : RequestStatus.cookieOnly;
  }

  private parseQuestion(): boolean {
    const { message } = this;
    const start = this.at;
    // The only octets before the first name are the header's, so a compression pointer in it leads nowhere.
    if (this.passName() !== NameForm.whole || this.end - this.at < 4) return false;
    this.qnameOctets = this.at - start;
    copyOctets(message, start, this.qname, 0, this.qnameOctets);
    this.qtype = u16At(message, this.at);
    this.qclass = u16At(message, this.at + 2);
    this.at += 4;
    this.hasQuestion = true;
    return true;
  }

  private parseSections(): boolean {
    this.answerOffset = this.at;
    if (!this.passRecords(this.answerCount)) return false;
    this.authorityOffset = this.at;
    if (!this.passRecords(this.authorityCount)) return false;
    this.additionalOffset = this.at;
    // Octets behind the last record are ignored, as BIND and NSD do (Knot answers FORMERR): no RFC forbids them.
    return this.parseAdditional();
  }

  /** Pass `count` records of a section that must not hold OPT (RFC 6891 §6.1.1) or TSIG (RFC 8945 §5.1). */
  private passRecords(count: number): boolean {
    for (let i = 0; i < count; i++) {
      const type = this.passRecord();
      if (type < 0 || type === Type.opt || type === Type.tsig) return false;
    }
    return true;
  }

  private parseAdditional(): boolean {
    for (let i = 0; i < this.additionalCount; i++) {
      const start = this.at;
      const type = this.passRecord();
      if (type < 0) return false;
      if (type === Type.opt && !this.parseOpt(start)) return false;
      if (type === Type.tsig) {
        // RFC 8945 §5.1: the last record, once, of class ANY.
        if (i !== this.additionalCount - 1 || this.recordClass() !== Class.any) return false;
        this.tsigOffset = start;
      }
    }
    return true;
  }

  private recordClass(): number {
    return u16At(this.message, this.recordFixed + 2);
  }

  /** Pass one record; returns its type, -1 where it is cut short or its owner is no name. */
  private passRecord(): number {
    if (this.passName() === NameForm.invalid || this.end - this.at < recordFixedOctets) return -1;
    this.recordFixed = this.at;
    this.recordData = this.at + recordFixedOctets;
    const rdataOctets = u16At(this.message, this.at + 8);
    if (this.end - this.recordData < rdataOctets) return -1;
    this.at = this.recordData + rdataOctets;
    return u16At(this.message, this.recordFixed);
  }

  /** Pass a name: labels up to the root, or to a pointer to before the name (RFC 1035 §4.1.4), which is not followed. */
  private passName(): NameForm {
    const { message, end } = this;
    const start = this.at;
    let at = start;
    while (at < end) {
      this.steps++;
      const length = octetAt(message, at);
      if (length >= 0xc0) {
        this.at = at + 2;
        if (this.at > end) return NameForm.invalid;
        return (u16At(message, at) & 0x3fff) < start - this.start ? NameForm.pointed : NameForm.invalid;
      }
      // 0x40 and 0x80 are not label types any more (RFC 6891 §5, RFC 1035 §4.1.4).
      if (length > maxLabelOctets) return NameForm.invalid;
      at += 1 + length;
      if (at - start > maxNameOctets) return NameForm.invalid;
      if (length === 0) {
        this.at = at;
        return NameForm.whole;
      }
    }
    return NameForm.invalid;
  }

  /** RFC 6891 §6.1. The owner at `start` must be the root itself, and there is at most one OPT. */
  private parseOpt(start: number): boolean {
    const { message, recordFixed } = this;
    if (this.hasEdns || octetAt(message, start) !== 0) return false;
    this.hasEdns = true;
    this.udpPayloadOctets = Math.max(u16At(message, recordFixed + 2), minUdpPayloadOctets);
    this.ednsVersion = octetAt(message, recordFixed + 5);
    this.dnssecOk = (u16At(message, recordFixed + 6) & ednsFlagDo) !== 0;
    // What a later version's options look like is not known; the answer is BADVERS, not FORMERR.
    return this.ednsVersion > ednsVersion || this.parseOptions(this.recordData, this.at);
  }

  private parseOptions(start: number, end: number): boolean {
    const { message } = this;
    let at = start;
    while (at < end) {
      this.steps++;
      if (end - at < optionHeaderOctets) return false;
      const code = u16At(message, at);
      const octets = u16At(message, at + 2);
      at += optionHeaderOctets;
      if (end - at < octets) return false;
      if (!this.parseOption(code, at, octets)) return false;
      at += octets;
    }
    return true;
  }

  private parseOption(code: number, at: number, octets: number): boolean {
    switch (code) {
      case EdnsOption.nsid:
        this.wantsNsid = true;
        return true;
      case EdnsOption.expire:
        this.wantsExpire = true;
        return true;
      case EdnsOption.padding:
        this.wantsPadding = true;
        return true;
      case EdnsOption.cookie:
        // RFC 7873 §5.2.2: a length that no cookie has is FORMERR; of several cookies the first counts (§5.2).
        if (!isCookieLength(octets)) return false;
        if (this.cookieOctets !== 0) return true;
        this.cookieOffset = at;
        this.cookieOctets = octets;
        return true;
      case EdnsOption.clientSubnet:
        if (!isClientSubnet(this.message, at, octets)) return false;
        this.clientSubnetOffset = at;
        this.clientSubnetOctets = octets;
        return true;
      case EdnsOption.keepalive:
        this.otherOptions |= OptionBit.keepalive;
        return true;
      case EdnsOption.keyTag:
        this.otherOptions |= OptionBit.keyTag;
        return true;
      default:
        this.otherOptions |= OptionBit.unknown;
        return true;
    }
  }
}

const noOctets = new Uint8Array(0);

/** How a name in a message ends: not at all, at the root, at a compression pointer. */
const NameForm = { invalid: 0, whole: 1, pointed: 2 } as const;
type NameForm = (typeof NameForm)[keyof typeof NameForm];

/** TYPE, CLASS, TTL and RDLENGTH. */
const recordFixedOctets = 10;

function isKnownOpcode(opcode: number): boolean {
  return opcode === Opcode.query || opcode === Opcode.notify || opcode === Opcode.update;
}

/**
 * Whether to ask for the type is FORMERR, though the question can be parsed: OPT and TSIG are no data of a zone (RFC 6891 §6.1.1, RFC
 * 8945 §4.2), TKEY without its record in the additional section asks for nothing (RFC 2930 §4), and with it for what nobody does here.
 */
export function isNoDataType(qtype: number): boolean {
  return qtype === Type.opt || qtype === Type.tsig || qtype === Type.tkey;
}

/** Types that can't be asked for, answered as BIND does. AXFR, IXFR and ANY are for the answer algorithm. */
function statusOfType(qtype: number): RequestStatus {
  if (isNoDataType(qtype)) return RequestStatus.formErr;
  switch (qtype) {
    // Obsolete since RFC 973; the mailbox types that they would gather are experiments that nobody runs.
    case Type.maila:
    case Type.mailb:
      return RequestStatus.notImp;
    default:
      return RequestStatus.ok;
  }
}

/** RFC 7871 §6: address octets as the source prefix asks for, no bits set beyond it, scope 0 in a query. */
function isClientSubnet(octets: Uint8Array, at: number, length: number): boolean {
  if (length < clientSubnetFixedOctets) return false;
  const family = u16At(octets, at);
  const sourceBits = octetAt(octets, at + 2);
  const maxBits = family === 1 ? 32 : family === 2 ? 128 : 0;
  if (family > 2 || sourceBits > maxBits || octetAt(octets, at + 3) !== 0) return false;
  if (length - clientSubnetFixedOctets !== (sourceBits + 7) >> 3) return false;
  const spareBits = -sourceBits & 7;
  return spareBits === 0 || (octetAt(octets, at + length - 1) & ((1 << spareBits) - 1)) === 0;
}
