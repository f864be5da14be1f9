/** The first process of the namespace: `node silence.ts FOLDER TIMES`. It waits for what has happened, not for a time. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Caller } from '../../../bench/calls/failover/call.ts';
import { setUpNetwork } from '../../../bench/calls/failover/namespace.ts';
import type { SipServer } from '../../../bench/calls/failover/sip-server.ts';
import { type HealthTimes, World } from '../../../bench/calls/failover/world.ts';

export interface SilenceRun {
  /** The targets that were answered while sip2 was silent, as `priority name`. */
  readonly whileSilent: readonly string[];
  readonly clients: readonly {
    readonly client: string;
    /** Begun after the answers had changed and caches had expired, ended before sip2 spoke again. */
    readonly calls: number;
    /** Of these, those that sip2 has got, and those that were not answered. */
    readonly toSilent: number;
    readonly lost: number;
    /** Calls that sip2 has answered afterwards. */
    readonly back: number;
  }[];
}

const deadlineMs = 60_000;
/** Long, for a call to be late on a busy machine is no loss. */
const patienceMs = 10_000;
const [folder = '', timesText = '{}'] = process.argv.slice(2);
const times = JSON.parse(timesText) as HealthTimes;
process.setMaxListeners(0);
setUpNetwork();
const world = new World(folder, ['Kamailio', 'sofia-sip'], patienceMs);
const [sip1, sip2] = world.servers as [SipServer, SipServer];
try {
  await world.start(times);
  for (const caller of world.callers) caller.start();
  await until('calls at both servers', () =>
    world.callers.every((caller) => answeredBy(sip1, caller, 0) > 0 && answeredBy(sip2, caller, 0) > 0),
  );
  sip2.freeze();
  await until('sip2 is demoted', () => world.askTargets().at(-1)?.endsWith(' sip2') === true);
  const whileSilent = world.askTargets();
  // What a cache got just before it keeps for a TTL, counted in whole seconds.
  const fromMs = Date.now() + 1000 * (times.ttlSeconds + 2);
  const since = (caller: Caller): Call[] => caller.soFar().filter(({ startMs }) => startMs >= fromMs);
  await until('calls of each client', () => world.callers.every((caller) => since(caller).length >= 10));
  const toMs = Date.now();
  const areAnswered = (caller: Caller): boolean =>
    since(caller).every(({ startMs, isAnswered }) => isAnswered || startMs >= toMs);
  await until(
    'the end of these calls',
    () => world.callers.every(areAnswered) || Date.now() > toMs + patienceMs + 2000,
  );
  sip2.thaw();
  const thawMs = Date.now();
  await until('calls at sip2', () => world.callers.every((caller) => answeredBy(sip2, caller, thawMs) > 0));
  const clients = await Promise.all(
    world.callers.map(async (caller) => {
      const back = answeredBy(sip2, caller, thawMs);
      const all = await caller.stop();
      const calls = all.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
      const toSilent = calls.filter(({ user }) => sip2.callers().has(user)).length;
      const lost = calls.filter(({ isAnswered }) => !isAnswered).length;
      return { client: caller.client, calls: calls.length, toSilent, lost, back };
    }),
  );
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ whileSilent, clients } satisfies SilenceRun));
} finally {
  await world.stop();
}
process.exit(0);

function answeredBy(server: SipServer, caller: Caller, fromMs: number): number {
  const known = server.callers();
  return caller.soFar().filter(({ startMs, isAnswered, user }) => isAnswered && startMs >= fromMs && known.has(user))
    .length;
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`no ${what} within ${deadlineMs / 1000} s`);
    await sleep(100);
  }
}
