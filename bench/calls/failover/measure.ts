/** One run of failures: what the calls of each client tell. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './call.ts';
import { type HealthTimes, World } from './world.ts';

export interface FailureEvent {
  readonly kind: 'kill' | 'restart' | 'freeze' | 'thaw';
  readonly server: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** An event as one client met it. */
export interface EventFigures extends FailureEvent {
  readonly client: string;
  /** Within which it is to have no effect any more, or the server its calls again; by `times`. */
  readonly boundSeconds: number;
  /** Begun between this event and the next. */
  readonly calls: number;
  readonly lost: number;
  /** From the event to the start of the last call that was lost; `undefined`: none was. */
  readonly lastLostSeconds: number | undefined;
  readonly lostAfterBound: number;
  /** From the event to the first call that the server has answered; of restart and thaw. */
  readonly firstBackSeconds: number | undefined;
}

export interface FailoverRun {
  readonly times: HealthTimes;
  readonly figures: readonly EventFigures[];
  /** Client by client: calls that each server has answered before anything had happened. */
  readonly before: readonly { readonly client: string; readonly counts: Readonly<Record<string, number>> }[];
}

/** src/control/health: an interval is longer or shorter by up to this part. */
const jitter = 0.1;
const warmUpMs = 10_000;
/** After the time in which an event is to be over. */
const quietMs = 10_000;

export async function measureWorld(
  folder: string,
  times: HealthTimes,
  note: (text: string) => void,
): Promise<FailoverRun> {
  const world = new World(folder);
  const events: FailureEvent[] = [];
  const log = (kind: FailureEvent['kind'], server: string): void => {
    note(`${kind} ${server}`);
    events.push({ kind, server, atMs: Date.now() });
  };
  const [first, second] = world.servers as [World['servers'][number], World['servers'][number]];
  const downMs = 1000 * downSeconds(times, true) + quietMs;
  const backMs = 1000 * backSeconds(times, true) + quietMs;
  try {
    await world.start(times);
    for (const caller of world.callers) caller.start();
    await sleep(warmUpMs);
    log('kill', first.name);
    await first.kill();
    await sleep(downMs);
    log('restart', first.name);
    first.start();
    await sleep(backMs);
    log('freeze', second.name);
    second.freeze();
    await sleep(downMs);
    log('thaw', second.name);
    second.thaw();
    await sleep(backMs);
    const endMs = Date.now();
    note('calls end');
    const calls = (await Promise.all(world.callers.map((caller) => caller.stop()))).flat();
    const servers = new Map(world.servers.map((server) => [server.name, server.callers()]));
    return judge(times, events, endMs, calls, servers, world.cachedClients);
  } finally {
    await world.stop();
  }
}

function judge(
  times: HealthTimes,
  events: readonly FailureEvent[],
  endMs: number,
  calls: readonly Call[],
  servers: ReadonlyMap<string, ReadonlySet<string>>,
  cachedClients: readonly string[],
): FailoverRun {
  const clients = [...new Set(calls.map(({ client }) => client))];
  const firstMs = events[0]?.atMs ?? endMs;
  const answeredBy = (server: string, { user, isAnswered }: Call): boolean =>
    isAnswered && servers.get(server)?.has(user) === true;
  const before = clients.map((client) => {
    const early = calls.filter((call) => call.client === client && call.startMs < firstMs);
    const counts = Object.fromEntries(
      [...servers.keys()].map((name) => [name, early.filter((call) => answeredBy(name, call)).length]),
    );
    return { client, counts };
  });
  const figures = events.flatMap((event, index) => {
    const untilMs = events[index + 1]?.atMs ?? endMs;
    return clients.map((client): EventFigures => {
      const isDown = event.kind === 'kill' || event.kind === 'freeze';
      const isCached = cachedClients.includes(client);
      const boundSeconds = isDown ? downSeconds(times, isCached) : backSeconds(times, isCached);
      const here = calls.filter(
        (call) => call.client === client && call.startMs >= event.atMs && call.startMs < untilMs,
      );
      const after = ({ startMs }: Call): number => (startMs - event.atMs) / 1000;
      const lost = here.filter(({ isAnswered }) => !isAnswered).map(after);
      const back = isDown ? [] : here.filter((call) => answeredBy(event.server, call)).map(after);
      return {
        ...event,
        client,
        boundSeconds,
        calls: here.length,
        lost: lost.length,
        lastLostSeconds: lost.length === 0 ? undefined : Math.max(...lost),
        lostAfterBound: lost.filter((seconds) => seconds > boundSeconds).length,
        firstBackSeconds: back.length === 0 ? undefined : Math.min(...back),
      };
    });
  });
  return { times, figures, before };
}

/** interval × (1 + jitter) × fall + timeout + TTL; without a cache the TTL is 0. */
export function downSeconds(
  { intervalSeconds, fall, timeoutSeconds, ttlSeconds }: HealthTimes,
  isCached: boolean,
): number {
  return intervalSeconds * (1 + jitter) * fall + timeoutSeconds + (isCached ? ttlSeconds : 0);
}

/** interval × (1 + jitter) × rise + degraded TTL. */
export function backSeconds({ intervalSeconds, rise, degradedTtlSeconds }: HealthTimes, isCached: boolean): number {
  return intervalSeconds * (1 + jitter) * rise + (isCached ? degradedTtlSeconds : 0);
}
