import { afterEach, expect, test, vi } from 'vitest';
import { SecondaryZone } from '../../../../src/control/secondary/secondary-zone.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { secondaryConfig } from './secondary-config.ts';

const makeZone = () =>
  new SecondaryZone({ view: 0, class: 1, apex: wireNameFrom('a.test.') }, 'a.test/IN', secondaryConfig());

afterEach(() => {
  vi.useRealTimers();
});

test("a copy expires by the clock that doesn't jump, wherever the system's is set to meanwhile", () => {
  const zone = makeZone();
  expect(zone.expiresDueMs).toBe(Number.POSITIVE_INFINITY);
  zone.expiresAt = Date.now() / 1000 + 3600;
  const dueMs = zone.expiresDueMs;
  expect(dueMs - performance.now()).toBeGreaterThan(3_599_000);
  expect(dueMs - performance.now()).toBeLessThanOrEqual(3_600_001);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30 * 86_400_000 });
  expect(zone.expiresDueMs).toBe(dueMs);
  // What is told after that is of the new time.
  zone.expiresAt = Date.now() / 1000 + 60;
  expect(zone.expiresDueMs - performance.now()).toBeLessThanOrEqual(60_001);
  zone.expiresAt = 0;
  expect(zone.expiresDueMs).toBe(Number.POSITIVE_INFINITY);
});
