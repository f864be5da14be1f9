/** The SRV that are steered, gathered by owner: what the page's list of services is made of. */
import type { Level, TargetCounts } from '../../page/page-data.ts';
import { TargetState } from '../../plane/steering/steering-policy.ts';
import { nameText } from '../../wire/name.ts';
import type { SteeringRenewal } from '../steering/steerer.ts';
import type { PlannedTarget } from '../steering/steering-plan.ts';
import { TargetStates } from '../steering/target-states.ts';

export interface IndexedTarget {
  readonly planned: PlannedTarget;
  readonly name: string;
  readonly state: TargetState;
  readonly isProbed: boolean;
  /** The same target and port stand in the set before. */
  readonly isRepeated: boolean;
}

export interface IndexedService {
  readonly owner: string;
  /** `example.com`, in a view `example.com/inside`. */
  readonly title: string;
  readonly view: number;
  readonly targets: readonly IndexedTarget[];
  readonly level: Level;
  /** So many servers must see a target down to take it out, at most; 1: this one decides alone. */
  readonly agree: number;
  /** Of which no target is up, but none is down either, and answers name them all the same. */
  readonly isDrainedOut: boolean;
}

export interface ServiceIndex {
  /** Those with trouble first, else in the order of the configuration. */
  readonly services: readonly IndexedService[];
  readonly counts: Omit<TargetCounts, 'doubted' | 'trying'>;
  /** `sip1.example.com:5060`: a few of those that are down, each once. */
  readonly downTargets: readonly string[];
}

const maxDown = 100;

const levelRanks: Readonly<Record<Level, number>> = { bad: 0, warning: 1, good: 2, unknown: 3 };

export function indexServices({ table, targets }: SteeringRenewal): ServiceIndex {
  const states = table === undefined ? undefined : new TargetStates(table);
  const seen = new Set<number>();
  const sets = new Map<string, IndexedTarget[]>();
  const counts = { up: 0, down: 0, drained: 0, unprobed: 0 };
  const down = new Set<string>();
  for (const planned of targets) {
    const entry = states?.entryOf(planned) ?? 0;
    const isRepeated = entry !== 0 && seen.has(entry);
    seen.add(entry);
    const state = states?.stateOf(entry) ?? TargetState.up;
    const isProbed = planned.health !== undefined && planned.health.settings.probe !== 'none';
    counts[countedAs(state, isProbed)]++;
    const target = { planned, name: nameText(planned.target), state, isProbed, isRepeated };
    if (state === TargetState.down && down.size < maxDown) down.add(`${target.name}:${planned.port}`);
    const key = `${planned.zone.view} ${Buffer.from(planned.owner).toString('latin1')}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [target]);
    else set.push(target);
  }
  const services = [...sets.values()].map(serviceOf);
  return {
    services: services.sort((a, b) => levelRanks[a.level] - levelRanks[b.level]),
    counts,
    downTargets: [...down],
  };
}

function countedAs(state: TargetState, isProbed: boolean): 'up' | 'down' | 'drained' | 'unprobed' {
  if (state === TargetState.down) return 'down';
  if (state === TargetState.drained) return 'drained';
  return isProbed ? 'up' : 'unprobed';
}

function serviceOf(targets: readonly IndexedTarget[]): IndexedService {
  const [{ planned }] = targets as readonly [IndexedTarget];
  const isDrainedOut = !planned.policy.emptyWhenAllDown && targets.every(({ state }) => state === TargetState.drained);
  return {
    owner: nameText(planned.owner),
    title: planned.title,
    view: planned.zone.view,
    targets: targets.toSorted((a, b) => a.planned.priority - b.planned.priority),
    level: isDrainedOut ? 'warning' : levelOf(targets),
    agree: targets.reduce((most, target) => Math.max(most, agreeOf(target)), 1),
    isDrainedOut,
  };
}

function agreeOf({ planned: { health }, isProbed }: IndexedTarget): number {
  return isProbed ? (health?.settings.agree ?? 1) : 1;
}

function levelOf(targets: readonly IndexedTarget[]): Level {
  const up = targets.filter(({ state }) => state === TargetState.up).length;
  if (up === 0) return 'bad';
  if (up < targets.length) return 'warning';
  return targets.some(({ isProbed }) => isProbed) ? 'good' : 'unknown';
}
