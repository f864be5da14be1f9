import { TargetState } from '../../plane/steering/steering-policy.ts';
import { zoneKeyText } from '../../store/image/zone-key.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { HealthStates } from '../health/health.ts';
import type { LoaderListener } from '../load/loader.ts';
import type { PlannedTarget } from '../steering/steering-plan.ts';
import type { PublishOrder, PublishReport } from './publish-messages.ts';
import { type PublishWish, storeWishes } from './publish-wish.ts';

/** Changes of so long become one order: a server that goes down is in many sets, and its addresses answer one by one. */
const gatherMs = 100;

/** Who knows the states of targets. */
export interface PublishedStates extends HealthStates {
  /** Resolves when each target has been asked once. */
  readonly firstRound: Promise<void>;
}

/** How what is published of a zone is now. */
export interface Publication {
  /** `rapidtech.phones`, in a view `rapidtech.phones/inside`. */
  readonly zone: string;
  readonly id: ZoneId;
  /** Of the zone as it was published last for its health; `undefined`: nothing is known yet. */
  readonly serial: number | undefined;
  /** Sets of SRV that secondaries have otherwise than configured. */
  readonly degradedSets: number;
  /** Why they are not brought along. */
  readonly problem: string | undefined;
}

/** The same for those who show it. */
export interface ShownPublication extends Pick<Publication, 'degradedSets' | 'problem'> {
  /** Since when it has been so, in milliseconds since 1970; `undefined`: nothing is known yet. */
  readonly sinceMs: number | undefined;
  /** Health has judged all since the start; till then who was not up when the server ended is not. */
  readonly isSettled: boolean;
}

/** A zone of which health is published. */
class PublishedZone {
  readonly id: ZoneId;
  readonly title: string;
  targets: PlannedTarget[] = [];
  /** What was ordered last, as text. */
  sent: string | undefined;
  order = 0;
  /** Health has had the time to judge all of its targets since the start. */
  isSettled = false;
  isSettling = false;
  settling: NodeJS.Timeout | undefined;
  report: PublishReport | undefined;
  reportedMs: number | undefined;
  readonly waiting = new Set<(report: PublishReport | undefined) => void>();

  constructor(id: ZoneId, title: string) {
    this.id = id;
    this.title = title;
  }
}

/** Main's side of `publish: true`: tells the loader what health has come to, and hears what of it secondaries get. */
export class Publisher implements LoaderListener {
  private readonly send: (order: PublishOrder) => void;
  private readonly states: PublishedStates;
  private zones = new Map<string, PublishedZone>();
  /** By the key of a target's state. */
  private zonesOfState = new Map<string, PublishedZone[]>();
  private readonly stale = new Set<PublishedZone>();
  private timer: NodeJS.Timeout | undefined;
  private nextOrder = 1;
  private isStopped = false;

  constructor(send: (order: PublishOrder) => void, states: PublishedStates) {
    this.send = send;
    this.states = states;
  }

  /** What is steered now. */
  configure(targets: readonly PlannedTarget[]): void {
    const before = this.zones;
    this.zones = new Map();
    this.zonesOfState = new Map();
    for (const planned of targets) if (planned.health?.publish === true) this.add(planned, before);
    for (const [key, zone] of before) if (!this.zones.has(key)) endZone(zone);
    // The loader may know them as new ones.
    for (const zone of this.zones.values()) {
      zone.sent = undefined;
      this.lookSoon(zone);
    }
  }

  /** These states are others than before. */
  statesChanged(keyTexts: Iterable<string>): void {
    if (this.zones.size === 0) return;
    for (const text of keyTexts) for (const zone of this.zonesOfState.get(text) ?? []) this.lookSoon(zone);
  }

  /** Health has forgotten what it knew: what is published stays until it has judged anew. */
  unsettle(): void {
    for (const zone of this.zones.values()) {
      clearTimeout(zone.settling);
      zone.isSettled = false;
      zone.isSettling = false;
      this.lookSoon(zone);
    }
  }

  /** From the loader thread. */
  publishedHealth(report: PublishReport): void {
    const zone = this.zones.get(zoneKeyText(report.zone));
    if (zone === undefined) return;
    const { degradedSets, problem, serial } = zone.report ?? {};
    const isNews =
      zone.reportedMs === undefined ||
      degradedSets !== report.degradedSets ||
      problem !== report.problem ||
      serial !== report.serial;
    if (isNews) zone.reportedMs = Date.now();
    zone.report = report;
    if (report.order < zone.order) return;
    for (const resolve of zone.waiting) resolve(report);
    zone.waiting.clear();
  }

  /** Of one zone, by its title, or of all. */
  publications(title?: string): readonly Publication[] {
    return [...this.zones.values()].filter((zone) => title === undefined || zone.title === title).map(describe);
  }

