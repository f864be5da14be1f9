/** A server that does nothing but remember what it was told, for tests of the channel and its words. */
import { AddedZones } from '../../../../src/control/added-zones/added-zones.ts';
import { changeAddedZones } from '../../../../src/control/added-zones/zone-changes.ts';
import type { ControlTarget, ReloadOutcome, ServerState } from '../../../../src/control/channel/control-target.ts';
import type { Config } from '../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import type { DnstapReopening, RollVersions } from '../../../../src/control/dnstap/dnstap.ts';
import type { Drain } from '../../../../src/control/health/drains.ts';
import type { DrainedTarget } from '../../../../src/control/health/health-messages.ts';
import type { HealthZone } from '../../../../src/control/health/health-plan.ts';
import type { HealthReport } from '../../../../src/control/health/health-report.ts';
import type { ZoneCommand, ZoneDescription, ZoneReloaded } from '../../../../src/control/loader-messages.ts';
import type { Follower } from '../../../../src/control/published/followers.ts';
import type { Publication } from '../../../../src/control/published/publisher.ts';
import type { RefreshOutcome } from '../../../../src/control/secondary/refresh.ts';
import { createCounters, sumCounters } from '../../../../src/plane/counters.ts';
import { formatName } from '../../../../src/wire/name.ts';

export const bootMs = Date.UTC(2026, 10, 22, 20, 39, 44);

export function describeZone(name: string, more: Partial<ZoneDescription> = {}): ZoneDescription {
  return {
    name,
    title: `${name}/IN`,
    type: 'primary',
    files: [`/zones/${name}`],
    serial: 1,
    nodes: 2,
    records: 3,
    loadedAtMs: bootMs,
    isSigned: false,
    isDynamic: false,
    isFrozen: false,
    isExpired: false,
    trouble: undefined,
    journal: undefined,
    ...more,
  };
}

/** Zones that tests set are of the default view. */
function keyOf(name: string, view: number): string {
  return `${name}.${view === 0 ? '' : view}`;
}

