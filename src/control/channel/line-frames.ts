const lineEnd = 10;

/** Finds the lines in a stream of octets, however it is cut, and keeps no more than one that isn't ended. */
export class LineFrames {
  private readonly maxOctets: number;
  /** A line that isn't ended is `store[0, length)`. */
  private store: Buffer = Buffer.alloc(0);
  private length = 0;

  constructor(maxOctets: number) {
    this.maxOctets = maxOctets;
  }

  /** The lines that end in `chunk`, without their ends; `undefined` where one is too long or no UTF-8: then the stream is of no use. */
  push(chunk: Uint8Array): readonly string[] | undefined {
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const lines: string[] = [];
    let start = 0;
    for (let end = octets.indexOf(lineEnd); end >= 0; end = octets.indexOf(lineEnd, start)) {
      const line = this.decode(this.withKept(octets.subarray(start, end)));
      if (line === undefined) return undefined;
      lines.push(line);
      start = end + 1;
    }
    this.keep(octets.subarray(start));
    return this.length > this.maxOctets ? undefined : lines;
  }

  /** What was kept, and this behind it; nothing is kept then. */
  private withKept(end: Buffer): Buffer {
    if (this.length === 0) return end;
    this.keep(end);
    const line = this.store.subarray(0, this.length);
    this.length = 0;
    return line;
  }

  private keep(octets: Buffer): void {
    const wanted = this.length + octets.length;
    if (wanted > this.store.length) {
      // Twice as much, so that a line that comes octet by octet is not copied for each.
      const larger = Buffer.alloc(Math.max(wanted, 2 * this.store.length));
      larger.set(this.store.subarray(0, this.length));
      this.store = larger;
    }
    this.store.set(octets, this.length);
    this.length = wanted;
  }

  private decode(line: Uint8Array): string | undefined {
    if (line.length > this.maxOctets) return undefined;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(line);
    } catch {
      return undefined;
    }
  }
}
