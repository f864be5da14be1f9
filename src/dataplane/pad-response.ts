/** Padding (RFC 7830): what is seen of an encrypted response, its length, says less about what it answers. */
import { maxMessageOctets } from '../base/limits.ts';
import { putU16, u16At } from '../base/octets.ts';
import { EdnsOption, headerOctets, Type } from '../wire/codes.ts';
import { optionHeaderOctets } from '../wire/edns.ts';
import { passName } from '../wire/pass-name.ts';

/** RFC 8467 §4.1: what servers pad to a multiple of. */
const blockOctets = 468;

/**
 * Pad the response `out[start, start + octets)`, behind which there is room for the longest one. Returns its octets then: as before where
 * it doesn't end with an OPT (a TSIG signs what is before it), or where the padding has no room.
 */
export function padResponse(out: Uint8Array, start: number, octets: number): number {
  const rdataLengthAt = findOptLength(out, start, start + octets);
  const padded = Math.ceil((octets + optionHeaderOctets) / blockOctets) * blockOctets;
  if (rdataLengthAt < 0 || padded > maxMessageOctets) return octets;
  const at = start + octets;
  const paddingOctets = padded - octets - optionHeaderOctets;
  putU16(out, at, EdnsOption.padding);
  putU16(out, at + 2, paddingOctets);
  out.fill(0, at + optionHeaderOctets, start + padded);
  putU16(out, rdataLengthAt, u16At(out, rdataLengthAt) + optionHeaderOctets + paddingOctets);
  return padded;
}

/** Where RDLENGTH stands of the OPT that is the last record; -1 where the last one is another. */
function findOptLength(message: Uint8Array, start: number, end: number): number {
  if (u16At(message, start + 10) === 0) return -1;
  let at = start + headerOctets;
  for (let i = u16At(message, start + 4); i > 0; i--) at = passName(message, at, end) + 4;
  let records = u16At(message, start + 6) + u16At(message, start + 8) + u16At(message, start + 10);
  for (; records > 1; records--) {
    at = passName(message, at, end);
    at += 10 + u16At(message, at + 8);
  }
  at = passName(message, at, end);
  return u16At(message, at) === Type.opt ? at + 8 : -1;
}
