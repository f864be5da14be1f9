/**
 * Which versions of a zone an answer may be of. Moments are those of this process alone: a version may be seen from before it was
 * given to the server, and the one before no more once the server has said that it serves the new one, or has shown it.
 */
import type { ZoneContent } from './zone-content.ts';

/** What may be seen of a zone: a version of it; that it isn't served (REFUSED); that it will be, once it is loaded (SERVFAIL). */
export type Seen = ZoneContent | 'not-served' | 'not-loaded';

/** What the checker of answers needs to know of a zone. */
export interface CheckedZone {
  /** With the final dot. */
  readonly apex: string;
  /** For who makes questions: it may not be served yet. */
  readonly newest: ZoneContent;
  /** What a question of this time may have met, the oldest version first. */
  allowed(sentMs: number, receivedMs: number): readonly Seen[];
  /** An answer has come that no older content gives than this one. */
  confirm(serial: number, nowMs: number): void;
}

interface LedgerEntry {
  readonly content: ZoneContent;
  readonly fromMs: number;
  untilMs: number;
}

/** Of the versions that are over so many are remembered, for IXFR. */
const rememberedVersions = 300;

export class ZoneLedger implements CheckedZone {
  readonly apex: string;
  private entries: LedgerEntry[];

  /** The zone as it is served now. */
  constructor(content: ZoneContent, nowMs = performance.now()) {
    this.apex = content.apex;
    this.entries = [{ content, fromMs: nowMs, untilMs: Number.POSITIVE_INFINITY }];
  }

  /** The last one given to the server. */
  get newest(): ZoneContent {
    return (this.entries.at(-1) as LedgerEntry).content;
  }

  /** Whether the newest is the only one that may be seen. */
  get isSettled(): boolean {
    return this.entries.slice(0, -1).every(({ untilMs }) => untilMs !== Number.POSITIVE_INFINITY);
  }

  /** From now on answers may be of this version. */
  offer(content: ZoneContent): void {
    this.entries.push({ content, fromMs: performance.now(), untilMs: Number.POSITIVE_INFINITY });
    this.entries = this.entries.slice(-rememberedVersions);
  }

  /** The server serves this version or a newer one: questions from now on don't meet older ones. */
  confirm(serial: number, nowMs = performance.now()): void {
    const at = this.entries.findIndex(({ content }) => content.serial === serial);
    for (const entry of this.entries.slice(0, Math.max(at, 0))) entry.untilMs = Math.min(entry.untilMs, nowMs);
  }

  /** The server has said that it doesn't serve this version, and won't. */
  withdraw(serial: number): void {
    this.entries = this.entries.filter(({ content }) => content.serial !== serial);
  }

  /** The versions that a question of this time may have met, the oldest first. */
  allowed(sentMs: number, receivedMs: number): readonly ZoneContent[] {
    const met = this.entries.filter(({ fromMs, untilMs }) => fromMs <= receivedMs && untilMs >= sentMs);
    return met.map(({ content }) => content);
  }

  /** One that was served at some time. */
  find(serial: number): ZoneContent | undefined {
    return this.entries.find(({ content }) => content.serial === serial)?.content;
  }

  /** Serials that are remembered, the oldest first. */
  get serials(): readonly number[] {
    return this.entries.map(({ content }) => content.serial);
  }
}
