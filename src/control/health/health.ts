/**
 * Health: whether the targets of SRV records are there, and what follows for answers.
 *
 *     zones, configuration ─► HealthPlan ─► health thread ─► probes (SIP OPTIONS, TCP) ─► SIP servers
 *                                               │ verdicts
 *                     SteeringTable (shared) ◄──┴──► main: log, stateOf(), ctl health
 *
 * All that decides lies in a thread of its own (health-service.ts), so that neither a busy main nor a large zone delays a probe or its
 * deadline. It sets a changed state in the newest steering table itself, and publishes: workers see it with their next answer. Main is
 * told afterwards.
 *
 * States and tables. A state belongs to a key (plane/steering/steering-key.ts): a target by view, owner, target and port, or an address
 * by view, name and octets. Who builds a new table asks `stateOf(keyText)` for each entry, and then gives the table to `configure` or
 * `setTable`, as well as to the workers. The thread sets all its states in that table when it gets it, for some may have changed in
 * between; so a table is right at the latest some milliseconds after it was published. While the thread is down nothing changes.
 *
 * The text of a key is `keyText(key)` of state-subject.ts: its octets, one character each.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { TargetState } from '../../plane/steering/steering-policy.ts';
import { threadEntry } from '../../plane/thread-entry.ts';
import type { PeerReport } from '../agreement/peer.ts';
import type { Log } from '../log/log.ts';
import { Backoff } from '../workers/backoff.ts';
import type { Drain } from './drains.ts';
import type { DrainedTarget, FromHealthThread, HealthThreadStart, ToHealthThread } from './health-messages.ts';
import { emptyHealthPlan, type HealthPlan, type HealthZone } from './health-plan.ts';
import type { HealthReport, HealthTotals, TargetReport } from './health-report.ts';

/** What builders of steering tables ask. */
export interface HealthStates {
  /** The state that a table has under this key, as of the last that was heard; `up` where nothing is known. */
  stateOf(keyText: string): TargetState;
}

/** Who has asked the thread something. */
interface Waiting {
  /** With its last word; `undefined` where it has died. */
  resolve(message: FromHealthThread | undefined): void;
  /** Of a report. */
  readonly parts: (readonly TargetReport[])[];
}

/** A start waits so long for what was kept. */
const restoreMs = 2000;

/** A thread that has not written what it keeps by then is ended. */
const stopMs = 2000;

/** Main's side of the health thread, which runs while there is something to watch. */
export class Health implements HealthStates {
  private readonly log: Log;
  private readonly backoff = new Backoff();
  private readonly states = new Map<string, TargetState>();
  private plan: HealthPlan | undefined;
  private table: SharedArrayBuffer | undefined;
  private keptPath: string | undefined;
  private worker: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  private stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly begun: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly heard: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private peerReports: readonly PeerReport[] = [];
  private probeTotals: HealthTotals | undefined;

  private readonly listeners: ((keyTexts: readonly string[]) => void)[] = [];
  private readonly restartListeners: (() => void)[] = [];

  constructor(log: Log) {
    this.log = log;
  }

  /** Be told of the keys whose states are others than before. */
  onChange(listener: (keyTexts: readonly string[]) => void): void {
    this.listeners.push(listener);
  }

  /** Be told when the thread has died, and will have to judge all anew. */
  onRestart(listener: () => void): void {
    this.restartListeners.push(listener);
  }

  stateOf(keyText: string): TargetState {
    return this.states.get(keyText) ?? TargetState.up;
  }

  /** Resolves when what is known of an earlier run is in the table, at the latest after two seconds. Never rejects. */
  async restored(): Promise<void> {
    if (this.worker === undefined) return;
    const hurry = setTimeout(() => this.begun.resolve(), restoreMs);
    await this.begun.promise;
    clearTimeout(hurry);
  }

  /** Resolves when each of the first plan's targets has been asked once, or at once where there are none. Never rejects. */
  get firstRound(): Promise<void> {
    return this.worker === undefined ? Promise.resolve() : this.heard.promise;
  }

  get zones(): readonly HealthZone[] {
    return this.plan?.zones ?? [];
  }

  /**
   * Watch what `plan` says and set states in `table`, from now on. Without targets nothing runs. Verdicts and drains are kept in
   * `dataDir`, where there is one; the folder of the first plan stays.
   */
  configure(plan: HealthPlan, table: SharedArrayBuffer | undefined, dataDir: string | undefined): void {
    this.plan = plan;
    this.table = table;
    this.keptPath ??= dataDir === undefined ? undefined : join(dataDir, 'health.json');
    if (plan.targets.length === 0 && !hasPeers(plan)) void this.stop();
    else if (this.worker !== undefined) this.post({ kind: 'configure', plan, table });
    else if (this.restart === undefined && this.hasWork(plan)) this.start();
  }

  /** A new table, of the same plan. */
  setTable(table: SharedArrayBuffer | undefined): void {
    this.table = table;
    this.post({ kind: 'table', table });
  }

  /** Of all zones, or of one, as HealthTarget.zone names it. `undefined`: nothing is watched. */
  async report(zone?: string): Promise<HealthReport | undefined> {
    const parts: (readonly TargetReport[])[] = [];
    const last = await this.ask((id) => ({ kind: 'report', id, zone }), parts);
    const totals = last?.kind === 'report' ? last.totals : undefined;
    return totals && { ...totals, targets: parts.flat() };
  }

