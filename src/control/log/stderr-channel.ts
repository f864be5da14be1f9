import { writeSync } from 'node:fs';
import type { ChannelWriter } from './channel-writer.ts';
import { LineBuffer, lineEnd } from './line-buffer.ts';

const maxPendingOctets = 1_048_576;
const firstOctets = 4096;

/** A channel to stderr. Where its reader is slow, lines are lost rather than waited for. */
export class StderrChannel implements ChannelWriter {
  readonly lines = new LineBuffer(firstOctets);

  write(line: string): void {
    if (!this.beginLine()) return;
    this.lines.putText(line);
    this.endLine();
  }

  beginLine(): boolean {
    return this.lines.length < maxPendingOctets;
  }

  endLine(): void {
    this.lines.putOctet(lineEnd);
  }

  flush(): void {
    const { octets, length } = this.lines;
    this.lines.length = 0;
    try {
      for (let written = 0; written < length; ) written += writeSync(2, octets, written, length - written);
    } catch {
      // A pipe that nobody reads (EAGAIN, EPIPE): there is no other place to tell it.
    }
  }

  retryMs(): number {
    return Number.POSITIVE_INFINITY;
  }

  close(): void {
    this.flush();
  }

  takeTrouble(): undefined {
    return undefined;
  }
}
