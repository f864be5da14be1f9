/** A zone that comes and goes while the server runs. */
import type { ZoneContent } from './zone-content.ts';
import type { CheckedZone, Seen } from './zone-ledger.ts';

interface Presence {
  readonly seen: Seen;
  readonly fromMs: number;
  untilMs: number;
}

export class AddedZone implements CheckedZone {
  readonly apex: string;
  readonly newest: ZoneContent;
  private readonly presences: Presence[] = [];

  /** Not served yet. */
  constructor(content: ZoneContent) {
    this.apex = content.apex;
    this.newest = content;
    this.open('not-served');
  }

  /** The server is told: from now on it may be so. */
  begin(isServed: boolean): void {
    this.open(isServed ? this.newest : 'not-served');
    // It is known before it is read.
    if (isServed) this.open('not-loaded');
  }

  /** The server has said that it is done, or not done: then it stays as it was. */
  end(isServed: boolean): void {
    const nowMs = performance.now();
    const wanted = isServed ? this.newest : 'not-served';
    for (const presence of this.presences)
      if (presence.seen !== wanted) presence.untilMs = Math.min(presence.untilMs, nowMs);
  }

  allowed(sentMs: number, receivedMs: number): readonly Seen[] {
    const met = this.presences.filter(({ fromMs, untilMs }) => fromMs <= receivedMs && untilMs >= sentMs);
    return [...new Set(met.map(({ seen }) => seen))];
  }

  confirm(): void {
    // One version.
  }

  private open(seen: Seen): void {
    this.presences.push({ seen, fromMs: performance.now(), untilMs: Number.POSITIVE_INFINITY });
  }
}
