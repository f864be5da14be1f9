import type { LogTrouble } from './log-trouble.ts';

/** Where the lines of a channel go. */
export interface ChannelWriter {
  /** Take one line, without its end. Never throws and never waits for the disk longer than one write. */
  write(line: string): void;
  /** Write what is buffered. Called at least each second. */
  flush(): void;
  /** Flush and let go of the file. */
  close(): void;
  /** What went wrong since the last call and has to be told, at most one a minute. */
  takeTrouble(nowMs: number): LogTrouble | undefined;
}
