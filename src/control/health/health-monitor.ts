import { TargetState } from '../../plane/steering/steering-policy.ts';
import type { Agreement } from '../agreement/agreement.ts';
import { addDrain, type Drain, isDrained, removeDrain } from './drains.ts';
import { Endpoint } from './endpoint.ts';
import type { DrainedTarget, FromHealthThread, HealthLine } from './health-messages.ts';
import { emptyHealthPlan, type HealthPlan, type HealthSettings } from './health-plan.ts';
import { groupBySet, type HealthTotals, reportTargets, setText, type TargetReport } from './health-report.ts';
import { type AskAddresses, askResolver, LookUps } from './look-ups.ts';
import type { ProbeOutcome } from './outcome.ts';
import type { Probe, ProbeTask } from './probe.ts';
import { ProbeRunner } from './probe-runner.ts';
import type { StateSubject } from './state-subject.ts';
import { SteeringStates } from './steering-states.ts';
import { type Appointment, callOff, type Timeline } from './timeline.ts';
import {
  describeAddressChange,
  describeTransition,
  gatherTransitions,
  reasonOf,
  type TargetChange,
  type Transition,
} from './transition.ts';
import {
  type AddressWatch,
  buildWatches,
  combineStates,
  namesToLookUp,
  statesOf,
  type TargetWatch,
} from './watches.ts';

/** Names that are looked up at the same time become one change of the watches. */
const gatherMs = 100;

/** What the monitor touches of the world; tests have their own. */
export interface MonitorEnvironment {
  readonly timeline: Timeline;
  readonly startProbe: (task: ProbeTask, done: (outcome: ProbeOutcome) => void) => Probe;
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly askAddresses?: AskAddresses;
  readonly tell: (message: FromHealthThread) => void;
  /** Targets have changed; besides the log. */
  readonly hook?: (transitions: readonly Transition[]) => void;
  /** Other servers' opinions, where there are peers. */
  readonly agreement?: Pick<Agreement, 'note' | 'forget' | 'stateOf' | 'describe' | 'peerOpinions'>;
}

/** Watches what the plan says: asks, judges, sets states in the steering table, and tells main what it has set. */
export class HealthMonitor {
  private readonly environment: MonitorEnvironment;
  private readonly states = new SteeringStates();
  private readonly runner: ProbeRunner;
  private readonly lookUps: LookUps;
  readonly endpoints = new Map<string, Endpoint>();
  /** The records that are watched. */
  targets: readonly TargetWatch[] = [];
  private plan: HealthPlan = emptyHealthPlan;
  private addresses: readonly AddressWatch[] = [];
  private readonly targetsOf = new Map<string, TargetWatch[]>();
  private readonly addressesOf = new Map<string, AddressWatch[]>();
  private sets = new Map<string, TargetWatch[]>();
  private gathering: Appointment | undefined;
  private drainList: readonly Drain[] = [];
  private drainEnd: Appointment | undefined;
  /** Of the first round. */
  private readonly unheard = new Set<Endpoint>();
  private isFirstRound = true;

  constructor(environment: MonitorEnvironment) {
    this.environment = environment;
    const { timeline, startProbe, random } = environment;
    this.runner = new ProbeRunner(
      { timeline, random, start: startProbe, judged: (endpoint, isChanged) => this.judged(endpoint, isChanged) },
      emptyHealthPlan.probesPerSecond,
    );
    this.lookUps = new LookUps(timeline, environment.askAddresses ?? askResolver([]), () => this.gather());
  }

  get drains(): readonly Drain[] {
    return this.drainList;
  }

  /** Before the first plan: what is left of the drains of an earlier run. */
  restoreDrains(drains: readonly Drain[]): void {
    this.drainList = drains;
  }

