/** The request for a transfer: what is asked for, and its message. */
import { putU16, putU32 } from '../../base/octets.ts';
import { headerOctets, Type } from '../../wire/codes.ts';
import type { WireName } from '../../wire/name.ts';

export interface TransferQuestion {
  readonly apex: WireName;
  readonly zoneClass: number;
  readonly id: number;
  /** `undefined`: AXFR. Else IXFR from this serial. */
  readonly fromSerial: number | undefined;
}

export function questionType({ fromSerial }: TransferQuestion): number {
  return fromSerial === undefined ? Type.axfr : Type.ixfr;
}

/** Of the longest request: header, question, and the SOA of an IXFR. A signature comes behind. */
export const maxQuestionOctets: number = headerOctets + 255 + 4 + 2 + 10 + 22;

/**
 * Write the request at `out[start]`; returns its octets. As BIND does without EDNS: no option of a transfer is used. An IXFR
 * has the SOA in the authority section, of which the serial alone counts (RFC 1995 §3).
 */
export function writeTransferQuestion(question: TransferQuestion, out: Uint8Array, start: number): number {
  const { apex, zoneClass, fromSerial } = question;
  out.fill(0, start, start + headerOctets);
  putU16(out, start, question.id);
  putU16(out, start + 4, 1);
  let at = start + headerOctets;
  out.set(apex, at);
  at += apex.length;
  putU16(out, at, questionType(question));
  putU16(out, at + 2, zoneClass);
  at += 4;
  if (fromSerial === undefined) return at - start;
  putU16(out, start + 8, 1);
  putU16(out, at, 0xc000 | headerOctets);
  putU16(out, at + 2, Type.soa);
  putU16(out, at + 4, zoneClass);
  putU32(out, at + 6, 0);
  putU16(out, at + 10, soaOctets);
  at += 12;
  out.fill(0, at, at + soaOctets);
  putU32(out, at + 2, fromSerial);
  return at + soaOctets - start;
}

/** The root twice, and five numbers. */
const soaOctets = 22;
