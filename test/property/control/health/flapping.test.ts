/** What the goals say of failover and flapping, with all of the monitor: probes sooner after a first failure, and time-outs. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { alive, FakeWorld, planOf, silent, target } from '../../../unit/control/health/fake-world.ts';

const minuteMs = 60_000;

it('a server that flaps changes its state at most once a minute after the first, but for its first recovery', async () => {
  const runs = fc.array(fc.integer({ min: 3, max: 10 }), { minLength: 30, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(runs, fc.integer({ min: 500, max: 10_000 }), async (lengths, intervalMs) => {
      const world = new FakeWorld();
      const settings = { ...defaultHealthSettings, intervalMs, timeoutMs: Math.floor(intervalMs / 2) };
      world.monitor.configure(planOf([target('sip1.example.com', { addresses: ['192.0.2.11'], settings })]), undefined);
      await world.pass(intervalMs);
      for (const [i, length] of lengths.entries()) {
        world.outcomes.set('192.0.2.11', i % 2 === 0 ? silent : alive);
        await world.pass(length * intervalMs);
      }
      const times = world.hooked.map(({ atMs }) => atMs);
      expect(world.hooked[0]?.state).toBe(TargetState.down);
      for (let i = 2; i < times.length; i++)
        expect((times[i] as number) - (times[i - 1] as number)).toBeGreaterThanOrEqual(minuteMs);
      world.monitor.stop();
    }),
    { numRuns: 60 },
  );
});

it('a server that ends for good is out within fall intervals and a time-out, one that is back within rise intervals', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 500, max: 30_000 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(100_000),
      async (intervalMs, fall, rise, endMs) => {
        const world = new FakeWorld();
        const timeoutMs = Math.floor(intervalMs * 0.4);
        const settings = { ...defaultHealthSettings, intervalMs, timeoutMs, fall, rise };
        const targets = [target('sip1.example.com', { addresses: ['192.0.2.11'], settings })];
        world.monitor.configure(planOf(targets), undefined);
        await world.pass(endMs);
        world.outcomes.set('192.0.2.11', silent);
        const silentMs = world.nowMs;
        await world.pass(intervalMs * 1.1 * fall + timeoutMs + 200);
        expect(world.hooked.map(({ state }) => state)).toEqual([TargetState.down]);
        expect((world.hooked[0]?.atMs ?? 0) - silentMs).toBeLessThanOrEqual(intervalMs * 1.1 * fall + timeoutMs + 100);
        world.outcomes.set('192.0.2.11', alive);
        // The probe under way began before the server was back.
        await world.pass(intervalMs * 1.1 * rise + timeoutMs + 200);
        expect(world.hooked.map(({ state }) => state)).toEqual([TargetState.down, TargetState.up]);
        world.monitor.stop();
      },
    ),
    { numRuns: 100 },
  );
});