  /** Watch what this plan says, set in this table; endpoints that stay keep their verdicts. `restore` begins those that are new. */
  configure(
    plan: HealthPlan,
    table: SharedArrayBuffer | undefined,
    restore: (endpoint: Endpoint) => void = () => undefined,
  ): void {
    this.plan = plan;
    this.runner.setRate(plan.probesPerSecond);
    this.lookUps.want(namesToLookUp(plan), this.environment.askAddresses ?? askResolver(plan.resolvers));
    this.states.useTable(table);
    this.watch(restore);
    this.expireDrains();
  }

  setTable(table: SharedArrayBuffer | undefined): void {
    this.states.useTable(table);
    this.setAll();
  }

  /** Give the records that it takes out; none: there is no such target, and nothing is kept. */
  drain(drain: Drain): readonly DrainedTarget[] {
    const affected = this.find(drain.name, drain.port);
    if (affected.length === 0) return [];
    this.drainList = addDrain(this.drainList, drain);
    this.judgeTargets(affected, drainReason(drain, this.environment.wallClock()));
    this.expireDrains();
    return affected.map(describeDrained);
  }

  /** Give the records that were taken out by drains that end with this. */
  undrain(name: string, port: number | undefined): readonly DrainedTarget[] {
    return this.keepDrains(removeDrain(this.drainList, name, port), 'undrained');
  }

  /** These are the drains from now on; an operator of another server has said so. */
  setDrains(drains: readonly Drain[], reason: string): void {
    const before = this.drainList;
    this.drainList = drains;
    const affected = this.targets.filter(
      (watch) => isDrained(before, watch.name, watch.target.port) !== this.isDrained(watch),
    );
    this.judgeTargets(affected, reason);
    this.expireDrains();
  }

  /** Other servers see these endpoints otherwise than before: so may targets and addresses that servers must agree on. */
  reconsider(endpointKeys: ReadonlySet<string>): void {
    for (const key of endpointKeys) {
      const endpoint = this.endpoints.get(key);
      const needed = this.neededFor(key);
      if (endpoint === undefined || needed === 1) continue;
      const reason = () => `${endpoint.task.address} is ${this.environment.agreement?.describe(endpoint, needed)}`;
      this.change(this.targetsOf.get(key) ?? [], this.addressStates(this.addressesOf.get(key) ?? []), reason);
    }
  }

  /** How all targets are, or those of one zone; in parts. */
  reportTargets(zone?: string): Generator<readonly TargetReport[], void> {
    const { timeline, wallClock } = this.environment;
    return reportTargets({
      watches: zone === undefined ? this.targets : this.targets.filter(({ target }) => target.zone === zone),
      endpoints: this.endpoints,
      drains: this.drainList,
      stateOf: (watch) => this.states.stateOf(watch.subject),
      nowMs: timeline.now(),
      wallMs: wallClock(),
      agreement: this.environment.agreement,
    });
  }

  totals(): HealthTotals {
    const { counts, underWay } = this.runner;
    return { counts: { ...counts }, endpoints: this.endpoints.size, underWay };
  }

  stop(): void {
    callOff(this.gathering);
    callOff(this.drainEnd);
    this.lookUps.stop();
    for (const endpoint of this.endpoints.values()) this.runner.remove(endpoint);
  }

  /** Make the watches of the plan and of what is known of names. */
  private watch(restore: (endpoint: Endpoint) => void): void {
    const { targets, addresses, tasks } = buildWatches(this.plan, (name) => this.lookUps.addressesOf(name));
    this.targets = targets;
    this.addresses = addresses;
    this.sets = groupBySet(targets);
    index(this.targetsOf, targets);
    index(this.addressesOf, addresses);
    for (const [key, endpoint] of this.endpoints) if (!tasks.has(key)) this.forget(key, endpoint);
    for (const [key, task] of tasks) this.keep(key, task, restore);
    this.setAll();
    this.endFirstRound();
  }

