/** Several servers in one world: time passes when a test says so, each sees what it is told, and messages between them can be lost. */

import { err, ok } from '../../../../src/base/result.ts';
import { Agreement } from '../../../../src/control/agreement/agreement.ts';
import { parseBulletin } from '../../../../src/control/agreement/bulletin.ts';
import type { DrainOrder } from '../../../../src/control/agreement/drain-orders.ts';
import type { HealthPeer } from '../../../../src/control/agreement/peer.ts';
import { formatQuestion } from '../../../../src/control/agreement/peer-question.ts';
import type { FromHealthThread } from '../../../../src/control/health/health-messages.ts';
import { HealthMonitor } from '../../../../src/control/health/health-monitor.ts';
import type { HealthTarget } from '../../../../src/control/health/health-plan.ts';
import type { TargetReport } from '../../../../src/control/health/health-report.ts';
import type { ProbeOutcome } from '../../../../src/control/health/outcome.ts';
import { Timeline } from '../../../../src/control/health/timeline.ts';
import { createTsigKey } from '../../../../src/tsig/tsig-key.ts';
import { nameText, wireNameFrom } from '../../../../src/wire/name.ts';
import { alive, planOf, startWallMs } from '../health/fake-world.ts';

const key = createTsigKey(wireNameFrom('peers.'), 'hmac-sha256', new Uint8Array(32));

/** As over UDP without fragments, and over TCP. */
const datagramOctets = 1100;
const streamOctets = 65_000;

export class Fleet {
  nowMs = 1_000_000;
  readonly timeline = new Timeline(
    () => this.nowMs,
    () => undefined,
  );
  readonly nodes: FleetNode[] = [];
  /** Pairs that do not hear each other: `0-1`. */
  readonly cuts = new Set<string>();
  questions = 0;
  private ids = 0;

  constructor(size: number) {
    for (let number = 0; number < size; number++) this.nodes.push(new FleetNode(this, number));
  }

  node(number: number): FleetNode {
    return this.nodes[number] as FleetNode;
  }

  /** All watch these, and have each other as peers. */
  start(targets: readonly HealthTarget[]): void {
    for (const node of this.nodes) node.start(targets);
  }

  /** The server is another process with nothing but what it has kept. */
  restart(number: number, targets: readonly HealthTarget[], kept: readonly DrainOrder[]): FleetNode {
    const { wallOffsetMs } = this.node(number);
    const node = new FleetNode(this, number);
    node.wallOffsetMs = wallOffsetMs;
    this.nodes[number] = node;
    node.agreement.restoreOrders(kept, []);
    node.monitor.restoreDrains(node.drainsOf(kept));
    node.start(targets);
    return node;
  }

  cut(a: number, b: number): void {
    this.cuts.add(pair(a, b));
  }

  mend(): void {
    this.cuts.clear();
  }

  isCut(a: number, b: number): boolean {
    return this.cuts.has(pair(a, b));
  }

  newId(): string {
    return (++this.ids).toString(16).padStart(16, '0');
  }

  async pass(durationMs: number): Promise<void> {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      const next = await this.settle();
      if (next === undefined || next > endMs) break;
      this.nowMs = next;
    }
    this.nowMs = endMs;
  }

  /** Do what is due, and what follows from that. Gives when the next is due. */
  private async settle(): Promise<number | undefined> {
    let next = this.timeline.run();
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const after = this.timeline.run();
      if (after === next) return next;
      next = after;
    }
  }

  /** How each sees the only target there is, with the others. */
  get states(): readonly string[] {
    return this.nodes.map((node) => node.report()[0]?.state ?? 'none');
  }
}

export class FleetNode {
  readonly number: number;
  readonly messages: FromHealthThread[] = [];
  /** By address. */
  readonly outcomes = new Map<string, ProbeOutcome>();
  readonly agreement: Agreement;
  readonly monitor: HealthMonitor;
  wallOffsetMs = startWallMs - 1_000_000;
  isDead = false;
  private readonly fleet: Fleet;

