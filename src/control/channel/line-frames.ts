const lineEnd = 10;

/** Finds the lines in a stream of octets, however it is cut, and keeps no more than one that isn't ended. */
export class LineFrames {
  private readonly maxOctets: number;
  private rest: Buffer = Buffer.alloc(0);

  constructor(maxOctets: number) {
    this.maxOctets = maxOctets;
  }

  /** The lines that end in `chunk`, without their ends; `undefined` where one is too long or no UTF-8: then the stream is of no use. */
  push(chunk: Uint8Array): readonly string[] | undefined {
    const octets = this.rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.rest, chunk]);
    const lines: string[] = [];
    let start = 0;
    for (let end = octets.indexOf(lineEnd); end >= 0; end = octets.indexOf(lineEnd, start)) {
      const line = this.decode(octets.subarray(start, end));
      if (line === undefined) return undefined;
      lines.push(line);
      start = end + 1;
    }
    this.rest = octets.subarray(start);
    return this.rest.length > this.maxOctets ? undefined : lines;
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
