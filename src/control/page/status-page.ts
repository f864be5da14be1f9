/**
 * The page at `/`: what it remembers, and what it tells. While nobody looks, counters are read every five seconds (shares every thirty), and what the log says
 * is put into a bounded memory; all else is done for those who look, once for all of them.
 */
import type { ServerResponse } from 'node:http';
import {
  type EventGroup,
  type ListPart,
  type PageNow,
  type ServiceLine,
  shareMinutes,
  type ZoneLine,
  type ZoneOrder,
} from '../../page/page-data.ts';
import { SteeringTable } from '../../plane/steering/steering-table.ts';
import { zoneKeyText } from '../../store/image/zone-key.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { PeerReport } from '../agreement/peer.ts';
import { type Readiness, readinessOf } from '../http/readiness.ts';
import { judgeCalls } from './call-verdict.ts';
import { CountWindow } from './count-window.ts';
import { HealthReports, setKey } from './health-reports.ts';
import { LiveFeed } from './live-feed.ts';
import type { PageSource } from './page-source.ts';
import { peerFacts, peerLines } from './peer-lines.ts';
import { publishedHealth } from './published-health.ts';
import { RateHistory } from './rate-history.ts';
import { refusalCounts, refusalSums } from './refusal-counts.ts';
import { type IndexedService, indexServices, type ServiceIndex } from './service-index.ts';
import { serviceLine } from './service-lines.ts';
import { findZones } from './zone-index.ts';
import { ZoneIndexKeeper } from './zone-index-keeper.ts';
import { zoneLine } from './zone-line.ts';

const sampleMs = 5000;
const shareMs = 30_000;
const tickMs = 1000;
/** After something has happened the next tick comes sooner. */
const soonMs = 100;
/** Whether the server is ready is found out by looking at all zones: not each second. */
const readinessMs = 2000;

export const servicesPerPart = 10;
export const zonesPerPart = 20;

export class StatusPage {
  private readonly source: PageSource;
  private readonly rates = new RateHistory();
  private readonly shares = new CountWindow((shareMinutes * 60_000) / shareMs);
  private readonly refusals = new CountWindow((shareMinutes * 60_000) / shareMs);
  private readonly feed: LiveFeed;
  private readonly reports: HealthReports;
  private readonly zones: ZoneIndexKeeper;
  private readonly news = new Set<EventGroup>();
  private readonly timers: NodeJS.Timeout[] = [];
  private ticking: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;
  private services: { readonly stamp: string; readonly index: ServiceIndex } | undefined;
  private ready: { readonly readiness: Readiness; readonly untilMs: number } | undefined;
  private now: PageNow | undefined;
  private isTelling = false;
  private complaint = '';

  constructor(source: PageSource) {
    this.source = source;
    this.reports = new HealthReports(source.health);
    this.zones = new ZoneIndexKeeper(source);
    this.feed = new LiveFeed(
      () => this.greeting(),
      (isWatched) => this.watch(isWatched),
    );
  }

  /** Begin to remember. */
  start(): void {
    this.sample();
    this.remember();
    this.timers.push(
      setInterval(() => this.sample(), sampleMs).unref(),
      setInterval(() => this.advance(), shareMs).unref(),
    );
  }

  stop(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    this.watch(false);
    this.feed.close();
  }

  /** Tell this client what happens, until it has enough. */
  open(response: ServerResponse): void {
    this.feed.add(response);
  }

  async listServices(search: string, page: number): Promise<ListPart<ServiceLine>> {
    const { services } = this.indexOfServices().index;
    const { doubtedSets } = await this.reports.lookOver(this.targetCount());
    const text = search.trim().toLowerCase();
    const meant = text === '' ? services : services.filter((service) => isMeant(service, text));
    const found = doubtedSets.size === 0 ? meant : meant.toSorted(byTrouble(doubtedSets));
    const part = partOf(found, page, servicesPerPart);
    this.shares.update(this.source.steering().firstChoices.sumsByKey());
    const titles = [...new Set(part.lines.map(({ title }) => title))];
    const reports = await this.reports.of(titles, this.targetCount());
    const facts = {
      given: (key: string) => this.shares.grown(key),
      reports,
      peers: this.source.peers?.() ?? [],
      published: (zone: ZoneId) => publishedHealth(this.source.published?.(zoneKeyText(zone))),
    };
    return {
      ...part,
      atMs: Date.now(),
      total: services.length,
      lines: part.lines.map((service) => serviceLine(service, facts)),
    };
  }

  async listZones(search: string, order: ZoneOrder, page: number): Promise<ListPart<ZoneLine>> {
    const index = await this.zones.current();
    const part = partOf(findZones(index, search, order), page, zonesPerPart);
    const atMs = Date.now();
    return { ...part, atMs, total: index.zones.length, lines: part.lines.map((zone) => zoneLine(zone, atMs)) };
  }

  /** A part of the history of rates. */
  private sample(): void {
    const point = this.rates.sample(this.source.counters(), Date.now(), performance.now());
    if (point !== undefined) this.feed.send({ name: 'point', data: point });
  }

  private advance(): void {
    this.shares.advance();
    this.refusals.advance();
    this.remember();
  }

  private remember(): void {
    this.shares.update(this.source.steering().firstChoices.sumsByKey());
    this.refusals.update(refusalSums(this.source.counters().named));
  }

  private greeting() {
    return [
      { name: 'history', data: this.rates.points },
      { name: 'recent', data: this.source.recent.read() },
      ...(this.now === undefined ? [] : [{ name: 'now', data: this.now }]),
    ];
  }

