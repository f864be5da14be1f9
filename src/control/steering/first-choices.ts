import type { SteeringTable } from '../../plane/steering/steering-table.ts';
import { nameText } from '../../wire/name.ts';
import { viewNameOf } from '../config/views.ts';
import type { PlannedTarget } from './steering-plan.ts';

/** How often a target was the first of an answer to a question for its owner. Names without a final dot. */
export interface FirstChoice {
  readonly view: string;
  readonly zone: string;
  readonly owner: string;
  readonly target: string;
  readonly port: number;
  readonly count: number;
}

/** Workers have taken the next table by then. */
const retireMs = 5000;
/** The words in the table end at 2^32: twelve hours at 100,000 a second. */
const collectMs = 600_000;

interface RetiredTable {
  readonly table: SteeringTable;
  readonly untilMs: number;
}

/** Sums what all workers count, over all tables that there have been. A target that has gone is forgotten with its count. */
export class FirstChoices {
  /** By the text of the target's key. */
  private readonly sums = new Map<string, number>();
  private targets: readonly PlannedTarget[] = [];
  private current: SteeringTable | undefined;
  private retired: readonly RetiredTable[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** Another table, or none. */
  use(table: SteeringTable | undefined, targets: readonly PlannedTarget[]): void {
    this.dismiss();
    const untilMs = performance.now() + retireMs;
    if (this.current !== undefined) this.retired = [...this.retired, { table: this.current, untilMs }];
    this.current = table;
    this.targets = targets;
    if (table !== undefined) this.timer ??= setInterval(() => this.collect(), collectMs).unref();
  }

  /** The sums of this moment, zone by zone in the order of the configuration. */
  read(): readonly FirstChoice[] {
    this.collect();
    const counted = this.forgetGone();
    return [...counted].map(([text, { zone, owner, target, port }]) => ({
      view: viewNameOf(zone),
      zone: nameText(zone.apex),
      owner: nameText(owner),
      target: nameText(target),
      port,
      count: this.sums.get(text) ?? 0,
    }));
  }

  /** The same by the text of each target's key, without the names. What has gone may be among them. */
  sumsByKey(): ReadonlyMap<string, number> {
    this.collect();
    return this.sums;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private collect(): void {
    for (const { table } of this.retired) this.collectFrom(table);
    this.dismiss();
    if (this.current !== undefined) this.collectFrom(this.current);
    // Also where nobody reads: targets come and go for years.
    if (this.sums.size > this.targets.length) this.forgetGone();
  }

  /** Gives the targets that are there, by the texts of their keys. */
  private forgetGone(): ReadonlyMap<string, PlannedTarget> {
    const counted = new Map(this.targets.map((target) => [target.keyText, target]));
    for (const text of this.sums.keys()) if (!counted.has(text)) this.sums.delete(text);
    return counted;
  }

  /** Let go of tables that nobody counts in any more. */
  private dismiss(): void {
    const now = performance.now();
    for (const { table, untilMs } of this.retired) if (untilMs <= now) this.collectFrom(table);
    this.retired = this.retired.filter(({ untilMs }) => untilMs > now);
  }

  private collectFrom(table: SteeringTable): void {
    table.takeFirstChoices((text, count) => this.sums.set(text, (this.sums.get(text) ?? 0) + count));
  }
}
