/** What the status page tells, beside what is told elsewhere over HTTP. */
import type { PeerReport } from '../agreement/peer.ts';
import type { Health } from '../health/health.ts';
import type { HttpSource } from '../http/http-source.ts';
import type { ZoneFacts } from '../http/zone-facts.ts';
import type { ToldServer } from '../notify/notifier.ts';
import type { ShownPublication } from '../published/publisher.ts';
import type { Steerer } from '../steering/steerer.ts';
import type { FetchedSerials } from './fetched-serials.ts';
import type { RecentEventMemory } from './recent-events.ts';

export interface PageSource
  extends Pick<HttpSource, 'state' | 'counters' | 'config' | 'secondaries' | 'vitals' | 'readinessMemory'> {
  /** The name of this machine. */
  readonly host: string;
  readonly health: Pick<Health, 'report'>;
  readonly zoneFacts: Pick<ZoneFacts, 'find' | 'changes'>;
  readonly recent: RecentEventMemory;
  readonly fetched: Pick<FetchedSerials, 'find'>;
  steering(): Pick<Steerer, 'newest'> & { readonly firstChoices: Pick<Steerer['firstChoices'], 'sumsByKey'> };
  /** Who is told of changes of a zone, by zoneKeyText. */
  told(key: string): readonly ToldServer[];
  /** What secondaries of a zone get of its health, by zoneKeyText; missing: nothing is known of that. */
  published?(key: string): ShownPublication | undefined;
  /** Other Ringzones, as of some seconds ago at most; missing: there are none. */
  peers?(): readonly PeerReport[];
  /** Say in the log that the page can't be made, and why. */
  complain(problem: string): void;
}
