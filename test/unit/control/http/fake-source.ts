/** A server to tell of, with zones, counters and times that a test chooses. */
import type { Config, ZoneConfig } from '../../../../src/control/config/config.ts';
import { defaultZone } from '../../../../src/control/config/default-zone.ts';
import { defaultHttp, defaultSettings } from '../../../../src/control/config/defaults.ts';
import type { HttpSource, Vitals } from '../../../../src/control/http/http-source.ts';
import { ReadinessMemory } from '../../../../src/control/http/readiness.ts';
import { ZoneFacts } from '../../../../src/control/http/zone-facts.ts';
import { FetchedSerials } from '../../../../src/control/page/fetched-serials.ts';
import type { PageSource } from '../../../../src/control/page/page-source.ts';
import { RecentEventMemory } from '../../../../src/control/page/recent-events.ts';
import { StatusPage } from '../../../../src/control/page/status-page.ts';
import { type AccessListTable, defaultAccessTable } from '../../../../src/plane/access/access-list-table.ts';
import { CounterBlock, createCounters, sumCounters } from '../../../../src/plane/counters.ts';
import { Class } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

export class FakeSource implements HttpSource {
  readonly zoneFacts = new ZoneFacts();
  readonly counterMemory = createCounters(1);
  readonly counts = new CounterBlock(this.counterMemory, 0);
  zones: readonly ZoneConfig[] = [];
  views: Config['views'] = [viewOf(0, '_default')];
  http = defaultHttp;
  access: AccessListTable = defaultAccessTable;
  steered: ReturnType<HttpSource['steering']> = {
    newest: { table: undefined, targets: [] },
    firstChoices: { read: () => [] },
  };
  readonly readinessMemory = new ReadinessMemory();
  health: Vitals = {
    isLeaving: false,
    udpWorkers: 2,
    tcpWorkers: 1,
    replacements: 4,
    logDropped: 5,
    dnstapDropped: 6,
    refusedZones: 7,
    zoneOctetsLimit: 4_000_000_000,
  };
  /** What the page has beside. */
  readonly recent = new RecentEventMemory();
  readonly fetched = new FetchedSerials();
  readonly told = new Map<string, ReturnType<PageSource['told']>>();
  readonly choices = new Map<string, number>();
  readonly complaints: string[] = [];
  report: Awaited<ReturnType<PageSource['health']['report']>>;
  readonly page = new StatusPage(pageSourceOf(this));
  found: ReturnType<NonNullable<ReturnType<HttpSource['secondaries']>>['find']>;

  peerReports: ReturnType<HttpSource['peers']> = [];

  peers() {
    return this.peerReports;
  }

  totals: ReturnType<HttpSource['probes']>;

  probes() {
    return this.totals;
  }

  state() {
    return {
      version: 'Ringzone 9.9.9',
      bootMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      configuredMs: Date.UTC(2026, 0, 2, 3, 4, 6),
      udpWorkers: 2,
      tcpWorkers: 1,
      zones: this.zones.length,
      tcpClients: 150,
      isQueryLogOn: false,
    } as ReturnType<HttpSource['state']>;
  }

  counters() {
    return sumCounters(this.counterMemory);
  }

  config() {
    const { zones, views, http, access } = this;
    return { zones, views, http, access, settings: defaultSettings() };
  }

  addresses() {
    return [
      { family: 4, address: '127.0.0.1', port: 53 },
      { family: 6, address: '::1', port: 53 },
    ] as const;
  }

  zoneOctets() {
    return 1_000_000;
  }

  secondaries() {
    return { find: () => this.found, activity: { running: 1, deferred: 2, soaQueries: 3 } };
  }

  steering() {
    return this.steered;
  }

  vitals() {
    return this.health;
  }
}

function pageSourceOf(source: FakeSource): PageSource {
  const { zoneFacts, recent, fetched, readinessMemory } = source;
  return {
    zoneFacts,
    recent,
    fetched,
    readinessMemory,
    host: 'dns1',
    health: { report: async () => source.report },
    told: (key) => source.told.get(key) ?? [],
    complain: (problem) => source.complaints.push(problem),
    state: () => source.state(),
    counters: () => source.counters(),
    config: () => source.config(),
    secondaries: () => source.secondaries(),
    vitals: () => source.vitals(),
    steering: () => ({ newest: source.steered.newest, firstChoices: { sumsByKey: () => source.choices } }),
  };
}

export function viewOf(number: number, name: string): Config['views'][number] {
  return { number, name, matchClients: 0, matchDestinations: 0, matchRecursiveOnly: false };
}

export function zoneOf(name: string, more: Partial<ZoneConfig> = {}): ZoneConfig {
  const identity = { view: 0, name, apex: wireNameFrom(`${name}.`), class: Class.in, file: name };
  return { ...defaultZone(identity), ...more };
}
