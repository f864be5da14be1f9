/** New calls stop going to a dead server, and come back, by DNS alone: see failover/world.ts. Needs namespaces (root, or where users may make them). */
import { fileURLToPath } from 'node:url';
import type { FailoverRun } from './failover/measure.ts';
import { missingForFailover, runInNamespace } from './failover/namespace.ts';
import type { HealthTimes } from './failover/world.ts';

export interface FailoverSettings {
  readonly folder: string;
  readonly times: HealthTimes;
  note(text: string): void;
}

/** Short, so that the run is. */
export const quickTimes: HealthTimes = {
  intervalSeconds: 2,
  timeoutSeconds: 1,
  fall: 3,
  rise: 2,
  ttlSeconds: 10,
  degradedTtlSeconds: 5,
};

/** The defaults of `health`, and a TTL that suits `shape`. */
export const shippedTimes: HealthTimes = {
  intervalSeconds: 5,
  timeoutSeconds: 2,
  fall: 3,
  rise: 2,
  ttlSeconds: 30,
  degradedTtlSeconds: 15,
};

export async function measureFailover({ folder, times, note }: FailoverSettings): Promise<FailoverRun> {
  const missing = missingForFailover();
  if (missing !== undefined) throw new Error(missing);
  const inside = fileURLToPath(new URL('./failover/inside.ts', import.meta.url));
  return (await runInNamespace(inside, folder, times, note)) as FailoverRun;
}
