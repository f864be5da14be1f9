import { TargetState } from '../../plane/steering/steering-policy.ts';
import { SteeringTable } from '../../plane/steering/steering-table.ts';
import { zoneKeyText } from '../../store/image/zone-key.ts';
import { zoneIdOf } from '../../transfer/journal/zone-id.ts';
import { Class } from '../../wire/codes.ts';
import type { ZoneConfig } from '../config/config.ts';
import type { HealthStates } from '../health/health.ts';
import type { LoaderListener } from '../load/loader.ts';
import { logDiagnostics } from '../load/log-outcome.ts';
import type { Log } from '../log/log.ts';
import { buildSteering, titleOf } from './build-steering.ts';
import { checkSteering } from './check-steering.ts';
import { FirstChoices } from './first-choices.ts';
import type { SteeredZone } from './steered-zone.ts';
import type { PlannedTarget } from './steering-plan.ts';
import type { SteeringSettings } from './steering-settings.ts';

/** After a table the next one waits so long at least, and so many times as long as that one took to build. */
const leastPauseMs = 100;
const pauseFactor = 9;

/** A table and what is in it. */
export interface SteeringRenewal {
  /** `undefined`: nothing is steered. */
  readonly table: SharedArrayBuffer | undefined;
  readonly targets: readonly PlannedTarget[];
}

interface SteeredConfig extends Pick<ZoneConfig, 'view' | 'viewName' | 'class' | 'apex' | 'name'> {
  readonly steering: SteeringSettings;
}

/**
 * Main's side of steering: keeps what the configuration says and what the loader has listed, and gives the workers a table made of
 * both whenever one of them changes. Without a policy there is no table.
 */
export class Steerer implements LoaderListener {
  /** How often each target was the first of an answer. */
  readonly firstChoices = new FirstChoices();
  private readonly log: Log;
  private readonly send: (table: SharedArrayBuffer | undefined) => void;
  private readonly states: HealthStates | undefined;
  private zones: ReadonlyMap<string, SteeredConfig> = new Map();
  private readonly lists = new Map<string, SteeredZone>();
  /** Zones of which the list or the settings are new, and what was wrong with each when it was last looked at. */
  private readonly unchecked = new Set<string>();
  private readonly told = new Map<string, ReadonlySet<string>>();
  private readonly listeners: ((renewal: SteeringRenewal) => void)[] = [];
  private current: SteeringRenewal = { table: undefined, targets: [] };
  private generation = 1;
  private isStale = false;
  private timer: NodeJS.Timeout | undefined;
  private notBeforeMs = 0;
  private isStopped = false;

  /** `send` gives the workers another table, or none. `states`: who is up when a table is built; without it all are. */
  constructor(log: Log, send: (table: SharedArrayBuffer | undefined) => void, states?: HealthStates) {
    this.log = log;
    this.send = send;
    this.states = states;
  }

  /** The newest table, for workers that begin later, and what is in it. */
  get newest(): SteeringRenewal {
    return this.current;
  }

  /** Be told of each new table, after the workers. */
  onRenewal(listener: (renewal: SteeringRenewal) => void): void {
    this.listeners.push(listener);
  }

  /** The zones of the configuration, before the loader gets them. They hold when it has loaded them. */
  configure(zones: readonly ZoneConfig[]): void {
    const steered = zones.filter((zone): zone is ZoneConfig & SteeredConfig => isSteered(zone));
    if (steered.length === 0 && this.zones.size === 0) return;
    this.zones = new Map(steered.map((zone) => [zoneKeyText(zone), zone]));
    for (const text of this.lists.keys()) if (!this.zones.has(text)) this.lists.delete(text);
    for (const text of this.told.keys()) if (!this.zones.has(text)) this.told.delete(text);
    for (const text of this.zones.keys()) this.unchecked.add(text);
    this.isStale = true;
  }

  /** What the loader has found in zones. */
  steered(zones: readonly SteeredZone[]): void {
    const wanted = zones.filter(({ id }) => this.zones.has(zoneKeyText(id)));
    if (wanted.length === 0) return;
    for (const zone of wanted) {
      const text = zoneKeyText(zone.id);
      this.lists.set(text, zone);
      this.unchecked.add(text);
    }
    this.renewSoon();
  }

  loaded(): void {
    if (this.isStale) this.renew();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.firstChoices.stop();
  }

  private renewSoon(): void {
    this.isStale = true;
    if (this.isStopped) return;
    this.timer ??= setTimeout(() => this.renew(), Math.max(0, this.notBeforeMs - performance.now()));
  }

  private renew(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isStale = false;
    const startMs = performance.now();
    this.check();
    this.build();
    const endMs = performance.now();
    this.notBeforeMs = endMs + Math.max(leastPauseMs, pauseFactor * (endMs - startMs));
  }

  private build(): void {
    const sources = [...this.zones].map(([text, zone]) => ({
      id: zoneIdOf(zone),
      title: titleOf(zone),
      settings: zone.steering,
      listed: this.lists.get(text),
    }));
    const built = buildSteering(sources, (text) => this.stateOf(text), this.nextGeneration());
    const table = sources.length === 0 ? undefined : built.table;
    this.current = { table, targets: built.targets };
    this.firstChoices.use(table === undefined ? undefined : new SteeringTable(table), built.targets);
    this.send(table);
    for (const listener of this.listeners) listener(this.current);
  }

  private stateOf(keyText: string): TargetState {
    return this.states?.stateOf(keyText) ?? TargetState.up;
  }

  /** States that change raise the generation of the table in force. */
  private nextGeneration(): number {
    const { table } = this.current;
    if (table !== undefined) this.generation = (new SteeringTable(table).generation() + 1) | 0;
    // 0 stands for no table in the stamps of caches.
    if (this.generation === 0) this.generation = 1;
    return this.generation;
  }

  /** Say what doesn't fit the zones, once. */
  private check(): void {
    for (const text of this.unchecked) {
      const zone = this.zones.get(text);
      const listed = this.lists.get(text);
      if (zone === undefined || listed === undefined) continue;
      const found = checkSteering(listed, zone.apex, zone.steering);
      const before = this.told.get(text);
      const isNew = ({ message, line }: (typeof found)[number]) => before?.has(`${line} ${message}`) !== true;
      logDiagnostics(this.log, 'config', found.filter(isNew));
      this.told.set(text, new Set(found.map(({ message, line }) => `${line} ${message}`)));
    }
    this.unchecked.clear();
  }
}

function isSteered({ steering, class: zoneClass }: ZoneConfig): boolean {
  return steering !== undefined && zoneClass === Class.in;
}
