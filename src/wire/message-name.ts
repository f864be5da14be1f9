import { maxLabelOctets, maxLabels, maxNameOctets } from '../base/limits.ts';
import { octetAt, u16At } from '../base/octets.ts';

/**
 * Reads names of a message, which may be compressed, and gives them whole. One object for many names; nothing allocates or throws.
 *
 * Wire format (RFC 1035 §4.1.4): labels up to the root's zero octet, or up to a pointer of two octets (0xc0 and a position in the
 * message) where the name goes on. A pointer must point to before the run of labels that it ends, so that following them ends; and there are no
 * more of them than a name can have labels, so that thousands of names that are nothing but pointers to pointers don't take long together.
 */
export class MessageName {
  /** The name last read, uncompressed, its case kept: `octets[0, length)`. */
  readonly octets: Uint8Array = new Uint8Array(maxNameOctets + 1);
  length = 0;

  /**
   * Read the name at `at` in the message `message[start, end)`. Returns the offset behind it (behind the first pointer, where there
   * is one), or -1 where it is no name; then `octets` is not to be used.
   */
  read(message: Uint8Array, start: number, end: number, at: number): number {
    const { octets } = this;
    let length = 0;
    let behind = -1;
    let runStart = at;
    let pointers = 0;
    for (let from = at; from < end; ) {
      const labelOctets = octetAt(message, from);
      if (labelOctets >= 0xc0) {
        if (from + 2 > end) return -1;
        if (behind < 0) behind = from + 2;
        from = start + (u16At(message, from) & 0x3fff);
        if (from >= runStart || ++pointers > maxLabels) return -1;
        runStart = from;
        continue;
      }
      // 0x40 and 0x80 are not label types any more (RFC 6891 §5, RFC 1035 §4.1.4).
      if (labelOctets > maxLabelOctets || from + 1 + labelOctets > end) return -1;
      if (length + 1 + labelOctets > maxNameOctets) return -1;
      for (let i = 0; i <= labelOctets; i++) octets[length++] = octetAt(message, from + i);
      from += 1 + labelOctets;
      if (labelOctets !== 0) continue;
      this.length = length;
      return behind < 0 ? from : behind;
    }
    return -1;
  }
}
