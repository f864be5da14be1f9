/** Whether two responses to one question say the same; what they differ in, and whether that matters. Pure. */
import { octetAt } from '../../../base/octets.ts';
import { EdnsOption, Flag, Rcode, Type } from '../../../wire/codes.ts';
import { lowerLetters } from '../questions/letters.ts';
import { type AnswerMessage, type AnswerRecord, type MalformedMessage, MessageDecoder } from './decode-message.ts';
import { type MatchedSection, matchRecords, setKey } from './match-records.ts';
import { type DifferenceName, Harmless, sameAnswer, type Verdict } from './verdict.ts';

/** What is known of the question besides its octets. */
export interface JudgedQuestion {
  /** Apex of the zone asked: lower case, octets as a latin-1 string. */
  readonly apexKey: string;
  readonly type: number;
  readonly overTcp: boolean;
  /** The servers have been told to have different serials. */
  readonly serialsDiffer: boolean;
}

/** Judges pairs of responses, the first server's and the second's. One object for many. */
export class AnswerJudge {
  private readonly decoder = new MessageDecoder();

  judge(first: Uint8Array, second: Uint8Array, question: JudgedQuestion): Verdict {
    if (isSameButId(first, second)) return sameAnswer;
    const a = this.decoder.decode(first);
    const b = this.decoder.decode(second);
    if ('problem' in a || 'problem' in b) return { harmless: 0, differences: ['malformed'] };
    return judgeMessages(a, b, question);
  }

  decode(message: Uint8Array): AnswerMessage | MalformedMessage {
    return this.decoder.decode(message);
  }
}

function isSameButId(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 2; i < a.length; i++) if (octetAt(a, i) !== octetAt(b, i)) return false;
  return true;
}

function judgeMessages(a: AnswerMessage, b: AnswerMessage, question: JudgedQuestion): Verdict {
  if (isEndlessAlias(a, b) || isEndlessAlias(b, a)) return { harmless: 0, differences: ['endless alias'] };
  const found = new Found();
  compareHeaders(found, a, b);
  compareEdns(found, a, b);
  const isTruncated = ((a.flags | b.flags) & Flag.tc) !== 0;
  if (isTruncated) compareTruncated(found, a, b, question);
  else compareSections(found, a, b, question);
  // With the same content the octets still differ: by where names are pointed at.
  if (found.isSilent) found.harmless |= Harmless.compression;
  return found.verdict();
}

/** Aliases in a circle, or too many: BIND gives up after 12 with SERVFAIL, others with what they have found. */
function isEndlessAlias(a: AnswerMessage, b: AnswerMessage): boolean {
  if (a.rcode !== Rcode.servFail || b.rcode !== Rcode.noError) return false;
  return [a, b].every(({ answer }) => answer.some(({ type }) => type === Type.cname));
}

class Found {
  harmless = 0;
  private readonly names = new Set<DifferenceName>();

  add(name: DifferenceName): void {
    this.names.add(name);
  }

  forget(name: DifferenceName): void {
    this.names.delete(name);
  }

  get isSilent(): boolean {
    return this.harmless === 0 && this.names.size === 0;
  }

  verdict(): Verdict {
    return { harmless: this.harmless, differences: [...this.names] };
  }
}

function compareHeaders(found: Found, a: AnswerMessage, b: AnswerMessage): void {
  const bits = a.flags ^ b.flags;
  if (a.rcode !== b.rcode) found.add('status');
  if ((bits & Flag.aa) !== 0) found.add('aa');
  if ((bits & Flag.ra) !== 0) found.harmless |= Harmless.recursion;
  if ((bits & ~(Flag.aa | Flag.ra | Flag.tc | 15)) !== 0) found.add('flags');
  compareQuestions(found, a, b);
}

function compareQuestions(found: Found, { question: a }: AnswerMessage, { question: b }: AnswerMessage): void {
  if (a?.name === b?.name && a?.type === b?.type && a?.class === b?.class) return;
  const isCase =
    lowerLetters(a?.name ?? '') === lowerLetters(b?.name ?? '') && a?.type === b?.type && a?.class === b?.class;
  if (isCase) found.harmless |= Harmless.case;
  else found.add('question');
}

