/** Services as the page shows them: what is configured, what health says, and what was given. */
import type { AddressLine, Level, PublishedHealth, ServiceLine, TargetLine, TargetWord } from '../../page/page-data.ts';
import { Reaction, SrvOrder, TargetState } from '../../plane/steering/steering-policy.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import { nameText } from '../../wire/name.ts';
import type { PeerReport } from '../agreement/peer.ts';
import type { StateWord } from '../health/endpoint.ts';
import type { AddressReport } from '../health/health-report.ts';
import { isDoubtedTarget, reportKey, type SeenTarget } from './health-reports.ts';
import { drainedFrom } from './peer-lines.ts';
import { isDoubted, serversLine } from './servers-line.ts';
import type { IndexedService, IndexedTarget } from './service-index.ts';

/** Of one service. */
const maxTargets = 32;

export interface ServiceFacts {
  /** How often a record's target was named first in the last minutes. */
  readonly given: (keyText: string) => number;
  /** Of health, by reportKey; what isn't there is not probed, or not known yet. */
  readonly reports: ReadonlyMap<string, SeenTarget>;
  readonly peers: readonly PeerReport[];
  /** By the zone. */
  readonly published: (zone: ZoneId) => PublishedHealth;
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
  const published = targets.some(({ planned: { health } }) => health?.publish === true)
    ? facts.published(planned.zone)
    : undefined;
  return {
    owner,
    zone: nameText(planned.zone.apex),
    ...(view === undefined ? {} : { view }),
    order: nameOf(SrvOrder, planned.policy.order),
    reaction: nameOf(Reaction, planned.policy.reaction),
    level: level === 'good' ? levelOf(lines) : level,
    ...(published === undefined ? {} : { published }),
    asked,
    targets: lines,
    others: targets.length - lines.length,
  };
}

/** Of one of which all targets are in. */
function levelOf(lines: readonly TargetLine[]): Level {
  if (lines.some(({ state }) => state === 'doubted')) return 'warning';
  return lines.some(({ state }) => state === 'trying') ? 'unknown' : 'good';
}

function targetLine(
  target: IndexedTarget,
  { owner, title, targets }: IndexedService,
  { reports, peers }: ServiceFacts,
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
    addresses: [],
    ...(report === undefined ? {} : reported(report, planned.health?.settings.agree ?? 1, peers)),
  };
}

/** The table's state is the newest; what health says beside is asked for now and then. */
function wordOf({ state, isProbed }: IndexedTarget, report: SeenTarget | undefined): TargetWord {
  if (state === TargetState.down) return 'down';
  if (state === TargetState.drained) return 'drained';
  if (!isProbed) return 'unprobed';
  if (report === undefined) return 'trying';
  if (isDoubtedTarget(report)) return 'doubted';
  return report.isUnheard ? 'trying' : 'up';
}

function reported(
  report: SeenTarget,
  agree: number,
  peers: readonly PeerReport[],
): Partial<TargetLine> & Pick<TargetLine, 'addresses'> {
  const { addresses, drainedUntilMs, target, port, isUnheard } = report;
  const [address] = addresses.toSorted((a, b) => b.sinceMs - a.sinceMs);
  const from = drainedUntilMs === undefined ? undefined : drainedFrom(peers, target, port);
  const isAlone = addresses.length === 1;
  const servers = isAlone && address !== undefined ? serversLine(address, !isUnheard, agree, peers) : undefined;
  return {
    ...(drainedUntilMs === undefined ? {} : { drainedUntilMs }),
    ...(from === undefined ? {} : { drainedFrom: from }),
    ...(address === undefined ? {} : { last: lastOf(address) }),
    ...(address === undefined || !isItsOwn(address, drainedUntilMs) ? {} : { sinceMs: address.sinceMs }),
    ...(address?.latencyMs === undefined ? {} : { latencyMs: address.latencyMs }),
    ...(servers === undefined ? {} : { servers }),
    addresses: isAlone ? [] : addresses.map((each) => addressLine(each, !isUnheard, agree, peers)),
  };
}

/** Whether the state of the target is what this server has seen, and no operator's nor other servers' word. */
function isItsOwn({ state, agreedState = state }: AddressReport, drainedUntilMs: number | null | undefined): boolean {
  return drainedUntilMs === undefined && (state === agreedState || isDoubted({ state, agreedState }));
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

/** How it is, and not what this server alone thinks of it. */
function addressLine(
  report: AddressReport,
  isKnown: boolean,
  agree: number,
  peers: readonly PeerReport[],
): AddressLine {
  const { address, state, agreedState = state } = report;
  const servers = serversLine(report, isKnown, agree, peers);
  return {
    address,
    state: isDoubted(report) ? 'doubted' : words[agreedState],
    last: lastOf(report),
    ...(servers === undefined ? {} : { servers }),
  };
}

function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(table).find(([, number]) => number === value)?.[0] ?? '';
}
