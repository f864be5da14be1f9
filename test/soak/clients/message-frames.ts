/** Messages in a stream, each behind its length (RFC 1035 §4.2.2). */
export class MessageFrames {
  private rest: Buffer = Buffer.alloc(0);

  /** The messages that are whole now. */
  add(chunk: Buffer): readonly Buffer[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      if (this.rest.length < 2) return messages;
      const end = 2 + this.rest.readUInt16BE(0);
      if (this.rest.length < end) return messages;
      messages.push(this.rest.subarray(2, end));
      this.rest = this.rest.subarray(end);
    }
  }
}
