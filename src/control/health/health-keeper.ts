import { TargetState } from '../../plane/steering/steering-policy.ts';
import type { DrainOrder } from '../agreement/drain-orders.ts';
import type { Endpoint } from './endpoint.ts';
import type { HealthMonitor } from './health-monitor.ts';
import { type KeptHealth, nothingKept, readKeptHealth, writeKeptHealth } from './kept-health.ts';
import type { Timeline } from './timeline.ts';
import type { KeptVerdict } from './verdict.ts';

/** Often enough for a verdict that is used while it is younger than a minute. */
const writeMs = 20_000;

/** What is kept. */
export interface KeptSource extends Pick<HealthMonitor, 'endpoints' | 'drains'> {
  readonly orders: readonly DrainOrder[];
}

/** Writes verdicts and drains again and again, and reads them once. Without a path it keeps nothing. */
export class HealthKeeper {
  private readonly path: string | undefined;
  private readonly timeline: Timeline;
  private readonly wallClock: () => number;
  private readonly trouble: (message: string) => void;
  readonly kept: KeptHealth;
  private wasEmpty = false;
  private hasTrouble = false;

  /** `trouble` is told when writing begins to fail, not each time. */
  constructor(
    path: string | undefined,
    timeline: Timeline,
    wallClock: () => number,
    trouble: (message: string) => void,
  ) {
    this.path = path;
    this.timeline = timeline;
    this.wallClock = wallClock;
    this.trouble = trouble;
    this.kept = path === undefined ? nothingKept : readKeptHealth(path, wallClock());
  }

  restore(endpoint: Endpoint): void {
    const verdict = this.kept.verdicts.get(endpoint.key);
    if (verdict !== undefined) endpoint.verdict.restore(verdict, this.timeline.now(), this.wallClock());
  }

  /** Keep what is known, from now on. */
  start(source: () => KeptSource): void {
    if (this.path === undefined) return;
    this.timeline.after(writeMs, () => {
      this.write(source());
      this.start(source);
    });
  }

  write({ endpoints, drains, orders }: KeptSource): void {
    const { path, timeline } = this;
    if (path === undefined) return;
    const wallMs = this.wallClock();
    const verdicts = new Map<string, KeptVerdict>();
    for (const { key, verdict } of endpoints.values()) {
      const kept = verdict.keep(timeline.now(), wallMs);
      if (kept.state !== TargetState.up || kept.recoveries > 0) verdicts.set(key, kept);
    }
    const isEmpty = verdicts.size === 0 && drains.length === 0 && orders.length === 0;
    if (isEmpty && this.wasEmpty) return;
    this.wasEmpty = isEmpty;
    try {
      writeKeptHealth(path, { verdicts, drains, orders }, wallMs);
      this.hasTrouble = false;
    } catch (error) {
      if (!this.hasTrouble) this.trouble(`verdicts are not kept: ${(error as Error).message}`);
      this.hasTrouble = true;
    }
  }
}
