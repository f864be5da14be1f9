/** The messages of the exchange as octets, without their signatures (RFC 1035 §4.1, RFC 6891). */
import { putU16, putU32, u16At } from '../../base/octets.ts';
import { MessageRecord } from '../../transfer/in/message-record.ts';
import { Class, Flag, headerOctets, Rcode, Type } from '../../wire/codes.ts';
import { optFixedOctets } from '../../wire/edns.ts';
import { equalNames, nameOctets, type WireName } from '../../wire/name.ts';
import type { Request } from '../../wire/request.ts';

/** What passes every path without fragments (DNS flag day 2020). */
export const udpPayloadOctets = 1232;

/** Of a TXT record with one character string: owner (a pointer), fixed part, length of the string. */
const recordFixedOctets = 2 + 10 + 1;

/** Ask for TXT of class CH. */
export function writeQuestion(id: number, qname: WireName): Uint8Array {
  const out = new Uint8Array(headerOctets + qname.length + 4 + optFixedOctets);
  putU16(out, 0, id);
  putU16(out, 4, 1);
  putU16(out, 10, 1);
  out.set(qname, headerOctets);
  const at = headerOctets + qname.length;
  putU16(out, at, Type.txt);
  putU16(out, at + 2, Class.ch);
  putU16(out, at + 5, Type.opt);
  putU16(out, at + 7, udpPayloadOctets);
  return out;
}

/** Octets that a text takes in an answer; its characters are ASCII, at most 255. */
export function recordOctets(text: string): number {
  return recordFixedOctets + text.length;
}

/** Octets of an answer to `request` without any record. */
export function emptyAnswerOctets({ qnameOctets, hasEdns }: Pick<Request, 'qnameOctets' | 'hasEdns'>): number {
  return headerOctets + qnameOctets + 4 + (hasEdns ? optFixedOctets : 0);
}

/** The answer with these texts, each a TXT record. */
export function writeAnswer(request: Request, texts: readonly string[], isTruncated: boolean): Uint8Array {
  const { qname, qnameOctets, qtype, qclass, hasEdns } = request;
  const out = new Uint8Array(texts.reduce((sum, text) => sum + recordOctets(text), emptyAnswerOctets(request)));
  putU16(out, 0, request.id);
  putU16(out, 2, Flag.qr | (request.flags & Flag.rd) | (isTruncated ? Flag.tc : 0));
  putU16(out, 4, 1);
  putU16(out, 6, texts.length);
  out.set(qname.subarray(0, qnameOctets), headerOctets);
  let at = headerOctets + qnameOctets;
  putU16(out, at, qtype);
  putU16(out, at + 2, qclass);
  at += 4;
  for (const text of texts) at = writeText(out, at, text);
  if (!hasEdns) return out;
  putU16(out, 10, 1);
  putU16(out, at + 1, Type.opt);
  putU16(out, at + 3, udpPayloadOctets);
  return out;
}

function writeText(out: Uint8Array, at: number, text: string): number {
  // RFC 1035 §4.1.4: the question's name.
  putU16(out, at, 0xc000 | headerOctets);
  putU16(out, at + 2, Type.txt);
  putU16(out, at + 4, Class.ch);
  putU32(out, at + 6, 0);
  putU16(out, at + 10, 1 + text.length);
  out[at + 12] = text.length;
  for (let i = 0; i < text.length; i++) out[at + 13 + i] = text.charCodeAt(i);
  return at + recordOctets(text);
}

/** What a message says to a question of ours. */
export type PeerAnswer =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** Is to be asked over TCP. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'rcode'; readonly rcode: number }
  | { readonly kind: 'malformed' };

/** Read `message[start, end)`; `undefined` where it is no answer to this question. Bounded by the message's size, never throws. */
export function readAnswer(
  id: number,
  qname: WireName,
  message: Uint8Array,
  start: number,
  end: number,
): PeerAnswer | undefined {
  const questionEnd = headerOctets + qname.length + 4;
  if (end - start < questionEnd || u16At(message, start) !== id) return undefined;
  const flags = u16At(message, start + 2);
  if ((flags & Flag.qr) === 0 || u16At(message, start + 4) !== 1) return undefined;
  const nameAt = start + headerOctets;
  if (nameOctets(message, nameAt, end) !== qname.length || !equalNames(message, nameAt, qname, 0)) return undefined;
  if ((flags & 15) !== Rcode.noError) return { kind: 'rcode', rcode: flags & 15 };
  if ((flags & Flag.tc) !== 0) return { kind: 'truncated' };
  const texts = readTexts(message, start, end, start + questionEnd, u16At(message, start + 6));
  return texts === undefined ? { kind: 'malformed' } : { kind: 'texts', texts };
}

function readTexts(message: Uint8Array, start: number, end: number, from: number, count: number): string[] | undefined {
  const record = new MessageRecord();
  record.begin(message, start, end);
  const texts: string[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    at = record.read(at);
    if (at < 0) return undefined;
    if (record.type === Type.txt && record.class === Class.ch)
      texts.push(joinStrings(record.rdata, record.rdataOctets));
  }
  return texts;
}

/** The character strings of a TXT record as one text (its RDATA has been checked). */
function joinStrings(rdata: Uint8Array, octets: number): string {
  const source = Buffer.from(rdata.buffer, rdata.byteOffset, octets);
  let text = '';
  for (let at = 0; at < octets; at += 1 + (source[at] as number))
    text += source.toString('latin1', at + 1, at + 1 + (source[at] as number));
  return text;
}
