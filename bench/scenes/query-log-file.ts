/** A server's query log as a file that grows: how many entries have come since the last look. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const settleMs = 250;
const maxSettleMs = 5000;
const newline = 10;

export class QueryLogFile {
  private readonly path: string;
  private offset = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Wait until the file grows no more, then count the lines behind those counted before. */
  async countNew(): Promise<number> {
    const endMs = performance.now() + maxSettleMs;
    for (let size = -1; size !== this.size() && performance.now() < endMs; ) {
      size = this.size();
      await sleep(settleMs);
    }
    return this.countLines();
  }

  private size(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  private countLines(): number {
    const chunk = Buffer.alloc(1 << 20);
    const fd = openSync(this.path, 'r');
    let lines = 0;
    for (;;) {
      const octets = readSync(fd, chunk, 0, chunk.length, this.offset);
      if (octets === 0) break;
      this.offset += octets;
      for (let at = chunk.indexOf(newline); at >= 0 && at < octets; at = chunk.indexOf(newline, at + 1)) lines++;
    }
    closeSync(fd);
    return lines;
  }
}
