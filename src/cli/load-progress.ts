/** How far the reading of a zone file is: one line on a terminal, for files that take over a second. */
import { statSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type OpenSource, openFile } from '../zonefile/zone-source.ts';

const silentMs = 1000;
const drawMs = 150;
/** To the line's beginning, and nothing on it. */
const restart = '\r\u001b[2K';

export class LoadProgress {
  private readonly stream: Writable | undefined;
  private readonly now: () => number;
  private startedAt = 0;
  private drawnAt = 0;
  private file = '';
  private octets = 0;
  private readOctets = 0;

  /** Silent where the stream is no terminal. `now` is in milliseconds. */
  constructor(stream: Writable, now: () => number = () => performance.now()) {
    this.stream = 'isTTY' in stream && stream.isTTY === true ? stream : undefined;
    this.now = now;
  }

  /** Begin with a file; `undefined` where nobody looks. The function opens it, and is for one load: checks read it a second time. */
  start(file: string): OpenSource | undefined {
    if (this.stream === undefined) return undefined;
    this.file = file;
    this.octets = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    this.readOctets = 0;
    this.startedAt = this.now();
    return (path) => {
      const opened = openFile(path);
      if (!opened.ok) return opened;
      const source = opened.value;
      const read = (into: Uint8Array, offset: number, length: number): number => {
        const count = source.read(into, offset, length);
        this.step(count, path === file);
        return count;
      };
      return { ok: true, value: { read, close: () => source.close() } };
    };
  }

  /** Take the line away, before something else is written. */
  clear(): void {
    if (this.drawnAt > 0) this.stream?.write(restart);
    this.drawnAt = 0;
  }

  private step(count: number, isWhole: boolean): void {
    // What is included is not known beforehand.
    if (isWhole) this.readOctets += count;
    const now = this.now();
    if (now - this.startedAt < silentMs || now - this.drawnAt < drawMs) return;
    this.drawnAt = now;
    const seconds = Math.round((now - this.startedAt) / 1000);
    this.stream?.write(`${restart}${this.file}: ${this.state()}, ${seconds} s`);
  }

  private state(): string {
    if (this.octets === 0 || this.readOctets >= this.octets) return 'checking';
    const megabytes = (this.octets / 1e6).toFixed(this.octets < 1e7 ? 1 : 0);
    return `${Math.floor((100 * this.readOctets) / this.octets)} % of ${megabytes} MB`;
  }
}
