/** Services as the page shows them: what is configured, what health says, and what was given. */
import type { AddressLine, ServiceLine, TargetLine, TargetWord } from '../../page/page-data.ts';
import { Reaction, SrvOrder, TargetState } from '../../plane/steering/steering-policy.ts';
import { nameText } from '../../wire/name.ts';
import type { StateWord } from '../health/endpoint.ts';
import type { AddressReport, TargetReport } from '../health/health-report.ts';
import { isUnheard, reportKey } from './health-reports.ts';
import type { IndexedService, IndexedTarget } from './service-index.ts';

/** Of one service. */
const maxTargets = 32;

export interface ServiceFacts {
  /** How often a record's target was named first in the last minutes. */
  readonly given: (keyText: string) => number;
  /** Of health, by reportKey; what isn't there is not probed, or not known yet. */
  readonly reports: ReadonlyMap<string, TargetReport>;
}

export function serviceLine(service: IndexedService, facts: ServiceFacts): ServiceLine {
  const { owner, targets, level } = service;
  const [{ planned }] = targets as readonly [IndexedTarget];
  const counts = targets.map(({ planned: { keyText }, isRepeated }) => (isRepeated ? 0 : facts.given(keyText)));
  const asked = counts.reduce((sum, count) => sum + count, 0);
  const lines = targets
    .slice(0, maxTargets)
    .map((target, at) => targetLine(target, service, facts, asked === 0 ? null : (counts[at] ?? 0) / asked));
  const view = planned.zone.viewName;
  const isTrying = level === 'good' && lines.some(({ state }) => state === 'trying');
  return {
    owner,
    zone: nameText(planned.zone.apex),
    ...(view === undefined ? {} : { view }),
    order: nameOf(SrvOrder, planned.policy.order),
    reaction: nameOf(Reaction, planned.policy.reaction),
    level: isTrying ? 'unknown' : level,
    asked,
    targets: lines,
    others: targets.length - lines.length,
  };
}

function targetLine(
  target: IndexedTarget,
  { owner, title, targets }: IndexedService,
  { reports }: ServiceFacts,
  given: number | null,
): TargetLine {
  const { planned, name } = target;
  const { port, priority, weight } = planned;
  const group = targets.map(({ planned: other }) => other).filter((other) => other.priority === priority);
  const weights = group.reduce((sum, other) => sum + other.weight, 0);
  const report = reports.get(reportKey(title, owner, name, port));
  return {
    target: name,
    port,
    transport: report?.transport ?? planned.transport ?? '',
    priority,
    weight,
    state: wordOf(target, report),
    configured: weights === 0 ? 1 / group.length : weight / weights,
    isBackup: targets.some(({ planned: other }) => other.priority < priority),
    given: target.isRepeated ? null : given,
    ...(report === undefined ? {} : reported(report)),
    addresses: (report?.addresses.length ?? 0) > 1 ? (report?.addresses ?? []).map(addressLine) : [],
  };
}

/** The table's state is the newest; what health says beside is asked for now and then. */
function wordOf({ state, isProbed }: IndexedTarget, report: TargetReport | undefined): TargetWord {
  if (state === TargetState.down) return 'down';
  if (state === TargetState.drained) return 'drained';
  if (!isProbed) return 'unprobed';
  return report === undefined || isUnheard(report) ? 'trying' : 'up';
}

function reported({ addresses, drainedUntilMs }: TargetReport) {
  const [address] = addresses.toSorted((a, b) => b.sinceMs - a.sinceMs);
  return {
    ...(drainedUntilMs === undefined ? {} : { drainedUntilMs }),
    ...(address === undefined ? {} : { sinceMs: address.sinceMs, last: lastOf(address) }),
    ...(address?.latencyMs === undefined ? {} : { latencyMs: address.latencyMs }),
  };
}

function lastOf({ last, failures }: AddressReport): string {
  return failures > 1 ? `${last} (${failures} times)` : last;
}

const words: Readonly<Record<StateWord, TargetWord>> = {
  active: 'up',
  trying: 'trying',
  inactive: 'down',
  disabled: 'drained',
};

function addressLine(report: AddressReport): AddressLine {
  const { address, state } = report;
  return { address, state: words[state], last: lastOf(report) };
}

function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(table).find(([, number]) => number === value)?.[0] ?? '';
}
