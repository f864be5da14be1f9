/** Responses to NOTIFY and UPDATE: the header, the question or zone section as it came, and OPT where the request has one. */
import { copyOctets, putU16, putU32, u16At } from '../base/octets.ts';
import { EdnsOption, Flag, headerOctets, Type } from '../wire/codes.ts';
import { optFixedOctets, optionHeaderOctets } from '../wire/edns.ts';
import type { Request } from '../wire/request.ts';

export interface Reply {
  readonly rcode: number;
  readonly authoritative?: boolean;
  /** An extended DNS error's code (RFC 8914), told to those who have EDNS. */
  readonly extendedError?: number;
  /** The COOKIE option that answers the request's (RFC 7873 §5.2), as a whole. */
  readonly cookie?: Uint8Array | undefined;
}

/** What we say we can take. */
const udpPayloadOctets = 1232;

/** Write the response to a request that has been parsed, with room for a TSIG behind it left to the caller. */
export function writeReply(request: Request, reply: Reply): Uint8Array {
  const { rcode, authoritative = false, extendedError, cookie } = reply;
  const questionOctets = request.hasQuestion ? request.qnameOctets + 4 : 0;
  const errorOctets = extendedError === undefined ? 0 : optionHeaderOctets + 2;
  const optionOctets = errorOctets + (cookie?.length ?? 0);
  const optOctets = request.hasEdns ? optFixedOctets + optionOctets : 0;
  const out = new Uint8Array(headerOctets + questionOctets + optOctets);
  putU16(out, 0, request.id);
  // RD is copied as in a query's response (RFC 1035 §4.1.1); the other bits are 0 in both (RFC 2136 §2.2, RFC 1996 §3).
  const flags = Flag.qr | (request.opcode << 11) | (request.flags & Flag.rd) | rcode;
  putU16(out, 2, authoritative ? flags | Flag.aa : flags);
  if (request.hasQuestion) writeQuestion(request, out);
  if (request.hasEdns) writeOpt(out, headerOctets + questionOctets, extendedError, optionOctets);
  if (request.hasEdns && cookie !== undefined) out.set(cookie, out.length - cookie.length);
  return out;
}

function writeQuestion(request: Request, out: Uint8Array): void {
  putU16(out, 4, 1);
  copyOctets(request.qname, 0, out, headerOctets, request.qnameOctets);
  putU16(out, headerOctets + request.qnameOctets, request.qtype);
  putU16(out, headerOctets + request.qnameOctets + 2, request.qclass);
}

/** RFC 6891 §6.1.2: the root, the type, our payload size, no flags, the options. */
function writeOpt(out: Uint8Array, at: number, extendedError: number | undefined, optionOctets: number): void {
  putU16(out, 10, u16At(out, 10) + 1);
  putU16(out, at + 1, Type.opt);
  putU16(out, at + 3, udpPayloadOctets);
  putU32(out, at + 5, 0);
  putU16(out, at + 9, optionOctets);
  if (extendedError === undefined) return;
  putU16(out, at + optFixedOctets, EdnsOption.ede);
  putU16(out, at + optFixedOctets + 2, 2);
  putU16(out, at + optFixedOctets + 4, extendedError);
}
