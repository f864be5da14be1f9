/** What is told over HTTP, read from the running server at the moment of the question. */
import type { CounterSums } from '../../plane/counters.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import type { PeerReport } from '../agreement/peer.ts';
import type { ServerState } from '../channel/control-target.ts';
import type { Config } from '../config/config.ts';
import type { HealthTotals } from '../health/health-report.ts';
import type { StatusPage } from '../page/status-page.ts';
import type { Secondaries } from '../secondary/secondaries.ts';
import type { Steerer } from '../steering/steerer.ts';
import type { ReadinessMemory } from './readiness.ts';
import type { ZoneFacts } from './zone-facts.ts';

export interface HttpSource {
  readonly zoneFacts: Pick<ZoneFacts, 'find' | 'changes'>;
  state(): Omit<ServerState, 'configFile'>;
  counters(): CounterSums;
  /** With the members of catalogs. */
  config(): Pick<Config, 'zones' | 'views' | 'settings' | 'http' | 'access'>;
  /** Where DNS is served. */
  addresses(): readonly ListenAddress[];
  /** Octets of memory for zones: what there is, for all versions. */
  zoneOctets(): number;
  /** `undefined` until there are any. */
  secondaries(): Pick<Secondaries, 'find' | 'activity'> | undefined;
  vitals(): Vitals;
  steering(): Pick<Steerer, 'newest'> & { readonly firstChoices: Pick<Steerer['firstChoices'], 'read'> };
  /** As of some seconds ago at most. */
  peers(): readonly PeerReport[];
  /** The same; undefined where nothing is probed. */
  probes(): HealthTotals | undefined;
  readonly readinessMemory: ReadinessMemory;
  readonly page: StatusPage;
}

/** How the server itself fares at this moment. */
export interface Vitals {
  /** It has been told to end, and answers for a while yet. */
  readonly isLeaving: boolean;
  /** Threads that answer. */
  readonly udpWorkers: number;
  readonly tcpWorkers: number;
  /** Threads that died and were replaced. */
  readonly replacements: number;
  /** Lines of logs, and messages of dnstap, that found no room since the start. */
  readonly logDropped: number;
  readonly dnstapDropped: number;
  /** Of the last load. */
  readonly refusedZones: number;
  /** What `zoneOctets` can't exceed. */
  readonly zoneOctetsLimit: number;
}
