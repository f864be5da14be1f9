import { u16At, u32At } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import { MessageName } from '../../wire/message-name.ts';
import { equalNames } from '../../wire/name.ts';
import type { Request } from '../../wire/request.ts';

/** TYPE, CLASS, TTL, RDLENGTH. */
const fixedOctets = 10;

/**
 * The serial that the client has, by the SOA in the authority section of its IXFR question (RFC 1995 §3), which has been parsed
 * into `request` from `message[offset, offset + octets)`. -1 where there is none of the zone; other records are passed over.
 */
export function readClientSerial(message: Uint8Array, offset: number, octets: number, request: Request): number {
  const end = offset + octets;
  const name = new MessageName();
  let at = request.authorityOffset;
  for (let i = 0; i < request.authorityCount; i++) {
    const fixed = name.read(message, offset, end, at);
    if (fixed < 0) return -1;
    const rdataAt = fixed + fixedOctets;
    const rdataEnd = rdataAt + u16At(message, fixed + 8);
    const isSoa = u16At(message, fixed) === Type.soa && u16At(message, fixed + 2) === request.qclass;
    if (isSoa && equalNames(name.octets, 0, request.qname, 0)) return serialOf(message, offset, rdataAt, rdataEnd);
    at = rdataEnd;
  }
  return -1;
}

/** Behind the names of primary and mailbox, which may be compressed (RFC 1035 §3.3.13). */
function serialOf(message: Uint8Array, start: number, rdataAt: number, rdataEnd: number): number {
  const name = new MessageName();
  let at = rdataAt;
  for (let names = 0; names < 2; names++) {
    at = name.read(message, start, rdataEnd, at);
    if (at < 0) return -1;
  }
  return rdataEnd - at === 20 ? u32At(message, at) : -1;
}
