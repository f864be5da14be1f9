/** How far the reading of a zone file is: one line on a terminal, for files that take over a second. */
import { ProgressLine, type ProgressStream } from '../control/progress/progress-line.ts';
import { countReads } from '../zonefile/counted-source.ts';
import type { OpenSource } from '../zonefile/zone-source.ts';

export class LoadProgress {
  private readonly line: ProgressLine;

  /** Silent where the stream is no terminal, or there is none. `now` is in milliseconds. */
  constructor(stream: ProgressStream | undefined, now?: () => number) {
    this.line = new ProgressLine(stream, now);
  }

  /** Begin with a file; `undefined` where nobody looks. The function opens it, and is for one load: checks read it a second time. */
  start(file: string): OpenSource | undefined {
    if (this.line.isSilent) return undefined;
    this.line.start();
    return countReads(file, (makeText) => this.line.step(() => `${file}: ${makeText()}`));
  }

  /** Take the line away, before something else is written. */
  clear(): void {
    this.line.clear();
  }
}
