/** Against flapping: whatever a server does, its state changes at most once a minute after the first failure and recovery. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evidence, Verdict } from '../../../../src/control/health/verdict.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';

const minuteMs = 60_000;

interface Change {
  readonly atMs: number;
  readonly state: TargetState;
}

/** The changes that runs of failures and successes in turn cause, a probe each interval. */
function changesOf(runs: readonly number[], intervalMs: number, begin: Evidence = 'failed'): Change[] {
  const verdict = new Verdict();
  const changes: Change[] = [];
  let nowMs = 1_000_000;
  runs.forEach((length, i) => {
    const isFirstKind = i % 2 === 0;
    const evidence: Evidence = isFirstKind === (begin === 'failed') ? 'failed' : 'alive';
    for (let n = 0; n < length; n++, nowMs += intervalMs)
      if (verdict.take(evidence, nowMs, { fall: 3, rise: 2 })) changes.push({ atMs: nowMs, state: verdict.state });
  });
  return changes;
}

const runs = fc.array(fc.integer({ min: 3, max: 10 }), { minLength: 20, maxLength: 200 });
const intervals = fc.integer({ min: 200, max: 30_000 });

describe('a flapping target', () => {
  it('changes at most once a minute after the first, but for its first recovery', () => {
    fc.assert(
      fc.property(runs, intervals, fc.constantFrom<Evidence>('failed', 'alive'), (lengths, intervalMs, begin) => {
        const changes = changesOf(lengths, intervalMs, begin);
        expect(changes.length).toBeGreaterThanOrEqual(2);
        expect(changes[0]?.state).toBe(TargetState.down);
        expect(changes[1]?.state).toBe(TargetState.up);
        for (let i = 2; i < changes.length; i++) {
          const gap = (changes[i] as Change).atMs - (changes[i - 1] as Change).atMs;
          expect(gap).toBeGreaterThanOrEqual(minuteMs);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is down after the first three failures and up after the next two successes, at once', () => {
    fc.assert(
      fc.property(runs, intervals, (lengths, intervalMs) => {
        const [down, up] = changesOf(lengths, intervalMs) as [Change, Change];
        expect(down.atMs).toBe(1_000_000 + 2 * intervalMs);
        expect(up.atMs).toBe(1_000_000 + ((lengths[0] as number) + 1) * intervalMs);
      }),
      { numRuns: 50 },
    );
  });

  it('stays out when it is never well for a minute', () => {
    // At 5 s a run of ten is 50 s.
    const lengths = Array.from({ length: 100 }, (_, i) => (i % 3) + 8);
    expect(changesOf(lengths, 5000).map(({ state }) => state)).toEqual([
      TargetState.down,
      TargetState.up,
      TargetState.down,
    ]);
  });

  it('ends as it last was for long, whatever was before', () => {
    fc.assert(
      fc.property(runs, intervals, fc.boolean(), (lengths, intervalMs, isUp) => {
        const kept = lengths.slice(0, lengths.length - (lengths.length % 2) + (isUp ? 1 : 0));
        // The longest hold is 16 minutes.
        const last = Math.ceil((17 * minuteMs) / intervalMs) + 3;
        const changes = changesOf([...kept, last], intervalMs);
        expect(changes.at(-1)?.state).toBe(kept.length % 2 === 1 ? TargetState.up : TargetState.down);
      }),
      { numRuns: 100 },
    );
  });
});
