/** The look at a primary: which serial it has (RFC 1034 §4.3.5), and how long its own copy lasts (RFC 7314). */

import { octetAt, putU16, u16At, u32At } from '../../base/octets.ts';
import { EdnsOption, Flag, headerOctets, Rcode, Type } from '../../wire/codes.ts';
import { optFixedOctets, optionHeaderOctets } from '../../wire/edns.ts';
import { equalNames, type WireName } from '../../wire/name.ts';
import { rcodeText } from '../../wire/rcode-text.ts';
import { soaSerial } from '../journal/record-octets.ts';
import { MessageRecord } from './message-record.ts';

export interface SoaQuestion {
  readonly apex: WireName;
  readonly zoneClass: number;
  readonly id: number;
  /** Ask with EDNS, for EXPIRE. */
  readonly edns: boolean;
}

/** Without a signature. */
export const maxSoaQuestionOctets: number = headerOctets + 255 + 4 + optFixedOctets + optionHeaderOctets;

/** As BIND: what a UDP response may have. */
const udpPayloadOctets = 1232;

/** Write the question at `out[start]`; returns its octets. */
export function writeSoaQuestion({ apex, zoneClass, id, edns }: SoaQuestion, out: Uint8Array, start: number): number {
  out.fill(0, start, start + headerOctets);
  putU16(out, start, id);
  putU16(out, start + 4, 1);
  let at = start + headerOctets;
  out.set(apex, at);
  at += apex.length;
  putU16(out, at, Type.soa);
  putU16(out, at + 2, zoneClass);
  at += 4;
  if (!edns) return at - start;
  putU16(out, start + 10, 1);
  out.fill(0, at, at + optFixedOctets + optionHeaderOctets);
  putU16(out, at + 1, Type.opt);
  putU16(out, at + 3, udpPayloadOctets);
  putU16(out, at + 9, optionHeaderOctets);
  // RFC 7314 §2: an empty option asks.
  putU16(out, at + optFixedOctets, EdnsOption.expire);
  return at + optFixedOctets + optionHeaderOctets - start;
}

/** What a primary says. */
export type SoaAnswer =
  | { readonly kind: 'soa'; readonly serial: number; readonly expireSeconds: number | undefined }
  /** The question must be asked over TCP. */
  | { readonly kind: 'truncated' }
  /** Not an answer to this question: wait for another. */
  | { readonly kind: 'other' }
  /** BIND's words on it. */
  | { readonly kind: 'useless'; readonly reason: string; readonly rcode: number };

/** Read the message `message[start, end)`, whose signature has been verified. Bounded work; never throws. */
export function readSoaAnswer(
  { apex, zoneClass, id }: SoaQuestion,
  message: Uint8Array,
  start: number,
  end: number,
): SoaAnswer {
  if (end - start < headerOctets || u16At(message, start) !== id) return other;
  const flags = u16At(message, start + 2);
  if ((flags & Flag.qr) === 0) return other;
  const rcode = flags & 15;
  const at = passQuestion(message, start, end, apex, zoneClass);
  if (at < 0) return other;
  if (rcode !== Rcode.noError) return { kind: 'useless', reason: `unexpected rcode (${rcodeText(rcode)})`, rcode };
  if ((flags & Flag.tc) !== 0) return { kind: 'truncated' };
  if ((flags & Flag.aa) === 0) return useless('non-authoritative answer');
  return readSections(message, start, end, at, apex);
}

const other: SoaAnswer = { kind: 'other' };

function useless(reason: string): SoaAnswer {
  return { kind: 'useless', reason, rcode: Rcode.noError };
}

/** Where the answers begin; -1 where it is not our question. Errors may come without it. */
function passQuestion(message: Uint8Array, start: number, end: number, apex: WireName, zoneClass: number): number {
  const at = start + headerOctets;
  const count = u16At(message, start + 4);
  if (count === 0 && (u16At(message, start + 2) & 15) !== Rcode.noError) return at;
  const behind = at + apex.length + 4;
  if (count !== 1 || behind > end) return -1;
  for (let i = 0; i < apex.length; i += 1 + octetAt(apex, i)) {
    if (octetAt(message, at + i) !== octetAt(apex, i)) return -1;
  }
  if (!equalNames(message, at, apex, 0)) return -1;
  return u16At(message, behind - 4) === Type.soa && u16At(message, behind - 2) === zoneClass ? behind : -1;
}

function readSections(message: Uint8Array, start: number, end: number, from: number, apex: WireName): SoaAnswer {
  const record = new MessageRecord();
  record.begin(message, start, end);
  const answers = u16At(message, start + 6);
  const authorities = u16At(message, start + 8);
  const records = answers + authorities + u16At(message, start + 10);
  let soaCount = 0;
  let serial = 0;
  let expireSeconds: number | undefined;
  let at = from;
  for (let i = 0; i < records; i++) {
    at = record.read(at);
    if (at < 0) return useless('malformed answer');
    const { type } = record;
    if (i < answers && equalNames(record.owner, 0, apex, 0)) {
      if (type === Type.cname) return useless('CNAME at top of zone');
      if (type === Type.soa) {
        soaCount++;
        serial = soaSerial(record.rdata, record.rdataOctets);
      }
    } else if (i >= answers + authorities && type === Type.opt) {
      expireSeconds = readExpire(record.rdata, record.rdataOctets);
    }
  }
  if (soaCount === 0) return useless(answers === 0 && authorities > 0 ? 'NODATA response' : 'answer without SOA');
  if (soaCount > 1) return useless(`answer SOA count (${soaCount}) != 1`);
  return { kind: 'soa', serial, expireSeconds };
}

function readExpire(options: Uint8Array, octets: number): number | undefined {
  for (let at = 0; octets - at >= optionHeaderOctets; ) {
    const length = u16At(options, at + 2);
    const data = at + optionHeaderOctets;
    if (data + length > octets) return undefined;
    if (u16At(options, at) === EdnsOption.expire && length === 4) return u32At(options, data);
    at = data + length;
  }
  return undefined;
}