  /** Of one zone, by zoneKeyText; `undefined`: its health is not published. */
  find(key: string): ShownPublication | undefined {
    const zone = this.zones.get(key);
    if (zone === undefined) return undefined;
    const { report, reportedMs, isSettled } = zone;
    return { degradedSets: report?.degradedSets ?? 0, problem: report?.problem, sinceMs: reportedMs, isSettled };
  }

  /** Resolves when what is known now is published, or can't be; `undefined`: the zone is not published at all, or any more. */
  async settle(title: string): Promise<Publication | undefined> {
    const zone = [...this.zones.values()].find((each) => each.title === title);
    if (zone === undefined || this.isStopped) return undefined;
    this.stale.delete(zone);
    this.look(zone);
    if (zone.report === undefined || zone.report.order < zone.order) {
      const { promise, resolve } = Promise.withResolvers<PublishReport | undefined>();
      zone.waiting.add(resolve);
      if ((await promise) === undefined) return undefined;
    }
    return describe(zone);
  }

  /** The loader thread is gone. */
  failed(): void {
    this.stop();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    for (const zone of this.zones.values()) endZone(zone);
  }

  private add(planned: PlannedTarget, before: ReadonlyMap<string, PublishedZone>): void {
    const key = zoneKeyText(planned.zone);
    let zone = this.zones.get(key);
    if (zone === undefined) {
      zone = before.get(key) ?? new PublishedZone(planned.zone, planned.title);
      zone.targets = [];
      this.zones.set(key, zone);
    }
    zone.targets.push(planned);
    const of = this.zonesOfState.get(planned.keyText);
    if (of === undefined) this.zonesOfState.set(planned.keyText, [zone]);
    else if (!of.includes(zone)) of.push(zone);
  }

  private lookSoon(zone: PublishedZone): void {
    if (this.isStopped) return;
    this.stale.add(zone);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const each of this.stale) this.look(each);
      this.stale.clear();
    }, gatherMs);
  }

  private look(zone: PublishedZone): void {
    if (!zone.isSettled) this.settleLater(zone);
    const { isSettled } = zone;
    const wishes = findWishes(zone.targets, (text) => this.states.stateOf(text));
    const text = `${isSettled} ${JSON.stringify(storeWishes(wishes))}`;
    if (text === zone.sent) return;
    zone.sent = text;
    zone.order = this.nextOrder++;
    this.send({ kind: 'publish', zone: zone.id, order: zone.order, wishes, isSettled });
  }

  /**
   * A target that is down is `trying` when the server starts, which counts as up: secondaries must not get it back until health has had the
   * time to find it down again.
   */
  private settleLater(zone: PublishedZone): void {
    if (zone.isSettling) return;
    zone.isSettling = true;
    void this.states.firstRound.then(() => {
      if (this.isStopped || !zone.isSettling) return;
      const waitMs = Math.max(0, ...zone.targets.map(timeToFallMs));
      zone.settling = setTimeout(() => {
        zone.isSettled = true;
        this.lookSoon(zone);
      }, waitMs);
    });
  }
}

function endZone(zone: PublishedZone): void {
  clearTimeout(zone.settling);
  zone.isSettling = false;
  for (const resolve of zone.waiting) resolve(undefined);
  zone.waiting.clear();
}

function describe({ id, title, report }: PublishedZone): Publication {
  const { serial, degradedSets = 0, problem } = report ?? {};
  return { zone: title, id, serial, degradedSets, problem };
}

/** After a failure the next probe comes after a fifth of the interval, longer or shorter by a tenth. */
function timeToFallMs({ health }: PlannedTarget): number {
  if (health === undefined) return 0;
  const { fall, timeoutMs, intervalMs } = health.settings;
  return marginMs + fall * (timeoutMs + 0.22 * intervalMs);
}

const marginMs = 1000;

/** Set by set, in the order of the targets. */
export function findWishes(
  targets: readonly PlannedTarget[],
  stateOf: (keyText: string) => TargetState,
): readonly PublishWish[] {
  const byOwner = new Map<string, PlannedTarget[]>();
  for (const planned of targets) {
    if (stateOf(planned.keyText) === TargetState.up) continue;
    const text = Buffer.from(planned.owner).toString('latin1');
    const of = byOwner.get(text);
    if (of === undefined) byOwner.set(text, [planned]);
    else of.push(planned);
  }
  return [...byOwner.values()].map((of) => {
    const [{ owner, policy }] = of as [PlannedTarget];
    const { reaction, degradedTtlSeconds } = policy;
    const targetsOf = of.map(({ target, port, keyText }) => ({ target, port, state: stateOf(keyText) }));
    return { owner, reaction, degradedTtlSeconds, targets: targetsOf };
  });
}
