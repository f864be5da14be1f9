/** What main and the dnstap thread say to each other. */
import type { FileOwner } from '../log/file-channel.ts';
import type { LogTrouble } from '../log/log-trouble.ts';
import type { DnstapConfig } from './dnstap-config.ts';

/** `workerData` of the dnstap thread. */
export interface DnstapThreadStart {
  readonly config: DnstapConfig;
  /** One for each thread that takes or sends messages. */
  readonly rings: readonly SharedArrayBuffer[];
  readonly owner: FileOwner | undefined;
}

export type ToDnstapThread =
  /** Write with other settings; an output that stays the same goes on as it is. */
  | { readonly kind: 'configure'; readonly config: DnstapConfig }
  /** End the file's stream and begin a new one. `versions`: put the file away first and keep so many. */
  | { readonly kind: 'reopen'; readonly versions: number | undefined }
  /** Write all there is, then end. */
  | { readonly kind: 'stop' };

export type FromDnstapThread =
  /** Of the start, of `configure` and of `reopen`: `problem` says why it could not be done. */
  | { readonly kind: 'done'; readonly problem: string | undefined }
  | { readonly kind: 'trouble'; readonly trouble: LogTrouble }
  /** Messages that found their ring full. */
  | { readonly kind: 'dropped'; readonly messages: number }
  | { readonly kind: 'stopped' };
