/** Whether a response is the right one: a server that answers wrongly may not count as fast. */
import { octetAt, u16At } from '../../src/base/octets.ts';
import { questionHeaderOctets } from './question-file.ts';

/** QR and TC in the third octet of the header. */
const qr = 0x80;
const tc = 0x02;
const rcodeMask = 15;

/**
 * Compare with what the packed question at `message` wants: QR set, TC clear, its rcode, its number of answer records, its
 * question section octet for octet.
 */
export function isRight(
  packed: Uint8Array,
  message: number,
  response: Uint8Array,
  at: number,
  octets: number,
  isEcho: boolean,
): boolean {
  const expected = message - questionHeaderOctets;
  const questionOctets = u16At(packed, expected + 4);
  if (octets < 12 + questionOctets || (octetAt(response, at + 2) & (qr | tc)) !== qr) return false;
  if (!isEcho) {
    if ((octetAt(response, at + 3) & rcodeMask) !== octetAt(packed, expected + 2)) return false;
    if (u16At(response, at + 6) !== octetAt(packed, expected + 3)) return false;
  }
  for (let i = 12; i < 12 + questionOctets; i++) {
    if (response[at + i] !== packed[message + i]) return false;
  }
  return true;
}
