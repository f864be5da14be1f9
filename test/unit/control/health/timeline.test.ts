import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateGate } from '../../../../src/control/health/rate-gate.ts';
import { callOff, startTimeline, Timeline } from '../../../../src/control/health/timeline.ts';

describe('a timeline', () => {
  it('does all in the order of time, what is called off not at all', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1000), fc.boolean()), { maxLength: 200 }), (plan) => {
        let nowMs = 0;
        const timeline = new Timeline(
          () => nowMs,
          () => undefined,
        );
        const done: number[] = [];
        for (const [atMs, isOff] of plan) {
          const appointment = timeline.at(atMs, (latenessMs) => {
            expect(latenessMs).toBe(nowMs - atMs);
            done.push(atMs);
          });
          if (isOff) callOff(appointment);
        }
        for (let next = timeline.run(); next !== undefined; next = timeline.run()) nowMs = Math.max(nowMs + 1, next);
        const wanted = plan.filter(([, isOff]) => !isOff).map(([atMs]) => atMs);
        expect(done).toEqual(wanted.sort((a, b) => a - b));
      }),
    );
  });

  it('says when something is to be done before all else', () => {
    const sooner: number[] = [];
    const timeline = new Timeline(
      () => 0,
      (atMs) => sooner.push(atMs),
    );
    for (const atMs of [50, 70, 20, 30, 10]) timeline.at(atMs, () => undefined);
    expect(sooner).toEqual([50, 20, 10]);
  });

  it('runs by the clock of the machine, what is added meanwhile too', async () => {
    const { timeline, stop } = startTimeline();
    const done: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    timeline.after(40, () => {
      done.push('second');
      timeline.after(10, () => {
        done.push('third');
        resolve();
      });
    });
    timeline.after(5, () => done.push('first'));
    await promise;
    stop();
    expect(done).toEqual(['first', 'second', 'third']);
  });
});

it('a gate lets so many through in a second, in their order, whenever they come', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.array(fc.nat(3000), { minLength: 1, maxLength: 300 }),
      (perSecond, arrivals) => {
        let nowMs = 0;
        const timeline = new Timeline(
          () => nowMs,
          () => undefined,
        );
        const gate = new RateGate(timeline, perSecond);
        const passed: { readonly order: number; readonly atMs: number }[] = [];
        let order = 0;
        for (const atMs of arrivals.sort((a, b) => a - b)) {
          timeline.at(atMs, () => {
            const own = order++;
            gate.pass(() => passed.push({ order: own, atMs: nowMs }));
          });
        }
        for (let next = timeline.run(); next !== undefined; next = timeline.run()) nowMs = Math.max(nowMs, next);
        expect(passed.map((each) => each.order)).toEqual(arrivals.map((_, i) => i));
        const burst = Math.max(1, perSecond / 10);
        passed.forEach(({ atMs }, i) => {
          const first = passed.findIndex((each) => each.atMs > atMs - 1000);
          expect(i - first + 1).toBeLessThanOrEqual(perSecond + burst + 1);
        });
      },
    ),
    { numRuns: 100 },
  );
});