function compareEdns(found: Found, { edns: a }: AnswerMessage, { edns: b }: AnswerMessage): void {
  if (a === undefined && b === undefined) return;
  if (a === undefined || b === undefined || a.version !== b.version || a.dnssecOk !== b.dnssecOk) {
    found.add('edns');
    return;
  }
  if (a.udpOctets !== b.udpOctets) found.harmless |= Harmless.ednsSize;
  const codes = new Set([...a.options, ...b.options].map(({ code }) => code));
  for (const code of codes) if (optionText(a, code) !== optionText(b, code)) found.harmless |= optionKind(code);
}

function optionText({ options }: NonNullable<AnswerMessage['edns']>, code: number): string {
  const same = options.filter((option) => option.code === code);
  return same.map(({ data }) => Buffer.from(data).toString('hex')).join(' ');
}

/** Every option speaks of the transaction or to people; none is data of the zone. */
function optionKind(code: number): number {
  if (code === EdnsOption.cookie) return Harmless.cookie;
  if (code === EdnsOption.nsid) return Harmless.nsid;
  return code === EdnsOption.ede ? Harmless.ede : Harmless.ednsOption;
}

/** An answer this small fits whatever limit a server may be given. */
const alwaysFitsOctets = 400;

/** RFC 2181 §9: what is in a truncated answer is not to be used, so it isn't compared. */
function compareTruncated(found: Found, a: AnswerMessage, b: AnswerMessage, { overTcp }: JudgedQuestion): void {
  const isOne = ((a.flags ^ b.flags) & Flag.tc) !== 0;
  const whole = (a.flags & Flag.tc) === 0 ? a : b;
  if (overTcp || (isOne && whole.octets <= alwaysFitsOctets)) found.add('truncated');
  else found.harmless |= Harmless.truncation;
}

function compareSections(found: Found, a: AnswerMessage, b: AnswerMessage, question: JudgedQuestion): void {
  const { serialsDiffer, apexKey } = question;
  if (question.type === Type.nsec && (isNsecOfCut(a, b) || isNsecOfCut(b, a))) {
    found.forget('aa');
    found.harmless |= Harmless.nsecAtCut;
    return;
  }
  const answer = matchRecords(a.answer, b.answer, serialsDiffer);
  if (stopsAtOtherZone(a, b, answer, apexKey)) {
    // Status and what follows are those of the alias's target.
    found.forget('status');
    found.harmless |= Harmless.otherZone;
    noteCommon(found, answer);
    return;
  }
  noteCommon(found, answer);
  const isAny = question.type === Type.any || question.type === Type.rrsig;
  if (isAny && a.answer.length > 0 && b.answer.length > 0) {
    if (answer.onlyFirst.length + answer.onlySecond.length > 0) found.harmless |= Harmless.any;
  } else addMissing(found, answer);
  compareAuthority(found, a, b, serialsDiffer);
  compareAdditional(found, a, b, serialsDiffer);
}

/** What can be said of records that both have. */
function noteCommon(found: Found, section: MatchedSection): void {
  if (section.hasOtherTtl) found.add('ttl');
  if (section.hasOtherOrder) found.harmless |= Harmless.order;
  if (section.hasOtherCase) found.harmless |= Harmless.case;
  if (section.hasOtherSerial) found.harmless |= Harmless.serial;
}

function addMissing(found: Found, { onlyFirst, onlySecond }: MatchedSection): void {
  if (onlyFirst.length > 0) found.add('missing record');
  if (onlySecond.length > 0) found.add('extra record');
}

/** Whether `a` answers with the NSEC of a name that `b` refers for. */
function isNsecOfCut(a: AnswerMessage, b: AnswerMessage): boolean {
  const [nsec] = a.answer.filter(({ type }) => type === Type.nsec);
  if (nsec === undefined || !isReferralMessage(b)) return false;
  return b.authority.some(({ type, ownerKey }) => type === Type.ns && ownerKey === nsec.ownerKey);
}

