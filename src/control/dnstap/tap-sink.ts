import type { LogTrouble } from '../log/log-trouble.ts';

/** Where frames go: a file or a collector. */
export interface TapSink {
  /** Begin; once. Gives why that could not be done; it is tried again. */
  open(): string | undefined;
  /** Whether `write` may be called. While it is false, records wait in their rings, and those that find no room are dropped. */
  readonly isReady: boolean;
  /** Take whole data frames, `count` of them. The octets are the caller's again when it returns. */
  write(frames: Uint8Array, count: number): void;
  /** Go on with what could not be done before. */
  retry(): void;
  /** News for the log. */
  takeTroubles(nowMs: number): readonly LogTrouble[];
  /** Resolves when it may have become ready by itself. */
  whenChanged(): Promise<void>;
  /**
   * End the stream and begin a new one: where it is a file, in a new file of its name. `versions`: put the file away first and keep
   * so many old ones. Gives why it could not be done.
   */
  reopen(versions: number | undefined): string | undefined;
  /** Write the end of the stream and let go. */
  close(): Promise<void>;
}
