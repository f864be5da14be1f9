import { putU16, putU32, u16At } from '../../base/octets.ts';
import { Flag, headerOctets, Opcode, Type } from '../../wire/codes.ts';
import type { WireName } from '../../wire/name.ts';

/** What a NOTIFY says. */
export interface Notice {
  readonly apex: WireName;
  readonly zoneClass: number;
  /** The SOA's RDATA and TTL: a hint for those who are up to date already (RFC 1996 §3.7). */
  readonly soa: Uint8Array;
  readonly soaTtlSeconds: number;
}

/** Write the NOTIFY (RFC 1996 §3.7, §4.1: AA set, the SOA as an answer); returns it with `reserve` octets free behind it. */
export function writeNotify(notice: Notice, id: number, reserve: number): { out: Uint8Array; octets: number } {
  const { apex, soa } = notice;
  const octets = headerOctets + apex.length + 4 + 12 + soa.length;
  const out = new Uint8Array(octets + reserve);
  putU16(out, 0, id);
  putU16(out, 2, (Opcode.notify << 11) | Flag.aa);
  putU16(out, 4, 1);
  putU16(out, 6, 1);
  let at = headerOctets;
  out.set(apex, at);
  at += apex.length;
  putU16(out, at, Type.soa);
  putU16(out, at + 2, notice.zoneClass);
  at += 4;
  putU16(out, at, 0xc000 | headerOctets);
  putU16(out, at + 2, Type.soa);
  putU16(out, at + 4, notice.zoneClass);
  putU32(out, at + 6, notice.soaTtlSeconds);
  putU16(out, at + 10, soa.length);
  out.set(soa, at + 12);
  return { out, octets };
}

/** The RCODE of the response to our NOTIFY; `undefined`: it is none. */
export function readNotifyResponse(id: number, message: Uint8Array, start: number, end: number): number | undefined {
  if (end - start < headerOctets || u16At(message, start) !== id) return undefined;
  const flags = u16At(message, start + 2);
  if ((flags & Flag.qr) === 0 || ((flags >> 11) & 15) !== Opcode.notify) return undefined;
  return flags & 15;
}