function configOf(text: string, path: string): Config {
  const read = parseConfig(text, path, { interfaces: {} });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

export class FakeTarget implements ControlTarget {
  readonly zones = new Map<string, ZoneDescription>();
  /** What was done, in order. */
  readonly done: string[] = [];
  reloaded: ZoneReloaded = { kind: 'left' };
  outcome: ReloadOutcome = {
    kind: 'done',
    summary: { zones: 2, loadedZones: 2, refusedZones: 0, waitingZones: 0, records: 6 },
    refusals: [],
  };
  refreshed: RefreshOutcome = { kind: 'failed' };
  problem: string | undefined;
  isQueryLogOn = false;
  isResponseLogOn = false;
  debugLevel = 0;
  dnstapReopening: DnstapReopening = { kind: 'done' };
  readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(...zones: readonly ZoneDescription[]) {
    for (const zone of zones) this.zones.set(`${zone.name}.`, zone);
  }

  /** The configuration in force; made of nothing until `configure`. */
  inForce: Config = configOf('zones: {}\n', '/etc/ringzone/ringzone.yaml');
  /** What zones of these names are refused for, as the loader says it. */
  refusals: readonly string[] = [];
  readonly said: string[] = [];

  /** Have a configuration in force; `addedZones`: the file of zones that are added. */
  configure(text: string, addedZones?: string): void {
    this.inForce = {
      ...configOf(text, '/etc/ringzone/ringzone.yaml'),
      addedZones: new AddedZones(addedZones, undefined),
    };
    this.serve(this.inForce);
  }

  config(): Config {
    return this.inForce;
  }

  changeZones(zone: Parameters<ControlTarget['changeZones']>[0], change: (added: AddedZones) => AddedZones) {
    const target = this;
    const server = {
      get configInForce() {
        return target.inForce;
      },
      changeZones: async (config: Config) => {
        this.inForce = config;
        this.serve(config);
        return { zones: 0, loadedZones: 0, refusedZones: 0, waitingZones: 0, records: 0 };
      },
      loader: { refusals: this.refusals, reload: async () => this.reloaded },
    };
    return changeAddedZones(server, zone, change);
  }

  log(severity: string, message: string): void {
    this.said.push(`${severity}: ${message}`);
  }

  private serve({ zones }: Config): void {
    this.zones.clear();
    for (const { name, type, view } of zones)
      this.zones.set(keyOf(name.toLowerCase(), view), describeZone(name, { type }));
  }

  readonly loader = {
    forget: (ids: readonly unknown[]) => void this.done.push(`forget ${ids.length}`),
    describe: async ({ apex, view }: { apex: Uint8Array; view: number }) =>
      this.zones.get(keyOf(formatName(apex).toLowerCase().slice(0, -1), view)),
    reload: async () => {
      this.done.push('reload zone');
      return this.reloaded;
    },
    command: async (command: ZoneCommand, id: unknown, clean = false) => {
      this.done.push(`${command}${clean ? ' clean' : ''}${id === undefined ? ' all' : ''}`);
      return [{ title: 'dyn.test/IN', problem: this.problem }];
    },
  };

  readonly replication = {
    notify: () => this.done.push('notify'),
    awaitFollowers: async (_: unknown, serial: number) => {
      this.done.push(`await ${serial}`);
      return this.followers;
    },
    secondaries: {
      activity: { running: 1, deferred: 2, soaQueries: 3 },
      find: () => ({
        title: 'sec.test/IN',
        serial: 7,
        isBusy: false,
        refreshDueMs: performance.now() + 60_000,
        expiresAt: bootMs / 1000 + 604_800,
      }),
      nextOutcome: async () => this.refreshed,
      refresh: () => this.done.push('refresh'),
      retransfer: () => this.done.push('retransfer'),
    },
  } as unknown as ControlTarget['replication'];

  /** What zones are published, and who follows. */
  publications: readonly Publication[] = [];
  followers: readonly Follower[] = [];

  readonly published: ControlTarget['published'] = {
    publications: (title) => this.publications.filter(({ zone }) => title === undefined || zone === title),
    settle: async (title) => {
      this.done.push(`settle ${title}`);
      return this.publications.find(({ zone }) => zone === title);
    },
  };

  /** What `health`, `drain` and `undrain` get. */
  healthReport: HealthReport | undefined;
  drainedTargets: readonly DrainedTarget[] = [];
  healthZones: readonly HealthZone[] = [];
  peerReports: ControlTarget['health']['peers'] = [];
  readonly drains: Drain[] = [];

  get health(): ControlTarget['health'] {
    return {
      zones: this.healthZones,
      peers: this.peerReports,
      report: async (zone) => {
        this.done.push(`report ${zone}`);
        return this.healthReport;
      },
      drain: async (drain) => {
        this.drains.push(drain);
        return this.drainedTargets;
      },
      undrain: async (name, port) => {
        this.done.push(`undrain ${name} ${port}`);
        return this.drainedTargets;
      },
    };
  }

  state(): ServerState {
    return {
      version: 'Ringzone 0.0.0',
      bootMs,
      configuredMs: bootMs + 1000,
      configFile: '/etc/ringzone/ringzone.yaml',
      udpWorkers: 2,
      tcpWorkers: 1,
      zones: this.zones.size,
      tcpClients: 150,
      isQueryLogOn: this.isQueryLogOn,
      isResponseLogOn: this.isResponseLogOn,
      debugLevel: this.debugLevel,
    };
  }

  counters() {
    return sumCounters(createCounters(1));
  }

  async reload(newOnly: boolean): Promise<ReloadOutcome> {
    this.done.push(newOnly ? 'reconfig' : 'reload');
    return this.outcome;
  }

  async setQueryLog(on: boolean): Promise<void> {
    this.isQueryLogOn = on;
  }

  async setResponseLog(on: boolean): Promise<void> {
    this.isResponseLogOn = on;
  }

  setDebugLevel(level: number): void {
    this.debugLevel = level;
  }

  async reopenLogs(): Promise<readonly string[]> {
    return this.problem === undefined ? [] : [this.problem];
  }

  async reopenDnstap(versions: RollVersions | undefined): Promise<DnstapReopening> {
    this.done.push(`dnstap ${versions}`);
    return this.dnstapReopening;
  }

  stop(): Promise<void> {
    this.done.push('stop');
    return this.stopped.promise;
  }
}
