/** What main and the log thread say to each other. */
import type { FileOwner } from './file-channel.ts';
import type { LogEvent } from './log-event.ts';
import type { LogTrouble } from './log-trouble.ts';
import type { LoggingConfig } from './logging-config.ts';
import type { WorkerNews } from './worker-news.ts';

/** One worker's ring of questions, and the made-up object address that stands in its lines. */
export interface LogSource {
  readonly ring: SharedArrayBuffer;
  /** `0x7f…`: BIND prints the address of its client object, and log parsers want one. */
  readonly object: string;
}

/** `workerData` of the log thread. */
export interface LogThreadStart {
  readonly logging: LoggingConfig;
  readonly sources: readonly LogSource[];
  readonly owner: FileOwner | undefined;
  readonly debugLevel: number;
  /** Whether somebody wants `news`. */
  readonly tellsNews?: boolean;
  /** What waits in the rings is left out. */
  readonly skipsWaiting?: boolean;
}

export type ToLogThread =
  | { readonly kind: 'event'; readonly event: LogEvent }
  /** Close all files and open those of a new configuration (or of the same: after an external `mv`). */
  | { readonly kind: 'configure'; readonly logging: LoggingConfig }
  | { readonly kind: 'debugLevel'; readonly level: number }
  /** Write all there is, then end. */
  | { readonly kind: 'stop' };

export type FromLogThread =
  /** All files are open, but for these. */
  | { readonly kind: 'configured'; readonly problems: readonly string[] }
  /** For stderr alone: about the channels themselves. */
  | { readonly kind: 'trouble'; readonly trouble: LogTrouble }
  /** Questions that found their ring full and are not in the log. */
  | { readonly kind: 'dropped'; readonly entries: number }
  /** Of transfers to others, and refusals. */
  | { readonly kind: 'news'; readonly news: readonly WorkerNews[] }
  | { readonly kind: 'stopped' };
