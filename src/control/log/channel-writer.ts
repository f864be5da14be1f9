import type { LineBuffer } from './line-buffer.ts';
import type { LogTrouble } from './log-trouble.ts';
import type { LogSeverity } from './logging-config.ts';

/** Where the lines of a channel go. */
export interface ChannelWriter {
  /** Take one line, without its end. Never throws and never waits for the disk longer than one write. */
  write(line: string, severity: LogSeverity, timeMs: number): void;
  /** What is not written yet. One line without its end may be put here between `beginLine` and `endLine`. */
  readonly lines: LineBuffer;
  /** False where no line can be taken now: it is lost, and counted if that is worth telling. Promises as `write` does. */
  beginLine(severity: LogSeverity, timeMs: number): boolean;
  endLine(): void;
  /** Write what is buffered. Called at least each second. */
  flush(): void;
  /** How soon `flush` is worth calling again; infinite where nothing waits for a slow reader. */
  retryMs(): number;
  /** Flush and let go of the file. */
  close(): void;
  /** What went wrong since the last call and has to be told, at most one a minute. */
  takeTrouble(nowMs: number): LogTrouble | undefined;
}
