import { maxLabelOctets } from '../base/limits.ts';
import { octetAt } from '../base/octets.ts';

/** The offset behind the name at `start`, before `end`; pointers are passed, not followed. -1 where it is none. */
export function passName(message: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const length = octetAt(message, at);
    if (length >= 0xc0) return at + 2 <= end ? at + 2 : -1;
    if (length > maxLabelOctets) return -1;
    at += 1 + length;
    if (length === 0) return at <= end ? at : -1;
  }
  return -1;
}
