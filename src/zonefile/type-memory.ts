/** Remembers the types of the short mnemonics that a file uses, octet for octet as written: mostly three or four of them. */
import { octetAt } from '../base/octets.ts';
import { findTypeCode } from '../rr/mnemonics.ts';

const places = 64;
const mostOctets = 4;

export class TypeMemory {
  /** The octets of the mnemonic at each place; 0 for none. */
  private readonly words = new Int32Array(places);
  private readonly types = new Int32Array(places);

  /** See `findTypeCode`. */
  find(octets: Uint8Array, start: number, end: number): number {
    if (end - start > mostOctets) return findTypeCode(octets, start, end);
    let word = 0;
    for (let i = start; i < end; i++) word = (word << 8) | octetAt(octets, i);
    const place = (word ^ (word >>> 7)) & (places - 1);
    if (this.words[place] === word && word !== 0) return this.types[place] as number;
    const type = findTypeCode(octets, start, end);
    if (type >= 0) {
      this.words[place] = word;
      this.types[place] = type;
    }
    return type;
  }
}