  constructor(fleet: Fleet, number: number) {
    this.fleet = fleet;
    this.number = number;
    const { timeline } = fleet;
    const wallClock = () => fleet.nowMs + this.wallOffsetMs;
    this.agreement = new Agreement({
      timeline,
      wallClock,
      newId: () => fleet.newId(),
      ask: async (peer, question, usesStream, signal) => {
        fleet.questions++;
        await this.wait(2);
        const other = fleet.nodes.find((node) => addressOf(node.number) === peer.address);
        const isLost = other === undefined || other.isDead || fleet.isCut(this.number, other.number);
        if (isLost || this.isDead) {
          await this.wait(1498);
          return err({ isAnswer: false, text: signal.aborted ? 'stopped' : 'timed out' });
        }
        const qname = formatQuestion(question, 'a1');
        const answer = other.agreement.answer(
          qname,
          nameText(peer.key.name),
          usesStream ? streamOctets : datagramOctets,
        );
        const { texts } =
          answer.isWhole || usesStream ? answer : other.agreement.answer(qname, nameText(peer.key.name), streamOctets);
        const bulletin = parseBulletin(texts, wallClock());
        return 'kind' in bulletin ? err({ isAnswer: true, text: bulletin.kind }) : ok(bulletin);
      },
      tell: (line) => this.messages.push({ kind: 'changes', states: [], lines: [line] }),
      reconsider: (keys) => this.monitor.reconsider(keys),
      drainsChanged: (drains, reason) => this.monitor.setDrains(drains, reason),
      reportsChanged: () => undefined,
    });
    this.monitor = new HealthMonitor({
      timeline,
      random: () => 0.5,
      wallClock,
      tell: (message) => this.messages.push(message),
      agreement: this.agreement,
      startProbe: (task, done) => {
        const outcome = this.outcomes.get(task.address) ?? alive;
        let isOver = false;
        timeline.after(outcome.kind === 'failed' ? task.settings.timeoutMs : 3, () => {
          if (!isOver) done(outcome);
        });
        return {
          stop: () => {
            isOver = true;
          },
        };
      },
    });
  }

  start(targets: readonly HealthTarget[], peers = this.peers): void {
    this.monitor.configure(planOf(targets), undefined);
    this.agreement.configure(peers);
  }

  /** All others. */
  get peers(): readonly HealthPeer[] {
    return this.fleet.nodes.filter((node) => node.number !== this.number).map(({ number }) => peerOf(number));
  }

  /** The process has ended. */
  kill(): void {
    this.isDead = true;
    this.agreement.stop();
    this.monitor.stop();
  }

  /** As ctl does. */
  drain(name: string, forMs?: number): void {
    const untilMs = forMs === undefined ? undefined : this.fleet.nowMs + this.wallOffsetMs + forMs;
    const drain = { name, port: undefined, untilMs };
    if (this.monitor.drain(drain).length > 0) this.agreement.drained(drain);
  }

  undrain(name: string): void {
    const before = this.monitor.drains;
    this.monitor.undrain(name, undefined);
    this.agreement.undrained(before.filter((drain) => !this.monitor.drains.includes(drain)));
  }

  drainsOf(orders: readonly DrainOrder[]) {
    return orders.filter(({ kind }) => kind === 'drain').map(({ name, port, untilMs }) => ({ name, port, untilMs }));
  }

  report(): TargetReport[] {
    return [...this.monitor.reportTargets()].flat();
  }

  get lines(): string[] {
    return this.messages.flatMap((message) =>
      message.kind === 'changes' ? message.lines.map((line) => line.message) : [],
    );
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.fleet.timeline.after(ms, () => resolve());
    });
  }
}

export function addressOf(number: number): string {
  return `192.0.2.${101 + number}`;
}

export function peerOf(number: number): HealthPeer {
  return { address: addressOf(number), port: 53, key };
}

function pair(a: number, b: number): string {
  return a < b ? `${a}-${b}` : `${b}-${a}`;
}
