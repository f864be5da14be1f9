import type { Health } from '../health/health.ts';
import type { HealthReport, TargetReport } from '../health/health-report.ts';
import { isDoubted } from './servers-line.ts';

/** With more targets than these only those that are shown are asked for. */
const maxAll = 1000;
/** A report is used for so long. */
const freshMs = 900;
/** The health thread may be busy: then it is what it said before. */
const patienceMs = 500;

const maxLast = 100;
const maxHeard = 100_000;

export interface Overlook {
  /** Probed targets of which nothing has been heard yet. */
  readonly trying: number;
  /** Those that this server sees down and names, for too few others see it so: how many, `sip1.example.com:5060`, and in which sets. */
  readonly doubted: number;
  readonly doubtedNames: readonly string[];
  readonly doubtedSets: ReadonlySet<string>;
}

const nothingSeen: Overlook = { trying: 0, doubted: 0, doubtedNames: [], doubtedSets: new Set() };

/** What the health thread says of a target, and what was seen of it before. */
export interface SeenTarget extends TargetReport {
  /** It is asked, and has not answered since; who fails for the first time is not that. */
  readonly isUnheard: boolean;
}

interface Kept {
  readonly untilMs: number;
  readonly report: Promise<readonly SeenTarget[]>;
}

/** What the health thread knows of targets, asked for once by all who look. */
export class HealthReports {
  private readonly health: Pick<Health, 'report'>;
  /** By zone; `undefined` for all. */
  private readonly kept = new Map<string | undefined, Kept>();
  private readonly last = new Map<string | undefined, readonly SeenTarget[]>();
  /** Those that have been heard, by reportKey. */
  private readonly heard = new Set<string>();

  constructor(health: Pick<Health, 'report'>) {
    this.health = health;
  }

  /** Of these zones at least, by reportKey. `total`: how many targets there are. */
  async of(titles: readonly string[], total: number): Promise<ReadonlyMap<string, SeenTarget>> {
    const lists = await Promise.all(
      total <= maxAll ? [this.report(undefined)] : titles.map((title) => this.report(title)),
    );
    return new Map(lists.flat().map((target) => [keyOf(target), target]));
  }

  /** What the steering table does not tell of targets; nothing where there are too many to ask for. */
  async lookOver(total: number): Promise<Overlook> {
    if (total === 0 || total > maxAll) return nothingSeen;
    const targets = await this.report(undefined);
    const doubted = targets.filter(isDoubtedTarget);
    return {
      trying: targets.filter(({ addresses, isUnheard }) => addresses.length > 0 && isUnheard).length,
      doubted: doubted.length,
      doubtedNames: [...new Set(doubted.map(({ target, port }) => `${target}:${port}`))],
      doubtedSets: new Set(doubted.map(({ zone, owner }) => setKey(zone, owner))),
    };
  }

  /** Something has changed: ask anew. */
  forget(): void {
    this.kept.clear();
  }

  private report(zone: string | undefined): Promise<readonly SeenTarget[]> {
    const nowMs = performance.now();
    const kept = this.kept.get(zone);
    if (kept !== undefined && nowMs < kept.untilMs) return kept.report;
    for (const [key, { untilMs }] of this.kept) if (untilMs <= nowMs) this.kept.delete(key);
    const asked = this.health.report(zone).then((report) => this.keep(zone, report));
    const { promise: late, resolve } = Promise.withResolvers<readonly SeenTarget[]>();
    const timer = setTimeout(() => resolve(this.last.get(zone) ?? []), patienceMs);
    const report = Promise.race([asked, late]).finally(() => clearTimeout(timer));
    this.kept.set(zone, { untilMs: nowMs + freshMs, report });
    return report;
  }

  private keep(zone: string | undefined, report: HealthReport | undefined): readonly SeenTarget[] {
    const targets = (report?.targets ?? []).map((target) => ({ ...target, isUnheard: this.isUnheard(target) }));
    // Of single zones, of which there may be thousands, the last few.
    if (this.last.size >= maxLast) this.last.clear();
    this.last.set(zone, targets);
    return targets;
  }

  /** A failure takes the latency with it, and leaves no trace of whether there was a reply before. */
  private isUnheard(target: TargetReport): boolean {
    const { state, addresses } = target;
    const key = keyOf(target);
    const isTrying =
      state === 'trying' && addresses.every((each) => each.state === 'trying' && each.latencyMs === undefined);
    if (isTrying) return !this.heard.has(key);
    if (this.heard.size >= maxHeard) this.heard.clear();
    this.heard.add(key);
    return false;
  }
}

/** This server sees all of its addresses out, and it is named all the same. */
export function isDoubtedTarget({ state, addresses }: TargetReport): boolean {
  return isNamed(state) && addresses.length > 0 && addresses.every(isDoubted);
}

function isNamed(state: TargetReport['state']): boolean {
  return state === 'active' || state === 'trying';
}

/** Names the set of an owner among the reports. */
export function setKey(title: string, owner: string): string {
  return `${title} ${owner}`;
}

/** Names a record among the reports. Names without a final dot. */
export function reportKey(title: string, owner: string, target: string, port: number): string {
  return `${title} ${owner} ${target} ${port}`;
}

function keyOf({ zone, owner, target, port }: TargetReport): string {
  return reportKey(zone, owner, target, port);
}
