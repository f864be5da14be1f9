/** What the words of the control channel act on: the server, as far as they need it. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { CounterSums } from '../../plane/counters.ts';
import type { Loader } from '../load/loader.ts';
import type { LoadSummary } from '../loader-messages.ts';
import type { Replication } from '../secondary/replication.ts';

/** What came of reading the configuration and the zones again. */
export type ReloadOutcome =
  /** `refusals`: why zones were refused; the versions before are served. */
  | { readonly kind: 'done'; readonly summary: LoadSummary; readonly refusals: readonly string[] }
  /** The configuration before stays in force. */
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** What `status` tells of the server itself. */
export interface ServerState {
  readonly version: string;
  readonly bootMs: number;
  /** When the configuration in force was read; both in milliseconds since 1970. */
  readonly configuredMs: number;
  readonly configFile: string | undefined;
  readonly udpWorkers: number;
  readonly tcpWorkers: number;
  /** Zones that are served, or shall be. */
  readonly zones: number;
  readonly tcpClients: number;
  readonly isQueryLogOn: boolean;
}

export interface ControlTarget {
  readonly loader: Pick<Loader, 'command' | 'describe' | 'reload'>;
  readonly replication: Pick<Replication, 'secondaries' | 'notify'>;
  state(): ServerState;
  counters(): CounterSums;
  reload(newOnly: boolean): Promise<ReloadOutcome>;
  setQueryLog(on: boolean): Promise<void>;
  /** Open the log files again. Gives why some could not be. */
  reopenLogs(): Promise<readonly string[]>;
  /** Resolves when all is written and no question is answered any more. */
  stop(): Promise<void>;
}