  private watch(isWatched: boolean): void {
    clearInterval(this.ticking);
    clearTimeout(this.soon);
    this.soon = undefined;
    this.source.recent.watch(isWatched ? (group) => this.hear(group) : undefined);
    if (!isWatched) {
      this.now = undefined;
      return;
    }
    this.ticking = setInterval(() => void this.tick(), tickMs).unref();
    void this.tick();
  }

  private hear(group: EventGroup): void {
    this.news.add(group);
    if (group === 'transitions') this.reports.forget();
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      void this.tick();
    }, soonMs).unref();
  }

  /** Tell all of this moment, and what is new. */
  private async tick(): Promise<void> {
    if (this.isTelling) return;
    this.isTelling = true;
    try {
      const now = await this.describe();
      if (this.feed.size > 0) this.tell(now);
    } catch (error) {
      this.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      this.isTelling = false;
    }
  }

  private tell(now: PageNow): void {
    this.now = now;
    const groups = [...this.news];
    this.news.clear();
    const recent = groups.length === 0 ? [] : [{ name: 'recent', data: this.source.recent.read(groups) }];
    this.feed.send({ name: 'now', data: now }, ...recent);
  }

  /** A bug: it must neither end the server nor fill the log. */
  private complain(problem: string): void {
    if (problem !== this.complaint) this.source.complain(problem);
    this.complaint = problem;
  }

  private async describe(): Promise<PageNow> {
    const { source } = this;
    const sums = source.counters();
    this.refusals.update(refusalSums(sums.named));
    const { stamp, index } = this.indexOfServices();
    const zones = await this.zones.current();
    const { trying, doubted, doubtedNames } = await this.reports.lookOver(this.targetCount());
    const peers = source.peers?.() ?? [];
    const { isReady, reason: readiness } = this.readiness();
    const { version, bootMs } = source.state();
    const { udpWorkers, tcpWorkers, replacements, logDropped } = source.vitals();
    const targets = { ...index.counts, up: Math.max(0, index.counts.up - trying - doubted), doubted, trying };
    const namesOf = (services: readonly IndexedService[]) => services.map(({ owner }) => owner);
    const facts = {
      isLeaving: source.vitals().isLeaving,
      isReady,
      readiness,
      zones: zones.counts,
      unservedZones: zones.unserved,
      targets,
      services: index.services.length,
      deadServices: namesOf(index.services.filter(({ level }) => level === 'bad')),
      drainedServices: namesOf(index.services.filter(({ isDrainedOut }) => isDrainedOut)),
      reducedServices: namesOf(index.services.filter(({ level }) => level === 'warning')),
      downTargets: index.downTargets,
      doubtedTargets: doubtedNames,
      peers: peerFacts(peers),
      agree: index.services.reduce((most, { agree }) => Math.max(most, agree), 1),
    };
    return {
      atMs: Date.now(),
      verdict: judgeCalls(facts),
      server: {
        host: source.host,
        version,
        bootMs,
        isReady,
        readiness,
        udpWorkers,
        tcpWorkers,
        replacements,
        logDropped,
      },
      services: index.services.length,
      targets,
      zones: zones.counts,
      ...peerLines(peers),
      rate: this.rates.lately(sums, Date.now(), performance.now()),
      refusals: refusalCounts(sums.named, this.refusals),
      servicesStamp: `${stamp} ${trying} ${doubtedNames.join()} ${peerStamp(peers)}`,
      zonesStamp: `${this.zones.stamp} ${zones.counts.served} ${zones.counts.troubled}`,
    };
  }

  /** Each time where that is cheap, else as often as zones are looked through. */
  private readiness(): Readiness {
    const { isLeaving, udpWorkers } = this.source.vitals();
    const nowMs = performance.now();
    const isFresh = this.ready !== undefined && nowMs < this.ready.untilMs && this.ready.readiness.isReady;
    if (!isFresh || isLeaving || udpWorkers === 0)
      this.ready = { readiness: readinessOf(this.source), untilMs: nowMs + readinessMs };
    return this.ready?.readiness ?? readinessOf(this.source);
  }

  private targetCount(): number {
    return this.source.steering().newest.targets.length;
  }

  /** Anew where a state has changed, or there is another table. */
  private indexOfServices(): { readonly stamp: string; readonly index: ServiceIndex } {
    const { newest } = this.source.steering();
    const generation = newest.table === undefined ? 0 : new SteeringTable(newest.table).generation();
    const stamp = `${generation} ${newest.targets.length}`;
    if (this.services?.stamp !== stamp) this.services = { stamp, index: indexServices(newest) };
    return this.services;
  }
}

/** Another text: peers are heard that were not, or have told of drains. */
function peerStamp(peers: readonly PeerReport[]): string {
  return peers.map(({ isHeard, drains = [] }) => `${isHeard} ${drains.length}`).join();
}

/** Those of which a target is in doubt stand behind those with trouble for sure. */
function byTrouble(doubtedSets: ReadonlySet<string>): (a: IndexedService, b: IndexedService) => number {
  const rankOf = ({ level, title, owner }: IndexedService) => {
    if (level === 'bad' || level === 'warning') return 0;
    return doubtedSets.has(setKey(title, owner)) ? 1 : 2;
  };
  return (a, b) => rankOf(a) - rankOf(b);
}

function isMeant({ owner, title, targets }: IndexedService, text: string): boolean {
  return owner.includes(text) || title.includes(text) || targets.some(({ name }) => name.includes(text));
}

function partOf<T>(found: readonly T[], page: number, perPart: number) {
  const pages = Math.max(1, Math.ceil(found.length / perPart));
  const at = Math.min(Math.max(0, page), pages - 1);
  return { found: found.length, page: at, pages, lines: found.slice(at * perPart, (at + 1) * perPart) };
}