  /** Set all states, whatever the table has. */
  private setAll(): void {
    const { targets, addresses, states } = this;
    const texts = new Set([...targets, ...addresses].map(({ subject }) => subject.keyText));
    const changes = [
      ...states.keepOnly(texts),
      ...states.set([...this.targetStates(targets), ...this.addressStates(addresses)]),
    ];
    if (changes.length > 0) this.environment.tell({ kind: 'changes', states: changes, lines: [] });
  }

  private keep(key: string, task: ProbeTask, restore: (endpoint: Endpoint) => void): void {
    const known = this.endpoints.get(key);
    if (known !== undefined) {
      const isSame = isSameSettings(known.task.settings, task.settings);
      known.task = task;
      if (!isSame && known.running === undefined) this.runner.begin(known);
      return;
    }
    const endpoint = new Endpoint(key, task, this.environment.timeline.now());
    this.endpoints.set(key, endpoint);
    restore(endpoint);
    this.environment.agreement?.note(endpoint);
    if (this.isFirstRound) this.unheard.add(endpoint);
    this.runner.begin(endpoint);
  }

  private forget(key: string, endpoint: Endpoint): void {
    this.runner.remove(endpoint);
    this.endpoints.delete(key);
    this.environment.agreement?.forget(endpoint);
    this.unheard.delete(endpoint);
  }

  private gather(): void {
    if (this.gathering !== undefined) return;
    this.gathering = this.environment.timeline.after(gatherMs, () => {
      this.gathering = undefined;
      this.watch(() => undefined);
    });
  }

  private judged(endpoint: Endpoint, isChanged: boolean): void {
    this.environment.agreement?.note(endpoint);
    if (isChanged) this.apply(endpoint);
    if (this.unheard.delete(endpoint)) this.endFirstRound();
  }

  /** A plan with targets has been heard of once. */
  private endFirstRound(): void {
    if (!this.isFirstRound || this.unheard.size > 0 || this.targets.length === 0) return;
    this.isFirstRound = false;
    this.environment.tell({ kind: 'firstRound' });
  }

  /** An endpoint has another state: so may targets and addresses. */
  private apply(endpoint: Endpoint): void {
    const targets = this.targetsOf.get(endpoint.key) ?? [];
    const addresses = this.addressesOf.get(endpoint.key) ?? [];
    const needed = this.neededFor(endpoint.key);
    const agreed = needed === 1 ? undefined : this.environment.agreement?.describe(endpoint, needed);
    const cause = agreed === undefined ? endpoint : `${reasonOf(endpoint)}; ${agreed}`;
    const isTold = this.change(targets, this.addressStates(addresses), cause);
    if (!isTold) this.tellLines(describeAddressChange(targets, endpoint, agreed));
  }

  /** How many servers must agree on an endpoint, at most. */
  private neededFor(endpointKey: string): number {
    const targets = this.targetsOf.get(endpointKey) ?? [];
    return targets.reduce((most, { target }) => Math.max(most, target.settings.agree), 1);
  }

  private judgeTargets(targets: readonly TargetWatch[], reason: string): void {
    this.change(targets, [], reason);
  }

  /** Give these their states, and tell of those that are others. Whether there were any among the targets. */
  private change(
    targets: readonly TargetWatch[],
    addressStates: readonly (readonly [StateSubject, TargetState])[],
    cause: Endpoint | string | (() => string),
  ): boolean {
    const before = targets.map((watch) => this.states.stateOf(watch.subject));
    const states = this.states.set([...this.targetStates(targets), ...addressStates]);
    if (states.length === 0) return false;
    const changes = targets.flatMap((watch, i) => {
      const state = this.states.stateOf(watch.subject);
      return state === before[i] ? [] : [{ watch, state, before: before[i] as TargetState }];
    });
    const transitions = gatherTransitions(changes, typeof cause === 'function' ? cause() : cause);
    const lines = [...transitions.map(describeTransition), ...this.warnOfEmptySets(changes)];
    this.environment.tell({ kind: 'changes', states, lines });
    if (changes.length > 0) this.environment.hook?.(transitions);
    return changes.length > 0;
  }