  /** Gives the records that it takes out; none where there is no such target. */
  async drain(drain: Drain): Promise<readonly DrainedTarget[]> {
    const isIdle = this.worker === undefined && this.restart === undefined;
    if (isIdle && (this.plan?.targets.length ?? 0) > 0) this.start();
    const answer = await this.ask((id) => ({ kind: 'drain', id, drain }));
    return answer?.kind === 'drained' ? answer.targets : [];
  }

  /** Gives the records that were taken out and come back, unless they are down. */
  async undrain(name: string, port: number | undefined): Promise<readonly DrainedTarget[]> {
    const answer = await this.ask((id) => ({ kind: 'undrain', id, name, port }));
    return answer?.kind === 'drained' ? answer.targets : [];
  }

  /** What there is to say to a peer, see ToHealthThread. `undefined`: nobody is there who knows. */
  async answerPeer(
    qname: Uint8Array,
    keyName: string,
    roomOctets: number,
  ): Promise<{ readonly texts: readonly string[]; readonly isWhole: boolean } | undefined> {
    const answer = await this.ask((id) => ({ kind: 'peerQuestion', id, qname, keyName, roomOctets }));
    return answer?.kind === 'peerAnswer' ? answer : undefined;
  }

  /** How much has been asked, as of some seconds ago at most; undefined where nothing is asked. */
  get probes(): HealthTotals | undefined {
    return this.probeTotals;
  }

  /** How peers are, as of the last that was heard of them. */
  get peers(): readonly PeerReport[] {
    return this.peerReports;
  }

  /** End the thread when it has written what it keeps. */
  async stop(): Promise<void> {
    clearTimeout(this.restart);
    this.restart = undefined;
    const { worker, stopped } = this;
    if (worker === undefined) return;
    this.post({ kind: 'stop' });
    this.worker = undefined;
    this.states.clear();
    this.peerReports = [];
    this.probeTotals = undefined;
    this.giveUp();
    const hurry = setTimeout(() => stopped.resolve(), stopMs);
    await stopped.promise;
    clearTimeout(hurry);
    await worker.terminate();
  }

  /** Whether there is more to do than to wait for a drain. */
  private hasWork(plan: HealthPlan): boolean {
    const { targets } = plan;
    const isKept = this.keptPath !== undefined && existsSync(this.keptPath);
    return isKept || hasPeers(plan) || targets.some(({ settings }) => settings.probe !== 'none');
  }

  private start(): void {
    const { plan = emptyHealthPlan, table, keptPath } = this;
    const start: HealthThreadStart = { plan, table, keptPath };
    const worker = new Worker(threadEntry('health-thread'), { name: 'health', workerData: start });
    const stopped = Promise.withResolvers<void>();
    // It says what is not up.
    this.states.clear();
    this.worker = worker;
    this.stopped = stopped;
    worker.on('message', (message: FromHealthThread) => {
      if (message.kind === 'stopped') stopped.resolve();
      else if (worker === this.worker) this.receive(message);
    });
    worker.on('error', (error: Error) => {
      this.log.error('health', `the health thread died (${error.message}): states stay as they are till it runs again`);
    });
    worker.on('exit', () => {
      stopped.resolve();
      if (worker === this.worker) this.replace();
    });
  }

  /** The thread has ended by itself. */
  private replace(): void {
    this.worker = undefined;
    this.giveUp();
    for (const listener of this.restartListeners) listener();
    this.restart = setTimeout(() => {
      this.restart = undefined;
      this.start();
    }, this.backoff.nextDelayMs(performance.now()));
  }

  /** Nobody will answer any more. */
  private giveUp(): void {
    this.begun.resolve();
    this.heard.resolve();
    for (const { resolve } of this.waiting.values()) resolve(undefined);
    this.waiting.clear();
  }

  private ask(
    order: (id: number) => ToHealthThread,
    parts: Waiting['parts'] = [],
  ): Promise<FromHealthThread | undefined> {
    if (this.worker === undefined) return Promise.resolve(undefined);
    const id = this.nextId++;
    const { promise, resolve } = Promise.withResolvers<FromHealthThread | undefined>();
    this.waiting.set(id, { resolve, parts });
    this.post(order(id));
    return promise;
  }

  private receive(message: FromHealthThread): void {
    switch (message.kind) {
      case 'changes':
        for (const [text, state] of message.states) this.keep(text, state);
        for (const { severity, message: text } of message.lines) this.log.event('health', severity, text);
        for (const listener of this.listeners) listener(message.states.map(([text]) => text));
        break;
      case 'restored':
        this.begun.resolve();
        break;
      case 'firstRound':
        this.heard.resolve();
        break;
      case 'report':
        this.waiting.get(message.id)?.parts.push(message.targets);
        if (message.totals !== undefined) this.end(message.id, message);
        break;
      case 'drained':
      case 'peerAnswer':
        this.end(message.id, message);
        break;
      case 'totals':
        this.probeTotals = message.totals;
        break;
      case 'peers':
        this.peerReports = message.reports;
        break;
    }
  }

  private end(id: number, message: FromHealthThread): void {
    this.waiting.get(id)?.resolve(message);
    this.waiting.delete(id);
  }

  private keep(text: string, state: TargetState): void {
    if (state === TargetState.up) this.states.delete(text);
    else this.states.set(text, state);
  }

  private post(message: ToHealthThread): void {
    this.worker?.postMessage(message);
  }
}

function hasPeers({ peers = [] }: HealthPlan): boolean {
  return peers.length > 0;
}
