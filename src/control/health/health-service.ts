import { randomBytes } from 'node:crypto';
import { Agreement } from '../agreement/agreement.ts';
import { describeGaps } from '../agreement/agreement-gaps.ts';
import { askPeer } from '../agreement/ask-peer.ts';
import { HealthHooks } from './health-hook.ts';
import { HealthKeeper, type KeptSource } from './health-keeper.ts';
import type { FromHealthThread, HealthLine, HealthThreadStart, ToHealthThread } from './health-messages.ts';
import { HealthMonitor } from './health-monitor.ts';
import type { HealthPlan } from './health-plan.ts';
import type { HealthTotals, TargetReport } from './health-report.ts';
import { createTokens, startProbe } from './start-probe.ts';
import { callOff, startTimeline, type Timeline } from './timeline.ts';

/** Main is told so often how much has been asked, and how peers are. */
const tellTotalsMs = 5000;
/** What was down before the start is so only when peers agree; they have so long to say it. */
const firstAnswersMs = 500;
/** So often it is looked whether peers ask what they must agree on. Peers that have just begun have heard of each other by then. */
const checkGapsMs = 20_000;

/** All that the health thread has: the monitor and the agreement with real clocks and sockets, and what it keeps. */
export class HealthService {
  private readonly tell: (message: FromHealthThread) => void;
  private readonly time = startTimeline();
  private readonly keeper: HealthKeeper;
  private readonly monitor: HealthMonitor;
  private readonly agreement: Agreement;
  private readonly hooks: HealthHooks;
  private gaps: string | undefined;

  constructor({ plan, table, keptPath }: HealthThreadStart, tell: (message: FromHealthThread) => void) {
    this.tell = tell;
    const { timeline } = this.time;
    const wallClock = () => Date.now();
    const context = { timeline, nextToken: createTokens() };
    this.hooks = new HealthHooks(timeline, (message) => this.warn(message));
    this.hooks.hook = plan.hook;
    this.agreement = this.createAgreement(timeline, wallClock);
    this.monitor = new HealthMonitor({
      timeline,
      startProbe: (task, done) => startProbe(task, context, done),
      random: Math.random,
      wallClock,
      tell,
      hook: (transitions) => this.hooks.tell(transitions),
      agreement: this.agreement,
    });
    this.keeper = new HealthKeeper(keptPath, timeline, wallClock, (message) => this.warn(message));
    const { kept } = this.keeper;
    this.agreement.restoreOrders(kept.orders, kept.drains);
    this.monitor.restoreDrains(kept.drains);
    this.monitor.configure(plan, table, (endpoint) => this.keeper.restore(endpoint));
    this.setPeers(plan);
    void this.tellRestored();
    this.keeper.start(() => this.kept());
    this.tellTotals();
    this.checkGaps();
  }

  receive(message: ToHealthThread): void {
    const { monitor } = this;
    switch (message.kind) {
      case 'configure':
        this.hooks.hook = message.plan.hook;
        monitor.configure(message.plan, message.table);
        this.setPeers(message.plan);
        break;
      case 'table':
        monitor.setTable(message.table);
        break;
      case 'drain':
        this.drain(message);
        break;
      case 'undrain':
        this.undrain(message);
        break;
      case 'peerQuestion':
        this.answerPeer(message);
        break;
      case 'report':
        this.report(message.id, monitor.reportTargets(message.zone));
        break;
      case 'stop':
        this.keeper.write(this.kept());
        this.agreement.stop();
        monitor.stop();
        this.time.stop();
        this.tell({ kind: 'stopped' });
        break;
    }
  }

  private createAgreement(timeline: Timeline, wallClock: () => number): Agreement {
    return new Agreement({
      timeline,
      wallClock,
      newId: () => randomBytes(8).toString('hex'),
      ask: (peer, question, usesStream, signal) => askPeer(peer, question, usesStream, wallClock, signal),
      tell: (line) => this.tellLine(line),
      reconsider: (keys) => this.monitor.reconsider(keys),
      drainsChanged: (drains, reason) => {
        this.monitor.setDrains(drains, reason);
        this.keeper.write(this.kept());
      },
      reportsChanged: () => this.tell({ kind: 'peers', reports: this.agreement.reports() }),
    });
  }

  private setPeers({ peers = [] }: HealthPlan): void {
    this.agreement.configure(peers);
    this.tell({ kind: 'peers', reports: this.agreement.reports() });
  }

  private async tellRestored(): Promise<void> {
    const hurry = Promise.withResolvers<void>();
    const appointment = this.time.timeline.after(firstAnswersMs, () => hurry.resolve());
    if (this.agreement.hasPeers) await Promise.race([this.agreement.firstAnswers(), hurry.promise]);
    callOff(appointment);
    this.tell({ kind: 'restored' });
  }

  private tellTotals(): void {
    this.time.timeline.after(tellTotalsMs, () => {
      this.tell({ kind: 'totals', totals: this.monitor.totals() });
      if (this.agreement.hasPeers) this.tell({ kind: 'peers', reports: this.agreement.reports() });
      this.tellTotals();
    });
  }

  /** Say once what can't be agreed on. */
  private checkGaps(): void {
    this.time.timeline.after(checkGapsMs, () => {
      const { serversAsking } = this.agreement;
      if (this.agreement.hasPeers && serversAsking !== undefined) {
        const gaps = describeGaps(this.monitor.targets, serversAsking);
        if (gaps !== undefined && gaps !== this.gaps) this.warn(gaps);
        this.gaps = gaps;
      }
      this.checkGaps();
    });
  }

  private drain({ id, drain }: Extract<ToHealthThread, { kind: 'drain' }>): void {
    const targets = this.monitor.drain(drain);
    if (targets.length > 0) this.agreement.drained(drain);
    this.tell({ kind: 'drained', id, targets });
    this.keeper.write(this.kept());
  }

  private undrain({ id, name, port }: Extract<ToHealthThread, { kind: 'undrain' }>): void {
    const before = this.monitor.drains;
    const targets = this.monitor.undrain(name, port);
    this.agreement.undrained(before.filter((drain) => !this.monitor.drains.includes(drain)));
    this.tell({ kind: 'drained', id, targets });
    this.keeper.write(this.kept());
  }

  private answerPeer({ id, qname, keyName, roomOctets }: Extract<ToHealthThread, { kind: 'peerQuestion' }>): void {
    this.tell({ kind: 'peerAnswer', id, ...this.agreement.answer(qname, keyName, roomOctets) });
  }

  private kept(): KeptSource {
    const { endpoints, drains } = this.monitor;
    return { endpoints, drains, orders: this.agreement.drainOrders };
  }

  private totals(): HealthTotals {
    const totals = this.monitor.totals();
    return this.agreement.hasPeers ? { ...totals, peers: this.agreement.reports() } : totals;
  }

  /** A part in each turn of the event loop. */
  private report(id: number, parts: Generator<readonly TargetReport[], void>, targets = parts.next().value): void {
    const next = parts.next();
    const totals = next.done === true ? this.totals() : undefined;
    this.tell({ kind: 'report', id, targets: targets ?? [], totals });
    if (next.done !== true) setImmediate(() => this.report(id, parts, next.value));
  }

  private warn(message: string): void {
    this.tellLine({ severity: 'warning', message });
  }

  private tellLine(line: HealthLine): void {
    this.tell({ kind: 'changes', states: [], lines: [line] });
  }
}
