/** Lines as octets, one behind the other, on their way to a file. Grows as needed; its owner bounds it. */
export class LineBuffer {
  /** Put octets at `length` and move it, after `reserve`. Another array after each `reserve`. */
  octets: Uint8Array;
  length = 0;

  constructor(octets: number) {
    this.octets = new Uint8Array(octets);
  }

  /** Make room for so many octets more. */
  reserve(octets: number): void {
    const needed = this.length + octets;
    if (needed <= this.octets.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.octets.length));
    grown.set(this.octets.subarray(0, this.length));
    this.octets = grown;
  }

  /** Put text of any length, in UTF-8. */
  putText(text: string): void {
    this.reserve(3 * text.length);
    this.length += encoder.encodeInto(text, this.octets.subarray(this.length)).written;
  }

  putOctet(octet: number): void {
    this.reserve(1);
    this.octets[this.length] = octet;
    this.length++;
  }

  /** Take away the first octets, which are written. */
  removeFirst(octets: number): void {
    this.octets.copyWithin(0, octets, this.length);
    this.length -= octets;
  }

  countLines(): number {
    let lines = 0;
    for (let i = 0; i < this.length; i++) if (this.octets[i] === lineEnd) lines++;
    return lines;
  }
}

export const lineEnd = 0x0a;
const encoder = new TextEncoder();
