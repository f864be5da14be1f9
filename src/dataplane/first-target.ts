import { copyOctets, u16At } from '../base/octets.ts';
import { headerOctets, Type } from '../wire/codes.ts';
import { passName } from '../wire/pass-name.ts';

/** Of ANCOUNT in the header. */
const answersOffset = 6;
/** QTYPE and QCLASS. */
const questionFixedOctets = 4;
/** TYPE, CLASS, TTL, RDLENGTH. */
const recordFixedOctets = 10;
/** RFC 2782: priority, weight and port stand before the target, which is not compressed. */
const targetAt = 6;

/**
 * Copy the target of the first SRV in the answer section of a response of ours to `out[0]`. Returns its octets; 0 where there is none.
 * `end`: that of the message.
 */
export function copyFirstTarget(message: Uint8Array, offset: number, end: number, out: Uint8Array): number {
  let at = passName(message, offset + headerOctets, end) + questionFixedOctets;
  for (let left = u16At(message, offset + answersOffset); left > 0; left--) {
    const fixed = passName(message, at, end);
    const rdata = fixed + recordFixedOctets;
    if (fixed < 0 || rdata > end) return 0;
    const rdataOctets = u16At(message, fixed + 8);
    if (u16At(message, fixed) === Type.srv && rdataOctets > targetAt) {
      copyOctets(message, rdata + targetAt, out, 0, rdataOctets - targetAt);
      return rdataOctets - targetAt;
    }
    at = rdata + rdataOctets;
  }
  return 0;
}
