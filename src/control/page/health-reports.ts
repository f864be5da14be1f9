import type { Health } from '../health/health.ts';
import type { HealthReport, TargetReport } from '../health/health-report.ts';

/** With more targets than these only those that are shown are asked for. */
const maxAll = 1000;
/** A report is used for so long. */
const freshMs = 900;
/** The health thread may be busy: then it is what it said before. */
const patienceMs = 500;

const maxLast = 100;

interface Kept {
  readonly untilMs: number;
  readonly report: Promise<readonly TargetReport[]>;
}

/** What the health thread knows of targets, asked for once by all who look. */
export class HealthReports {
  private readonly health: Pick<Health, 'report'>;
  /** By zone; `undefined` for all. */
  private readonly kept = new Map<string | undefined, Kept>();
  private readonly last = new Map<string | undefined, readonly TargetReport[]>();

  constructor(health: Pick<Health, 'report'>) {
    this.health = health;
  }

  /** Of these zones at least, by reportKey. `total`: how many targets there are. */
  async of(titles: readonly string[], total: number): Promise<ReadonlyMap<string, TargetReport>> {
    const lists = await Promise.all(
      total <= maxAll ? [this.report(undefined)] : titles.map((title) => this.report(title)),
    );
    return new Map(lists.flat().map((target) => [keyOf(target), target]));
  }

  /** Probed targets of which nothing has been heard yet; 0 where there are too many to ask for. */
  async countTrying(total: number): Promise<number> {
    if (total === 0 || total > maxAll) return 0;
    const targets = await this.report(undefined);
    return targets.filter((target) => target.addresses.length > 0 && isUnheard(target)).length;
  }

  /** Something has changed: ask anew. */
  forget(): void {
    this.kept.clear();
  }

  private report(zone: string | undefined): Promise<readonly TargetReport[]> {
    const nowMs = performance.now();
    const kept = this.kept.get(zone);
    if (kept !== undefined && nowMs < kept.untilMs) return kept.report;
    for (const [key, { untilMs }] of this.kept) if (untilMs <= nowMs) this.kept.delete(key);
    const asked = this.health.report(zone).then((report) => this.keep(zone, report));
    const { promise: late, resolve } = Promise.withResolvers<readonly TargetReport[]>();
    const timer = setTimeout(() => resolve(this.last.get(zone) ?? []), patienceMs);
    const report = Promise.race([asked, late]).finally(() => clearTimeout(timer));
    this.kept.set(zone, { untilMs: nowMs + freshMs, report });
    return report;
  }

  private keep(zone: string | undefined, report: HealthReport | undefined): readonly TargetReport[] {
    const targets = report?.targets ?? [];
    // Of single zones, of which there may be thousands, the last few.
    if (this.last.size >= maxLast) this.last.clear();
    this.last.set(zone, targets);
    return targets;
  }
}

/** It has not answered since it is probed, and there is no verdict. */
export function isUnheard({ state, addresses }: TargetReport): boolean {
  return state === 'trying' && addresses.every(({ latencyMs }) => latencyMs === undefined);
}

/** Names a record among the reports. Names without a final dot. */
export function reportKey(title: string, owner: string, target: string, port: number): string {
  return `${title} ${owner} ${target} ${port}`;
}

function keyOf({ zone, owner, target, port }: TargetReport): string {
  return reportKey(zone, owner, target, port);
}
