import { TargetState } from '../../plane/steering/steering-policy.ts';

/** What a probe has shown. `draining`: the server asks for no new calls. */
export type Evidence = 'alive' | 'failed' | 'draining';

/** How much evidence in a row changes a verdict. */
export interface VerdictRules {
  readonly fall: number;
  readonly rise: number;
}

/** At most one change in this time, but for the first failure and the first recovery. */
export const changeGapMs = 60_000;
/** Bound on the growing hold. */
const maxHoldMs = 16 * changeGapMs;
/** Who has been up for this many times the hold, and at least ten minutes, is no longer held for what was before. */
const calmHolds = 10;

/** What is kept of a verdict over a restart. Times are milliseconds since 1970. */
export interface KeptVerdict {
  readonly state: TargetState;
  readonly sinceMs: number;
  readonly recoveries: number;
  /** Since when there was nothing but successes, if the last evidence was one. */
  readonly wellSinceMs?: number;
}

/**
 * Whether one address and port is up, by the evidence of probes. Before there is any it counts as up.
 *
 * After `fall` failures in a row it is down, after `rise` successes in a row up again, and drained as soon as it asks for it. Against
 * flapping stands a hold: the first recovery is believed at once; for the second, it must have been well without a break for a minute, and
 * for each after it twice as long, up to 16 minutes. A relapse within a minute of a recovery is believed when the minute is over, for each
 * change costs all caches their answers. Who has been well for long begins anew.
 */
export class Verdict {
  state: TargetState = TargetState.up;
  /** Whether there has been a verdict of the evidence, and not only the benefit of the doubt. */
  isKnown = false;
  failures = 0;
  successes = 0;
  /** When the state was last changed, on the clock of `take`; `undefined`: never. */
  changedMs: number | undefined;
  private recoveries = 0;
  /** Since when there was nothing but successes. */
  private wellSinceMs = 0;
  /** No recovery before this: the server has said so. */
  private notBeforeMs = Number.NEGATIVE_INFINITY;

  /** Whether the state is another with this. `nowMs` never goes back. */
  take(evidence: Evidence, nowMs: number, rules: VerdictRules): boolean {
    this.forgetOld(nowMs);
    this.count(evidence, nowMs);
    const wanted = this.wantedState(evidence, rules);
    if (wanted === undefined) return false;
    this.isKnown = true;
    if (wanted === this.state || nowMs < this.earliest(wanted)) return false;
    if (wanted === TargetState.up) this.recoveries++;
    this.state = wanted;
    this.changedMs = nowMs;
    return true;
  }

  /** RFC 3261 §21.5.4: with Retry-After, nothing shall be sent for as long. */
  holdUntil(notBeforeMs: number): void {
    this.notBeforeMs = notBeforeMs;
  }

  /** When a change that the evidence has shown already is believed; `undefined`: nothing is held. */
  heldUntil({ fall, rise }: VerdictRules): number | undefined {
    if (this.state !== TargetState.up) return this.successes >= rise ? this.earliest(TargetState.up) : undefined;
    return this.failures >= fall ? this.earliest(TargetState.down) : undefined;
  }

  /** Begin with what was known before a restart. `nowMs` is on the clock of `take`, `wallMs` the time of day. */
  restore(kept: KeptVerdict, nowMs: number, wallMs: number): void {
    this.state = kept.state;
    this.isKnown = true;
    this.recoveries = kept.recoveries;
    const since = (sinceMs: number) => nowMs - Math.max(0, wallMs - sinceMs);
    this.changedMs = since(kept.sinceMs);
    if (kept.wellSinceMs === undefined) return;
    this.successes = 1;
    this.wellSinceMs = since(kept.wellSinceMs);
  }

  keep(nowMs: number, wallMs: number): KeptVerdict {
    const { state, recoveries, changedMs = nowMs } = this;
    const wallTime = (atMs: number) => Math.round(wallMs - (nowMs - atMs));
    const well = this.successes === 0 ? {} : { wellSinceMs: wallTime(this.wellSinceMs) };
    return { state, recoveries, sinceMs: wallTime(changedMs), ...well };
  }

  private count(evidence: Evidence, nowMs: number): void {
    if (evidence === 'alive') {
      if (this.successes === 0) this.wellSinceMs = nowMs;
      this.successes++;
      this.failures = 0;
    } else {
      this.failures++;
      this.successes = 0;
    }
  }

  private wantedState(evidence: Evidence, { fall, rise }: VerdictRules): TargetState | undefined {
    if (evidence === 'draining') return TargetState.drained;
    if (evidence === 'failed') return this.failures >= fall ? TargetState.down : undefined;
    // What was never anything but up needs no proof.
    return this.successes >= rise || this.state === TargetState.up ? TargetState.up : undefined;
  }

  /** When a change to this state may come. */
  private earliest(wanted: TargetState): number {
    const { changedMs, recoveries } = this;
    if (wanted === TargetState.up) {
      if (recoveries === 0) return this.notBeforeMs;
      return Math.max(this.notBeforeMs, this.wellSinceMs + this.holdMs(), (changedMs ?? 0) + changeGapMs);
    }
    return changedMs === undefined || (recoveries === 0 && this.state === TargetState.up)
      ? Number.NEGATIVE_INFINITY
      : changedMs + changeGapMs;
  }

  private holdMs(): number {
    return this.recoveries === 0 ? 0 : Math.min(maxHoldMs, changeGapMs * 2 ** (this.recoveries - 1));
  }

  private forgetOld(nowMs: number): void {
    if (this.state !== TargetState.up || this.changedMs === undefined || this.recoveries === 0) return;
    if (nowMs - this.changedMs < calmHolds * this.holdMs()) return;
    this.recoveries = 0;
    this.changedMs = undefined;
  }
}
