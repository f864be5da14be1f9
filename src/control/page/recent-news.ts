import { asWireName } from '../../wire/name.ts';
import type { ZoneFacts } from '../http/zone-facts.ts';
import type { Log } from '../log/log.ts';
import type { WorkerNews } from '../log/worker-news.ts';
import { FetchedSerials } from './fetched-serials.ts';
import { RecentEventMemory } from './recent-events.ts';

/** What the status page remembers of what happens from the start on. */
export class RecentNews {
  readonly recent = new RecentEventMemory();
  readonly fetched = new FetchedSerials();
  private readonly zoneFacts: Pick<ZoneFacts, 'find'>;

  constructor(zoneFacts: Pick<ZoneFacts, 'find'>) {
    this.zoneFacts = zoneFacts;
  }

  /** Listen to the log from now on. Gives who is to be told of the workers' records. */
  attach(log: Log): (news: readonly WorkerNews[]) => void {
    log.watch((event) => this.recent.take(event));
    return (news) => this.take(news);
  }

  private take(news: readonly WorkerNews[]): void {
    for (const one of news) {
      const { fetched, severity, timeMs } = one;
      if (fetched !== undefined) this.fetched.note(fetched, timeMs, this.servedSerial(fetched));
      // Who finds nothing newer, again and again, is no news.
      if (severity !== 'debug') this.recent.takeNews(one);
    }
  }

  private servedSerial({ view, class: zoneClass, apex }: NonNullable<WorkerNews['fetched']>): number | undefined {
    return this.zoneFacts.find({ view, class: zoneClass, apex: asWireName(apex) })?.serial;
  }
}
