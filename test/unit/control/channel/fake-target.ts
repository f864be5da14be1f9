/** A server that does nothing but remember what it was told, for tests of the channel and its words. */
import type { ControlTarget, ReloadOutcome, ServerState } from '../../../../src/control/channel/control-target.ts';
import type { ZoneCommand, ZoneDescription, ZoneReloaded } from '../../../../src/control/loader-messages.ts';
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
  readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(...zones: readonly ZoneDescription[]) {
    for (const zone of zones) this.zones.set(`${zone.name}.`, zone);
  }

  readonly loader = {
    describe: async ({ apex }: { apex: Uint8Array }) => this.zones.get(formatName(apex).toLowerCase()),
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

  async reopenLogs(): Promise<readonly string[]> {
    return this.problem === undefined ? [] : [this.problem];
  }

  stop(): Promise<void> {
    this.done.push('stop');
    return this.stopped.promise;
  }
}
