/** What is told over HTTP, read from the running server at the moment of the question. */
import type { CounterSums } from '../../plane/counters.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import type { ServerState } from '../channel/control-target.ts';
import type { Config } from '../config/config.ts';
import type { Secondaries } from '../secondary/secondaries.ts';
import type { ZoneFacts } from './zone-facts.ts';

export interface HttpSource {
  readonly zoneFacts: Pick<ZoneFacts, 'find'>;
  state(): Omit<ServerState, 'configFile'>;
  counters(): CounterSums;
  /** With the members of catalogs. */
  config(): Pick<Config, 'zones' | 'views' | 'settings' | 'http' | 'access'>;
  /** Where DNS is served. */
  addresses(): readonly ListenAddress[];
  /** Octets of memory for zones: what there is, for all versions. */
  zoneOctets(): number;
  /** `undefined` until there are any. */
  secondaries(): Pick<Secondaries, 'find'> | undefined;
}