  private tellLines(lines: readonly HealthLine[]): void {
    this.environment.tell({ kind: 'changes', states: [], lines });
  }

  private warnOfEmptySets(changes: readonly TargetChange[]): HealthLine[] {
    const touched = new Map(changes.map(({ watch }) => [setText(watch), watch]));
    return [...touched].flatMap(([text, { ownerName }]): HealthLine[] => {
      const set = this.sets.get(text) ?? [];
      if (set.some((watch) => this.states.stateOf(watch.subject) === TargetState.up)) return [];
      return [{ severity: 'warning', message: `no target of ${ownerName} is up: answers are as if all were` }];
    });
  }

  private targetStates(targets: readonly TargetWatch[]): (readonly [StateSubject, TargetState])[] {
    return targets.map((watch) => {
      const state = this.isDrained(watch)
        ? TargetState.drained
        : this.combinedState(watch.endpointKeys, watch.target.settings.agree);
      return [watch.subject, state];
    });
  }

  private addressStates(addresses: readonly AddressWatch[]): (readonly [StateSubject, TargetState])[] {
    return addresses.map(({ subject, endpointKeys, agree }) => [subject, this.combinedState(endpointKeys, agree)]);
  }

  private combinedState(endpointKeys: readonly string[], needed: number): TargetState {
    const { agreement } = this.environment;
    const stateOf = (endpoint: Endpoint) => agreement?.stateOf(endpoint, needed) ?? endpoint.verdict.state;
    return combineStates(statesOf(endpointKeys, this.endpoints, stateOf));
  }

  private isDrained({ name, target }: TargetWatch): boolean {
    return isDrained(this.drainList, name, target.port);
  }

  private find(name: string, port: number | undefined): TargetWatch[] {
    return this.targets.filter((watch) => watch.name === name && (port === undefined || watch.target.port === port));
  }

  /** Have these drains and no more. Gives the records that were taken out by others. */
  private keepDrains(drains: readonly Drain[], reason: string): readonly DrainedTarget[] {
    const before = this.drainList;
    this.drainList = drains;
    const affected = this.targets.filter(
      (watch) => isDrained(before, watch.name, watch.target.port) && !this.isDrained(watch),
    );
    this.judgeTargets(affected, reason);
    return affected.map(describeDrained);
  }

  /** End drains whose time is over, and come back for the next. */
  private expireDrains(): void {
    callOff(this.drainEnd);
    const wallMs = this.environment.wallClock();
    const over = this.drainList.filter(({ untilMs }) => untilMs !== undefined && untilMs <= wallMs);
    if (over.length > 0)
      this.keepDrains(
        this.drainList.filter((drain) => !over.includes(drain)),
        'its drain is over',
      );
    const next = Math.min(...this.drainList.map(({ untilMs }) => untilMs ?? Number.POSITIVE_INFINITY));
    if (!Number.isFinite(next)) return;
    // Looked at again each minute: the time of day may be set.
    this.drainEnd = this.environment.timeline.after(Math.min(60_000, next - wallMs), () => this.expireDrains());
  }
}

function isSameSettings(a: HealthSettings, b: HealthSettings): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function index<T extends { readonly endpointKeys: readonly string[] }>(
  by: Map<string, T[]>,
  watches: readonly T[],
): void {
  by.clear();
  for (const watch of watches) {
    for (const key of watch.endpointKeys) {
      const list = by.get(key);
      if (list === undefined) by.set(key, [watch]);
      else list.push(watch);
    }
  }
}

function describeDrained({ name, ownerName, target }: TargetWatch): DrainedTarget {
  const { zone, port, ttlSeconds, isPublished = false } = target;
  return { zone, owner: ownerName, target: name, port, ttlSeconds, isPublished };
}

function drainReason({ untilMs }: Drain, wallMs: number): string {
  if (untilMs === undefined) return 'drained until it is undrained';
  return `drained for ${Math.round((untilMs - wallMs) / 1000)} s`;
}
