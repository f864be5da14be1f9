/** A world for the monitor in which time passes when a test says so, and servers answer as it says. */

import type { FromHealthThread } from '../../../../src/control/health/health-messages.ts';
import { HealthMonitor } from '../../../../src/control/health/health-monitor.ts';
import {
  defaultHealthSettings,
  emptyHealthPlan,
  type HealthPlan,
  type HealthTarget,
} from '../../../../src/control/health/health-plan.ts';
import type { TargetReport } from '../../../../src/control/health/health-report.ts';
import type { AskAddresses } from '../../../../src/control/health/look-ups.ts';
import type { ProbeOutcome } from '../../../../src/control/health/outcome.ts';
import type { ProbeTask } from '../../../../src/control/health/probe.ts';
import { Timeline } from '../../../../src/control/health/timeline.ts';
import type { Transition } from '../../../../src/control/health/transition.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

export const alive: ProbeOutcome = { kind: 'alive', reply: '200 OK', latencyMs: 3 };
export const silent: ProbeOutcome = { kind: 'failed', reason: 'no reply within 2 s' };

/** Midnight of some day. */
export const startWallMs = 1_700_000_000_000;

export class FakeWorld {
  nowMs = 1_000_000;
  wallOffsetMs = startWallMs - 1_000_000;
  readonly timeline = new Timeline(
    () => this.nowMs,
    () => undefined,
  );
  readonly messages: FromHealthThread[] = [];
  readonly hooked: (Transition & { readonly atMs: number })[] = [];
  readonly probes: { readonly task: ProbeTask; readonly atMs: number }[] = [];
  underWay = 0;
  mostUnderWay = 0;
  /** By address; a failure takes the timeout. */
  readonly outcomes = new Map<string, ProbeOutcome>();
  askAddresses: AskAddresses = () => Promise.reject(new Error('no resolver'));
  readonly monitor = new HealthMonitor({
    timeline: this.timeline,
    random: () => 0.5,
    wallClock: () => this.nowMs + this.wallOffsetMs,
    askAddresses: (name) => this.askAddresses(name),
    tell: (message) => this.messages.push(message),
    hook: (transitions) => this.hooked.push(...transitions.map((each) => ({ ...each, atMs: this.nowMs }))),
    startProbe: (task, done) => {
      this.probes.push({ task, atMs: this.nowMs });
      this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
      const outcome = this.outcomes.get(task.address) ?? alive;
      let isOver = false;
      this.timeline.after(outcome.kind === 'failed' ? task.settings.timeoutMs : 3, () => {
        if (isOver) return;
        isOver = true;
        this.underWay--;
        done(outcome);
      });
      return {
        stop: () => {
          if (!isOver) this.underWay--;
          isOver = true;
        },
      };
    },
  });

  /** Let time pass. */
  async pass(durationMs: number): Promise<void> {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      // What was looked up comes in.
      for (let i = 0; i < 10; i++) await undefined;
      const next = this.timeline.run();
      if (next !== undefined && next <= this.nowMs) continue;
      if (next === undefined || next > endMs) break;
      this.nowMs = next;
    }
    this.nowMs = endMs;
  }

  report(zone?: string): TargetReport[] {
    return [...this.monitor.reportTargets(zone)].flat();
  }

  get lines(): string[] {
    return this.messages.flatMap((message) =>
      message.kind === 'changes' ? message.lines.map((line) => line.message) : [],
    );
  }
}

export function target(name: string, more: Partial<HealthTarget> = {}): HealthTarget {
  return {
    view: 0,
    zone: 'example.com',
    owner: wireNameFrom('_sip._udp.example.com.'),
    target: wireNameFrom(`${name}.`),
    port: 5060,
    priority: 0,
    weight: 1,
    ttlSeconds: 300,
    transport: 'udp',
    addresses: undefined,
    settings: defaultHealthSettings,
    ...more,
  };
}

export function planOf(targets: readonly HealthTarget[], more: Partial<HealthPlan> = {}): HealthPlan {
  return { ...emptyHealthPlan, targets, ...more };
}
