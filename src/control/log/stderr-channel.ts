import { writeSync } from 'node:fs';
import type { ChannelWriter } from './channel-writer.ts';

const maxPendingOctets = 1_048_576;

/** A channel to stderr. Where its reader is slow, lines are lost rather than waited for. */
export class StderrChannel implements ChannelWriter {
  private pending = '';

  write(line: string): void {
    if (this.pending.length + line.length < maxPendingOctets) this.pending += `${line}\n`;
  }

  flush(): void {
    if (this.pending === '') return;
    const octets = Buffer.from(this.pending);
    this.pending = '';
    try {
      for (let written = 0; written < octets.length; ) written += writeSync(2, octets, written);
    } catch {
      // A pipe that nobody reads (EAGAIN, EPIPE): there is no other place to tell it.
    }
  }

  close(): void {
    this.flush();
  }

  takeTrouble(): undefined {
    return undefined;
  }
}
