/** What the words of the control channel act on: the server, as far as they need it. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { CounterSums } from '../../plane/counters.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { AddedZones } from '../added-zones/added-zones.ts';
import type { ChangeOutcome } from '../added-zones/zone-changes.ts';
import type { Config } from '../config/config.ts';
import type { DnstapReopening, RollVersions } from '../dnstap/dnstap.ts';
import type { HandOverClient } from '../hand-over/hand-over-desk.ts';
import type { Health } from '../health/health.ts';
import type { Loader } from '../load/loader.ts';
import type { LoadSummary } from '../loader-messages.ts';
import type { Publisher } from '../published/publisher.ts';
import type { Replication } from '../secondary/replication.ts';
import type { ControlResponse } from './messages.ts';

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
  readonly isResponseLogOn: boolean;
  /** 0: no debug messages. */
  readonly debugLevel: number;
}

export interface ControlTarget {
  readonly loader: Pick<Loader, 'command' | 'describe' | 'forget' | 'reload'>;
  readonly replication: Pick<Replication, 'secondaries' | 'notify' | 'awaitFollowers'>;
  readonly published: Pick<Publisher, 'publications' | 'settle'>;
  readonly health: Pick<Health, 'report' | 'drain' | 'undrain' | 'zones' | 'peers'>;
  /** The configuration in force. */
  config(): Config;
  /** See changeAddedZones: `zone` is the one that must be loaded then. */
  changeZones(
    zone: { readonly id: ZoneId; readonly title: string } | undefined,
    change: (added: AddedZones) => AddedZones,
  ): Promise<ChangeOutcome>;
  /** Say it in the category `general`. */
  log(severity: 'info' | 'warning', message: string): void;
  state(): ServerState;
  counters(): CounterSums;
  reload(newOnly: boolean): Promise<ReloadOutcome>;
  setQueryLog(on: boolean): Promise<void>;
  setResponseLog(on: boolean): Promise<void>;
  setDebugLevel(level: number): void;
  /** Open the log files again. Gives why some could not be. */
  reopenLogs(): Promise<readonly string[]>;
  /** See Dnstap.reopen. */
  reopenDnstap(versions: RollVersions | undefined): Promise<DnstapReopening>;
  /** Resolves when all is written and no question is answered any more. */
  stop(): Promise<void>;
  /** Of servers that can give their place to another one. */
  readonly handOver?: HandOver;
}

/** See hand-over/steps.ts. */
export interface HandOver {
  /** Nothing may be changed now: another server reads it. */
  readonly isBusy: boolean;
  take(step: readonly string[], client: HandOverClient): Promise<ControlResponse>;
  /** Start another server that takes over. */
  upgrade(): Promise<ControlResponse>;
}
