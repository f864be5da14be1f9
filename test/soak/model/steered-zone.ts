/** A zone whose SRV targets are probed: an answer may be as any of the states that the targets may have at its moment. */

import { type ModelRecord, ZoneContent } from './zone-content.ts';
import type { CheckedZone } from './zone-ledger.ts';

/** Of one target: from when on it may be answered as up, or as down; `untilMs` is when it may no longer. */
interface StateWindow {
  readonly isUp: boolean;
  readonly fromMs: number;
  untilMs: number;
}

/** docs/configuration.md, `degraded-ttl`. */
const degradedTtl = 15;

export class SteeredZone implements CheckedZone {
  readonly apex: string;
  readonly newest: ZoneContent;
  private readonly targets: StateWindow[][];
  private readonly contents = new Map<string, ZoneContent>();

  /** `targets`: how many, `t0` and so on. Until `settledMs` each may be either. */
  constructor(content: ZoneContent, targets: number) {
    this.apex = content.apex;
    this.newest = content;
    this.targets = Array.from({ length: targets }, () => [
      { isUp: true, fromMs: 0, untilMs: Number.POSITIVE_INFINITY },
    ]);
  }

  /** The target has changed: answers may tell so from now on, and must within `withinMs`. */
  change(target: number, isUp: boolean, withinMs: number): void {
    const nowMs = performance.now();
    const windows = this.targets[target] as StateWindow[];
    for (const window of windows) if (window.isUp !== isUp) window.untilMs = Math.min(window.untilMs, nowMs + withinMs);
    this.targets[target] = windows.filter(({ untilMs }) => untilMs > nowMs - rememberedMs);
    this.targets[target]?.push({ isUp, fromMs: nowMs, untilMs: Number.POSITIVE_INFINITY });
  }

  allowed(sentMs: number, receivedMs: number): readonly ZoneContent[] {
    let combinations: readonly (readonly boolean[])[] = [[]];
    for (const windows of this.targets) {
      const met = windows.filter(({ fromMs, untilMs }) => fromMs <= receivedMs && untilMs >= sentMs);
      const states = [...new Set(met.map(({ isUp }) => isUp))];
      combinations = combinations.flatMap((before) => states.map((isUp) => [...before, isUp]));
    }
    return combinations.map((states) => this.contentFor(states));
  }

  confirm(): void {
    // States come and go: having been seen rules out nothing.
  }

  private contentFor(states: readonly boolean[]): ZoneContent {
    const key = states.map(Number).join('');
    const known = this.contents.get(key);
    if (known !== undefined) return known;
    const content = new ZoneContent(
      this.apex,
      this.newest.records.map((record) => steered(record, this.newest, states)),
    );
    this.contents.set(key, content);
    return content;
  }
}

/** Longer than any question waits. */
const rememberedMs = 60_000;

/** docs/health.md: who is down goes behind the last priority; with nobody up all are as configured, but for the TTL. */
function steered(record: ModelRecord, zone: ZoneContent, states: readonly boolean[]): ModelRecord {
  if (record.type !== 'SRV' || states.every((isUp) => isUp)) return record;
  const ttl = Math.min(record.ttl, degradedTtl);
  if (states.every((isUp) => !isUp)) return { ...record, ttl };
  const priorities = zone.set(record.owner, 'SRV').map(({ rdata }) => Number(rdata.split(' ')[0]));
  const [priority = '', weight, port, target = ''] = record.rdata.split(' ');
  const isUp = states[Number(/^t(\d+)\./.exec(target)?.[1])];
  const given = isUp === true ? priority : String(Math.max(...priorities) + 1);
  return { ...record, ttl, rdata: `${given} ${weight} ${port} ${target}` };
}
