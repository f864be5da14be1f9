import { describe, expect, it } from 'vitest';
import { type Evidence, Verdict } from '../../../../src/control/health/verdict.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';

const rules = { fall: 3, rise: 2 };
const { up, down, drained } = TargetState;

/** Evidence each second from `startMs` on; the states after each. */
function feed(verdict: Verdict, startMs: number, ...evidence: readonly Evidence[]): TargetState[] {
  return evidence.map((each, i) => {
    verdict.take(each, startMs + 1000 * i, rules);
    return verdict.state;
  });
}

function fill(count: number, evidence: Evidence): Evidence[] {
  return Array.from({ length: count }, () => evidence);
}

describe('a verdict', () => {
  it('is up before there is evidence, down after three failures in a row, up after two successes', () => {
    const verdict = new Verdict();
    expect(verdict.isKnown).toBe(false);
    expect(feed(verdict, 0, 'failed', 'failed', 'alive', 'failed', 'failed', 'failed')).toEqual([
      up,
      up,
      up,
      up,
      up,
      down,
    ]);
    expect(feed(verdict, 6000, 'alive', 'failed', 'alive', 'alive')).toEqual([down, down, down, up]);
    expect(verdict.isKnown).toBe(true);
  });

  it('is drained at the first word, and up again after two successes', () => {
    const verdict = new Verdict();
    expect(feed(verdict, 0, 'draining', 'alive', 'alive')).toEqual([drained, drained, up]);
  });

  it('does not come back before Retry-After is over', () => {
    const verdict = new Verdict();
    verdict.take('draining', 0, rules);
    verdict.holdUntil(10_000);
    expect(feed(verdict, 5000, ...fill(6, 'alive'))).toEqual([drained, drained, drained, drained, drained, up]);
  });

  it('believes a relapse when a minute is over since the recovery', () => {
    const verdict = new Verdict();
    feed(verdict, 0, ...fill(3, 'failed'), ...fill(2, 'alive'));
    expect(verdict.changedMs).toBe(4000);
    feed(verdict, 5000, 'failed', 'failed');
    expect(verdict.heldUntil(rules)).toBe(undefined);
    const states = feed(verdict, 7000, ...fill(58, 'failed'));
    expect(states.indexOf(down)).toBe(57);
    expect(verdict.changedMs).toBe(64_000);
  });

  it('holds the second recovery for a minute without a failure, the third for two', () => {
    const verdict = new Verdict();
    feed(verdict, 0, ...fill(3, 'failed'), ...fill(2, 'alive'));
    feed(verdict, 100_000, ...fill(3, 'failed'));
    const second = feed(verdict, 200_000, ...fill(30, 'alive'), 'failed', ...fill(62, 'alive'));
    expect(second.indexOf(up)).toBe(31 + 60);
    expect(verdict.heldUntil(rules)).toBe(undefined);
    feed(verdict, 400_000, ...fill(3, 'failed'));
    expect(feed(verdict, 500_000, ...fill(130, 'alive')).indexOf(up)).toBe(120);
  });

  it('says until when it holds a relapse', () => {
    const verdict = new Verdict();
    feed(verdict, 0, ...fill(3, 'failed'), ...fill(2, 'alive'), ...fill(3, 'failed'));
    expect(verdict.heldUntil(rules)).toBe(64_000);
  });

  it('says until when it holds', () => {
    const verdict = new Verdict();
    feed(verdict, 0, ...fill(3, 'failed'), ...fill(2, 'alive'));
    feed(verdict, 100_000, ...fill(3, 'failed'), 'alive');
    expect(verdict.heldUntil(rules)).toBe(undefined);
    verdict.take('alive', 104_000, rules);
    expect(verdict.heldUntil(rules)).toBe(103_000 + 60_000);
  });

  it('begins anew after ten calm minutes', () => {
    const verdict = new Verdict();
    feed(verdict, 0, ...fill(3, 'failed'), ...fill(2, 'alive'));
    expect(feed(verdict, 604_000, ...fill(3, 'failed'), ...fill(2, 'alive'))).toEqual([up, up, down, down, up]);
  });

  it('goes on after a restart where it was', () => {
    const before = new Verdict();
    feed(before, 50_000, ...fill(3, 'failed'));
    const kept = before.keep(60_000, 1_700_000_060_000);
    expect(kept).toEqual({ state: down, recoveries: 0, sinceMs: 1_700_000_052_000 });
    const after = new Verdict();
    after.restore(kept, 100, 1_700_000_070_000);
    expect(after.changedMs).toBe(100 - 18_000);
    expect(feed(after, 200, 'alive', 'alive')).toEqual([down, up]);
  });

  it('is held over a restart for what is left, and not anew', () => {
    const wallMs = 1_700_000_000_000;
    const before = new Verdict();
    feed(before, 0, ...fill(3, 'failed'), ...fill(2, 'alive'), ...fill(70, 'failed'));
    expect(before.state).toBe(down);
    // Well since 100 s; a second recovery is believed after a minute of it.
    feed(before, 100_000, ...fill(40, 'alive'));
    const kept = before.keep(140_000, wallMs);
    expect(kept.wellSinceMs).toBe(wallMs - 40_000);
    const after = new Verdict();
    after.restore(kept, 5000, wallMs + 5000);
    expect(feed(after, 5000, ...fill(20, 'alive')).lastIndexOf(down)).toBe(14);

    feed(before, 140_000, 'failed');
    expect(before.keep(141_000, wallMs).wellSinceMs).toBe(undefined);
  });
});