/** Whether the shorter answer ends with an alias out of the zone, and the other goes on from there. */
function stopsAtOtherZone(a: AnswerMessage, b: AnswerMessage, answer: MatchedSection, apexKey: string): boolean {
  const { onlyFirst, onlySecond } = answer;
  if (onlyFirst.length > 0 && onlySecond.length > 0) return false;
  const isFirstShorter = onlySecond.length > 0 || (onlyFirst.length === 0 && !goesOn(a, b, apexKey));
  const [shorter, longer] = isFirstShorter ? [a, b] : [b, a];
  const alias = shorter.answer.findLast(({ type }) => type === Type.cname);
  if (alias === undefined || shorter.rcode !== Rcode.noError || isNameAtOrBelow(alias.rdataKey, apexKey)) return false;
  return onlyFirst.length + onlySecond.length > 0 || goesOn(longer, shorter, apexKey);
}

/** With the same answer section: whether `message` says more than `other` of a name in another zone. */
function goesOn(message: AnswerMessage, other: AnswerMessage, apexKey: string): boolean {
  if (message.rcode !== other.rcode) return message.rcode !== Rcode.noError;
  return message.authority.some(({ ownerKey }) => !isNameAtOrBelow(ownerKey, apexKey));
}

function compareAuthority(found: Found, a: AnswerMessage, b: AnswerMessage, masksSerial: boolean): void {
  const authority = matchRecords(a.authority, b.authority, masksSerial);
  noteCommon(found, authority);
  const isAnswered = a.answer.length > 0 && b.answer.length > 0;
  const isReferral = !isAnswered && (isReferralMessage(a) || isReferralMessage(b));
  compareLeftOut(found, authority.onlyFirst, b, 'missing record', isAnswered, isReferral);
  compareLeftOut(found, authority.onlySecond, a, 'extra record', isAnswered, isReferral);
}

function compareLeftOut(
  found: Found,
  records: readonly AnswerRecord[],
  other: AnswerMessage,
  name: DifferenceName,
  isAnswered: boolean,
  isReferral: boolean,
): void {
  for (const record of records) {
    const { type, coveredType } = record;
    const isNs = type === Type.ns || coveredType === Type.ns;
    if (isNs && isAnswered && !hasSet(other.authority, record)) found.harmless |= Harmless.minimal;
    else if (isReferral && (isNs || type === Type.ds || coveredType === Type.ds)) found.add('referral');
    else found.add(isProof(type) || isProof(coveredType) ? 'proof' : name);
  }
}

function isProof(type: number): boolean {
  return type === Type.nsec || type === Type.nsec3;
}

function isReferralMessage({ flags, rcode, answer, authority }: AnswerMessage): boolean {
  if ((flags & Flag.aa) !== 0 || rcode !== Rcode.noError || answer.length > 0) return false;
  return authority.some(({ type }) => type === Type.ns);
}

function compareAdditional(found: Found, a: AnswerMessage, b: AnswerMessage, masksSerial: boolean): void {
  const additional = matchRecords(a.additional, b.additional, masksSerial);
  noteCommon(found, additional);
  for (const record of additional.onlyFirst) judgeAdditional(found, record, a, b, 'missing record');
  for (const record of additional.onlySecond) judgeAdditional(found, record, b, a, 'extra record');
}

/** `has` has the record, `lacks` has not. */
function judgeAdditional(
  found: Found,
  record: AnswerRecord,
  has: AnswerMessage,
  lacks: AnswerMessage,
  name: DifferenceName,
): void {
  if (hasSet(lacks.additional, record)) found.add(name);
  else if (isRequiredGlue(record, has)) found.add('glue');
  else found.harmless |= Harmless.minimal;
}

function hasSet(section: readonly AnswerRecord[], record: AnswerRecord): boolean {
  const key = setKey(record);
  return section.some((other) => setKey(other) === key);
}

/** RFC 9471 §3.1: in a referral the addresses of name servers below the cut can't be had elsewhere. */
function isRequiredGlue({ type, ownerKey }: AnswerRecord, message: AnswerMessage): boolean {
  if ((type !== Type.a && type !== Type.aaaa) || !isReferralMessage(message)) return false;
  return message.authority.some(
    (ns) => ns.type === Type.ns && ns.rdataKey === ownerKey && isNameAtOrBelow(ownerKey, ns.ownerKey),
  );
}

/** Both are names in wire format, lower case. */
export function isNameAtOrBelow(name: string, suffix: string): boolean {
  for (let at = 0; name.length - at >= suffix.length; at += 1 + name.charCodeAt(at)) {
    if (name.length - at === suffix.length) return name.endsWith(suffix);
    if (name.charCodeAt(at) === 0) return false;
  }
  return false;
}
